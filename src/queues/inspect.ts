/** Finds queue records that no worker could ever finish, which BullMQ would keep offering for ever, or has given up. */
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { jobOptions, type QueueName } from './catalog.ts';

export interface BadRecord {
	readonly jobId: string;
	/** `failed`: every try ended with an error; the record itself may be good. */
	readonly reason: 'ghost' | 'data' | 'opts' | 'size' | 'failed';
	/** The data as it was found. */
	readonly raw: Buffer;
}

/** How many records of a list are looked at in one round. */
const looked = 500;

const source = (): string => readFileSync(new URL('./inspect.lua', import.meta.url), 'utf8');

/** Bad records among a queue's waiting, active and failed ones. They stay where they are until the caller has kept them. */
export async function findBadRecords(redis: Redis, prefix: string, queue: QueueName): Promise<BadRecord[]> {
	const base = `${prefix}:${queue}:`;
	const limits = [base, String(looked), String(jobOptions.sizeLimit)];
	const found: BadRecord[] = [];
	for (const list of ['wait', 'prioritized', 'active', 'failed']) {
		const answer = (await redis.callBuffer(
			'EVAL',
			source(),
			'1',
			base + list,
			...limits,
			list === 'failed' ? '1' : '',
		)) as Buffer[];
		for (let i = 0; i + 2 < answer.length; i += 3) {
			const [jobId, reason, raw] = [String(answer[i]), String(answer[i + 1]), answer[i + 2] as Buffer];
			const doubtful = reason.endsWith('?');
			if (doubtful && isJson(raw)) continue;
			found.push({ jobId, reason: (doubtful ? reason.slice(0, -1) : reason) as BadRecord['reason'], raw });
		}
	}
	return found;
}

/** Takes records out of a queue, once they are kept elsewhere. Taking them out twice is taking them out once. */
export async function dropRecords(redis: Redis, base: string, jobIds: readonly string[]): Promise<void> {
	for (const id of jobIds) {
		const key = `${base}:${id}`;
		const taking = redis.multi().lrem(`${base}:wait`, 0, id).lrem(`${base}:active`, 0, id);
		taking.zrem(`${base}:prioritized`, id).zrem(`${base}:failed`, id);
		await taking.del(key, `${key}:lock`, `${key}:logs`).exec();
	}
}

function isJson(raw: Buffer): boolean {
	try {
		JSON.parse(raw.toString('utf8'));
		return true;
	} catch {
		return false;
	}
}

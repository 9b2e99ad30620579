/** Records that cannot be believed: kept with their raw bytes and the reason, to be looked at and driven again. */
import type { Redis } from 'ioredis';
import type { Problem } from '../domain/errors.ts';
import { derivedId } from '../domain/ids.ts';
import type { Keys } from './keys.ts';

export interface Quarantined {
	readonly id: string;
	readonly at: number;
	readonly queue: string;
	readonly jobId: string;
	readonly problem: Problem;
	/** The record as it was found, base64 where it is no UTF-8. */
	readonly raw: string;
	readonly encoding: 'utf8' | 'base64';
}

export interface Quarantine {
	/** Keeps a record. Its id is derived from it, so that finding it again (after a crash, by another process) keeps it once. */
	put(found: Omit<Quarantined, 'id' | 'at'>): Promise<Quarantined>;
	list(limit: number): Promise<Quarantined[]>;
	get(id: string): Promise<Quarantined | null>;
	remove(id: string): Promise<void>;
	size(): Promise<number>;
}

export function quarantineOn(redis: Redis, keys: Keys, now: () => Promise<number>): Quarantine {
	const all = async (): Promise<Quarantined[]> =>
		Object.values(await redis.hgetall(keys.quarantine)).map((text) => JSON.parse(text) as Quarantined);
	return {
		async put(found) {
			const id = derivedId('qrn', [found.queue, found.jobId, found.problem.code, found.raw]);
			const kept: Quarantined = { id, at: await now(), ...found };
			await redis.hsetnx(keys.quarantine, id, JSON.stringify(kept));
			return kept;
		},
		async list(limit) {
			return (await all()).sort((a, b) => b.at - a.at).slice(0, limit);
		},
		async get(id) {
			const text = await redis.hget(keys.quarantine, id);
			return text === null ? null : (JSON.parse(text) as Quarantined);
		},
		async remove(id) {
			await redis.hdel(keys.quarantine, id);
		},
		size: () => redis.hlen(keys.quarantine),
	};
}

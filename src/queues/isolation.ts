/**
 * Jobs that were running when their worker died. One of them may be what killed it: they run again one at a time, so that the
 * next death points at one job, and the innocent ones beside it are done.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import type { QueueName } from './catalog.ts';

/** A job that does not come back gives its lane to the next one after this long, in ms. */
const laneMs = 60_000;

export interface Isolation {
	/** `go`: run it now. `wait`: another one is alone. `guilty`: it was alone, and took its worker along. */
	enter(jobId: string): Promise<'go' | 'wait' | 'guilty'>;
	leave(jobId: string): Promise<void>;
}

export function isolationOn(redis: Redis, prefix: string, queue: QueueName): Isolation {
	const source = readFileSync(new URL('./isolation.lua', import.meta.url), 'utf8');
	const sha = createHash('sha1').update(source).digest('hex');
	const keys = [`${prefix}:${queue}:alone`, `${prefix}:${queue}:suspects`];
	const run = async (...args: (string | number)[]): Promise<unknown> => {
		try {
			return await redis.evalsha(sha, keys.length, ...keys, ...args);
		} catch (error) {
			if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
			return redis.eval(source, keys.length, ...keys, ...args);
		}
	};
	return {
		enter: async (jobId) => (await run('enter', jobId, laneMs)) as 'go' | 'wait' | 'guilty',
		async leave(jobId) {
			await run('leave', jobId, laneMs);
		},
	};
}

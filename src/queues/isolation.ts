/**
 * Jobs that were running when their worker died. One of them may be what killed it: they run again one at a time, so that the
 * next death points at one job, and the innocent ones beside it are done.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { QueueName } from './catalog.ts';

/** In ms. A job whose worker no longer says that it runs gives its lane to the next one after `laneMs`. */
const lane = { laneMs: 2_500, keepEveryMs: 700, patienceMs: 500, askEveryMs: 25 };

export interface Isolation {
	/**
	 * Runs a job alone, as soon as it is. `deaths`: how often its worker has died so far. `ran`: it has run, and thrown where `run` did.
	 * `wait`: another one is alone for longer than it can wait here. `guilty`: it was alone, and took its worker along.
	 */
	alone(job: { readonly id: string; readonly deaths: number }, run: () => Promise<void>): Promise<'ran' | 'wait' | 'guilty'>;
}

export function isolationOn(redis: Redis, prefix: string, queue: QueueName): Isolation {
	const source = readFileSync(new URL('./isolation.lua', import.meta.url), 'utf8');
	const sha = createHash('sha1').update(source).digest('hex');
	const keys = [`${prefix}:${queue}:alone`, `${prefix}:${queue}:suspects`];
	const script = async (...args: (string | number)[]): Promise<unknown> => {
		try {
			return await redis.evalsha(sha, keys.length, ...keys, ...args);
		} catch (error) {
			if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
			return redis.eval(source, keys.length, ...keys, ...args);
		}
	};
	// Where Redis does not answer now, the lane lapses by itself: what the job has done stands all the same.
	const tell = (what: 'keep' | 'leave', id: string): Promise<unknown> => script(what, id, lane.laneMs).catch(() => undefined);
	return {
		async alone({ id, deaths }, run) {
			const enter = async (): Promise<unknown> => script('enter', id, lane.laneMs, deaths);
			let entered = await enter();
			for (let waited = 0; entered === 'wait' && waited < lane.patienceMs; waited += lane.askEveryMs) {
				await wait(lane.askEveryMs);
				entered = await enter();
			}
			if (entered !== 'go') return entered as 'wait' | 'guilty';
			const keeping = setInterval(() => void tell('keep', id), lane.keepEveryMs);
			try {
				await run();
				return 'ran';
			} finally {
				clearInterval(keeping);
				await tell('leave', id);
			}
		},
	};
}

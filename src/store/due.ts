/** The due index: every action that is not finished, by the instant at which somebody must look at it (INVARIANT I5). */
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';
import { scriptNamed } from './script.ts';

export interface DueIndex {
	/** Takes at most `limit` overdue actions, each leased for `leaseMs`: a taker that dies gives them back by itself. */
	take(limit: number, leaseMs: number): Promise<{ now: number; ids: string[] }>;
	/**
	 * Puts off the next look at an action that was taken under the lease `lease` (the instant it was leased until). Where a
	 * transition has set another instant in the meantime, that one stays.
	 */
	putBack(id: string, lease: number, at: number): Promise<void>;
	/** Takes out an id that has no record. */
	remove(id: string): Promise<void>;
	/** When the next one is due, or null. */
	next(): Promise<number | null>;
	/** Ids of every action that is not finished, in batches and in no order; what is added meanwhile may be missing. */
	everything(): AsyncIterable<string[]>;
	/** How many are overdue by more than `byMs`: what an operator's alarm watches. */
	overdue(byMs: number): Promise<number>;
}

export function dueOn(redis: Redis, keys: Keys, settings: { devClock: boolean }): DueIndex {
	const script = scriptNamed('due');
	const put = scriptNamed('put-back');
	const take = async (limit: number, leaseMs: number): Promise<{ now: number; ids: string[] }> => {
		const [now, ...ids] = (await script.run(
			redis,
			[keys.due, keys.clockOffset],
			[settings.devClock ? '1' : '0', limit, leaseMs],
		)) as [string, ...string[]];
		return { now: Number(now), ids };
	};
	return {
		take,
		async putBack(id, lease, at) {
			await put.run(redis, [keys.due], [id, lease, Math.ceil(at)]);
		},
		async remove(id) {
			await redis.zrem(keys.due, id);
		},
		async next() {
			const [, score] = await redis.zrange(keys.due, '0', '0', 'WITHSCORES');
			return score === undefined ? null : Number(score);
		},
		async *everything() {
			for await (const batch of redis.zscanStream(keys.due, { count: 500 }))
				yield (batch as string[]).filter((_, index) => index % 2 === 0);
		},
		async overdue(byMs) {
			const { now } = await take(0, 0);
			return redis.zcount(keys.due, '-inf', String(now - byMs));
		},
	};
}

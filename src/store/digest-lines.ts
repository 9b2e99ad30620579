/** Lines of the digest: actions that ran and are reported. They wait for their end first, then for each reader's own time. */
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';

export interface DigestLines {
	/** Ids of notified actions that no reader has been given yet, oldest first. */
	fresh(limit: number): Promise<string[]>;
	/** Gives lines to their readers, in one write. */
	give(ids: readonly string[], readers: readonly string[]): Promise<void>;
	/** The lines that wait for a reader, oldest first. */
	of(reader: string, limit: number): Promise<string[]>;
	/** When the first line that waits for a reader was given to them, or null. */
	waitingSince(reader: string): Promise<number | null>;
	/** These lines were sent to a reader. */
	sent(reader: string, ids: readonly string[]): Promise<void>;
}

export function digestLinesOn(redis: Redis, keys: Keys, now: () => Promise<number>): DigestLines {
	const of = (reader: string): string => keys.people('digest', reader);
	return {
		fresh: (limit) => redis.zrange(keys.digest, '0', String(limit - 1)),
		async give(ids, readers) {
			if (ids.length === 0) return;
			const at = await now();
			const writing = redis.multi();
			// One ms apart: at one instant they would sort by id instead of by arrival.
			for (const reader of readers) writing.zadd(of(reader), 'NX', ...ids.flatMap((id, i) => [String(at + i), id]));
			await writing.zrem(keys.digest, ...ids).exec();
		},
		of: (reader, limit) => redis.zrange(of(reader), '0', String(limit - 1)),
		async waitingSince(reader) {
			const [, score] = await redis.zrange(of(reader), '0', '0', 'WITHSCORES');
			return score === undefined ? null : Number(score);
		},
		async sent(reader, ids) {
			if (ids.length > 0) await redis.zrem(of(reader), ...ids);
		},
	};
}

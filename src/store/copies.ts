/**
 * Messages that can be changed after they were sent, by action; and which of those actions somebody watches: a message of theirs may
 * have to be changed. What an action's messages show is compared with the version it has by now, so a lost wake-up costs seconds.
 */
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';

/** One message in one channel. */
export interface SentCopy {
	/** The provider's id, as the receipt said it. */
	readonly id: string;
	readonly reviewer: string;
	readonly channel: 'slack';
	/** What it was sent for. */
	readonly revision: number;
	readonly purpose: 'review' | 'case';
	/** What it says now; absent: what it was sent with. */
	readonly mark?: string;
}

export interface CopyStore {
	/** Notes a message that shows `version` of its action. */
	sent(actionId: string, copy: SentCopy, version: number): Promise<void>;
	all(actionId: string): Promise<SentCopy[]>;
	/** Notes what a message says by now. */
	marked(actionId: string, copy: SentCopy, mark: string): Promise<void>;
	/** The message is gone: nobody need change it. */
	gone(actionId: string, copyId: string): Promise<void>;
	/** All messages of the action show `version`. */
	shown(actionId: string, version: number): Promise<void>;
	/** Nothing will change them any more. */
	ended(actionId: string): Promise<void>;
	/** Those of `changes` whose messages show an earlier version. */
	outdated(changes: readonly Changed[]): Promise<Changed[]>;
	/** All whose messages show another version than the record has; at most `limit` of them. */
	stale(limit: number): Promise<Changed[]>;
}

/** An action and the version that it has now. */
export interface Changed {
	readonly id: string;
	readonly version: number;
}

const batch = 500;

/** `keepMs`: how long an ended action stays readable. */
export function copiesOn(redis: Redis, keys: Keys, { keepMs }: { readonly keepMs: number }): CopyStore {
	const watched = keys.reply('copies');
	const of = (actionId: string): string => keys.reply('copies-of', actionId);
	return {
		async sent(actionId, copy, version) {
			await redis
				.multi()
				.hset(of(actionId), copy.id, JSON.stringify(copy))
				.pexpire(of(actionId), keepMs)
				.zadd(watched, version, actionId)
				.exec();
		},
		async all(actionId) {
			return Object.values(await redis.hgetall(of(actionId))).map((text) => JSON.parse(text) as SentCopy);
		},
		async marked(actionId, copy, mark) {
			await redis.hset(of(actionId), copy.id, JSON.stringify({ ...copy, mark } satisfies SentCopy));
			await redis.pexpire(of(actionId), keepMs);
		},
		async gone(actionId, copyId) {
			await redis.hdel(of(actionId), copyId);
		},
		async shown(actionId, version) {
			await redis.zadd(watched, 'XX', version, actionId);
		},
		async ended(actionId) {
			await redis.zrem(watched, actionId);
		},
		async outdated(changes) {
			if (changes.length === 0) return [];
			const shown = await redis.zmscore(watched, ...changes.map(({ id }) => id));
			return changes.filter(({ version }, i) => shown[i] != null && Number(shown[i]) < version);
		},
		async stale(limit) {
			const found: Changed[] = [];
			for (let start = 0; found.length < limit; start += batch) {
				const page = await redis.zrange(watched, String(start), String(start + batch - 1), 'WITHSCORES');
				const ids = page.filter((_, i) => i % 2 === 0);
				const versions = await Promise.all(ids.map((id) => redis.hget(keys.action(id), 'version')));
				const missing = ids.filter((_, i) => versions[i] == null);
				if (missing.length > 0) await redis.zrem(watched, ...missing);
				for (const [i, id] of ids.entries())
					if (versions[i] != null && versions[i] !== page[2 * i + 1]) found.push({ id, version: Number(versions[i]) });
				if (ids.length < batch) break;
			}
			return found.slice(0, limit);
		},
	};
}

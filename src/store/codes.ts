/**
 * Codes of text messages, by the number that they were sent to: which request a code stands for, which were sent last, and how
 * often somebody guessed. A code stands for one revision of one action and is not used again for seven days (R-K4).
 */
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';

/** What a code stands for. */
export interface Coded {
	readonly actionId: string;
	readonly revision: number;
	/** What the reviewer was shown. */
	readonly payloadDigest: string;
	readonly reviewer: string;
	/** The tier of the plan that asked, for falling to the next channel. */
	readonly tier: number;
}

/** A code that went out, and when (ms since the epoch). */
export interface SentCode {
	readonly code: string;
	readonly at: number;
}

/** What was last sent to a number: the codes that it named. */
export interface LastText {
	readonly codes: readonly string[];
	readonly at: number;
}

export interface CodeStore {
	/** The code of a request for a number: the same however often it is asked for. `candidate` makes one that may be taken already. */
	issue(phone: string, coded: Coded, candidate: () => string): Promise<string>;
	find(phone: string, code: string): Promise<Coded | null>;
	/** Notes that a text with these codes went out; a text about something else names none. */
	sent(phone: string, codes: readonly string[]): Promise<void>;
	/** The last 200 codes that went out within seven days, oldest first. */
	recent(phone: string): Promise<SentCode[]>;
	last(phone: string): Promise<LastText | null>;
	/** Counts a code that nobody was sent; how many within a minute. */
	missed(phone: string): Promise<number>;
	/** Takes no answers from a number for `ms`; true where it was not locked yet. */
	lock(phone: string, ms: number): Promise<boolean>;
	locked(phone: string): Promise<boolean>;
}

/** How long a code stays taken, and explains what became of its request, in ms. */
const keepMs = 7 * 86_400_000;
const mostTries = 200;

export function codesOn(redis: Redis, keys: Keys, now: () => Promise<number>): CodeStore {
	const key = (kind: string, ...parts: string[]): string => keys.reply(`code-${kind}`, ...parts);
	return {
		async issue(phone, coded, candidate) {
			const known = key('of', phone, coded.actionId, String(coded.revision));
			const before = await redis.get(known);
			if (before !== null) return before;
			for (let tries = 0; tries < mostTries; tries++) {
				const code = candidate();
				if ((await redis.set(key('is', phone, code), JSON.stringify(coded), 'PX', keepMs, 'NX')) === null) continue;
				// Two messages about one request at the same time: the first code is the request's, the other one is never sent.
				if ((await redis.set(known, code, 'PX', keepMs, 'NX')) !== null) return code;
				return (await redis.get(known)) ?? code;
			}
			throw new Error(`no free code for a number after ${mostTries} tries`);
		},
		async find(phone, code) {
			const text = await redis.get(key('is', phone, code));
			return text === null ? null : (JSON.parse(text) as Coded);
		},
		async sent(phone, codes) {
			const at = await now();
			const list = key('sent', phone);
			await redis
				.multi()
				.set(key('last', phone), JSON.stringify({ codes, at } satisfies LastText), 'PX', keepMs)
				.zremrangebyscore(list, '-inf', at - keepMs)
				.exec();
			if (codes.length > 0) await redis.zadd(list, ...codes.flatMap((code) => [at, code]));
			await redis.pexpire(list, keepMs);
		},
		async recent(phone) {
			const found = await redis.zrange(key('sent', phone), '-200', '-1', 'WITHSCORES');
			return found.flatMap((code, index) => (index % 2 === 0 ? [{ code, at: Number(found[index + 1]) }] : []));
		},
		async last(phone) {
			const text = await redis.get(key('last', phone));
			return text === null ? null : (JSON.parse(text) as LastText);
		},
		async missed(phone) {
			const counter = key('missed', phone);
			const count = await redis.incr(counter);
			// The window starts with the first miss; setting it again with each would let a slow guesser go on for ever.
			if (count === 1) await redis.pexpire(counter, 60_000);
			return count;
		},
		async lock(phone, ms) {
			return (await redis.set(key('locked', phone), '1', 'PX', ms, 'NX')) !== null;
		},
		async locked(phone) {
			return (await redis.exists(key('locked', phone))) === 1;
		},
	};
}

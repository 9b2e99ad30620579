/** Counters that slow down who guesses: so many within so long for one address or person, counted in Redis for all processes. */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Keys } from './keys.ts';

/** One kind of counter. */
export interface Limit {
	/** Word in the key. */
	readonly name: string;
	readonly points: number;
	readonly seconds: number;
}

/** Links that do not exist, whoever asks for them and whichever kind they pretend to be (R-S2). */
export const linkMisses: Limit = { name: 'link-misses', points: 20, seconds: 60 };
/** Requests for a sign-in link from one address. */
export const signInsByAddress: Limit = { name: 'sign-ins-by-address', points: 10, seconds: 600 };
/** Mails to one person: nobody's mailbox can be filled by somebody who knows the address. */
export const signInsByPerson: Limit = { name: 'sign-ins-by-person', points: 5, seconds: 900 };

export interface Limits {
	/** Counts one; false where that was one too many. */
	spend(limit: Limit, who: string): Promise<boolean>;
	/** Whether nothing is left. Counts nothing. */
	isSpent(limit: Limit, who: string): Promise<boolean>;
}

export function limitsOn(redis: Redis, keys: Keys): Limits {
	const limiters = new Map<string, RateLimiterRedis>();
	const limiterOf = ({ name, points, seconds }: Limit): RateLimiterRedis => {
		const known = limiters.get(name);
		if (known !== undefined) return known;
		const limiter = new RateLimiterRedis({ storeClient: redis, keyPrefix: keys.limit(name), points, duration: seconds });
		limiters.set(name, limiter);
		return limiter;
	};
	// Addresses are personal data, and are needed only to be told apart.
	const hidden = (who: string): string => createHash('sha256').update(who).digest('base64url').slice(0, 22);
	return {
		async spend(limit, who) {
			try {
				await limiterOf(limit).consume(hidden(who));
				return true;
			} catch (refusal) {
				if (refusal instanceof RateLimiterRes) return false;
				throw refusal;
			}
		},
		async isSpent(limit, who) {
			const counted = await limiterOf(limit).get(hidden(who));
			return counted !== null && counted.consumedPoints >= limit.points;
		},
	};
}

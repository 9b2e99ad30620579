/** Which policy the open reviews and cases were last held against, and a walk over all that is unfinished. */
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';

export interface PolicyWatch {
	/** Digest of the policy that was followed last, by whichever process; null for none yet. */
	followed(): Promise<string | null>;
	follow(digest: string): Promise<void>;
	/** Ids of everything that is not finished, in batches; one that comes or goes meanwhile may be in it or not. */
	unfinished(): AsyncIterable<string[]>;
}

export function policyWatchOn(redis: Redis, keys: Keys): PolicyWatch {
	const key = keys.people('policy-followed');
	return {
		followed: () => redis.get(key),
		async follow(digest) {
			await redis.set(key, digest);
		},
		async *unfinished() {
			for await (const batch of redis.zscanStream(keys.due, { count: 250 })) {
				// Members and scores take turns.
				yield (batch as string[]).filter((_, i) => i % 2 === 0);
			}
		},
	};
}

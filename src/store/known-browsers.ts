/**
 * Browsers in which a reviewer has answered before. It is no proof of who answers and allows nothing; it only tells a person's
 * browser from the ones in which mail scanners open every link (ADR 11). Only the hash of what the browser keeps is stored.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';

/** How long a browser is known after the first answer in it, in ms. */
export const knownForMs = 90 * 86_400_000;

export interface KnownBrowsers {
	/** Gives back what the browser of this reviewer keeps: 256 random bits. */
	remember(reviewer: string): Promise<string>;
	/** Whether this is what a browser of this reviewer keeps. */
	knows(secret: string, reviewer: string): Promise<boolean>;
}

const secretForm = /^[A-Za-z0-9_-]{43}$/;

export function knownBrowsersOn(redis: Redis, keys: Keys): KnownBrowsers {
	const keyOf = (secret: string): string => keys.people('browser', createHash('sha256').update(secret).digest('hex'));
	return {
		async remember(reviewer) {
			const secret = randomBytes(32).toString('base64url');
			await redis.set(keyOf(secret), reviewer, 'PX', knownForMs);
			return secret;
		},
		knows: async (secret, reviewer) => secretForm.test(secret) && (await redis.get(keyOf(secret))) === reviewer,
	};
}

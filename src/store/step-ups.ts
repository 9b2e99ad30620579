/**
 * One-time codes that prove a second channel. A code is good for one reviewer, one action and one link, for ten minutes and five
 * tries; only a hash of it is stored, and it opens nothing without the link, of which the store holds no more than a hash either.
 */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';
import { scriptNamed } from './script.ts';

/** Whose code for what. */
export interface StepUp {
	readonly actionId: string;
	readonly reviewer: string;
	/** SHA-256 of the token of the link on whose page it is entered. */
	readonly linkHash: string;
}

export type StepUpTry =
	| { readonly kind: 'right' }
	| { readonly kind: 'wrong'; readonly triesLeft: number }
	/** Too old, tried too often, replaced by another, or never sent. */
	| { readonly kind: 'expired' };

export interface StepUpStore {
	/** Keeps the code that is being sent; an earlier one for the same reviewer and action is void. */
	keep(stepUp: StepUp, code: string): Promise<void>;
	try(stepUp: StepUp, code: string): Promise<StepUpTry>;
}

/** How long a code is good, in ms. */
export const stepUpMs = 600_000;
/** How often a code may be tried. */
export const stepUpTries = 5;
/** The form of a code, for the edge. */
export const stepUpForm = /^\d{6}$/;

/** What a link is known by beside its token. */
export const linkHashOf = (token: string): string => createHash('sha256').update(`step-up/${token}`).digest('hex');

export function stepUpsOn(redis: Redis, keys: Keys, clock: { devClock: boolean; now: () => Promise<number> }): StepUpStore {
	const script = scriptNamed('step-up');
	const key = ({ actionId, reviewer }: StepUp): string => keys.people('step-up', actionId, reviewer);
	const hashOf = ({ actionId, reviewer, linkHash }: StepUp, code: string): string =>
		createHash('sha256')
			.update(JSON.stringify([actionId, reviewer, linkHash, code]))
			.digest('hex');
	return {
		async keep(stepUp, code) {
			const expiresAt = (await clock.now()) + stepUpMs;
			await redis
				.multi()
				.del(key(stepUp))
				.hset(key(stepUp), { hash: hashOf(stepUp, code), expiresAt: String(expiresAt), tries: '0' })
				.pexpire(key(stepUp), stepUpMs)
				.exec();
		},
		async try(stepUp, code) {
			const [kind, left] = (await script.run(
				redis,
				[key(stepUp), keys.clockOffset],
				[hashOf(stepUp, code), stepUpTries, clock.devClock ? '1' : ''],
			)) as ['right' | 'wrong' | 'expired', number | undefined];
			return kind === 'wrong' ? { kind, triesLeft: left ?? 0 } : { kind };
		},
	};
}

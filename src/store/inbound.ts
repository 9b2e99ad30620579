/**
 * What came in: each message once, however often it is handed to us, and what we said to it; how much we answer by ourselves;
 * and what people wrote that decided nothing.
 */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Channel } from '../domain/verdict.ts';
import type { Keys } from './keys.ts';

/** `mine`: nobody has dealt with it yet, and nobody else will now. `busy`: somebody is at it. `done`: with this result. */
export type Claim = { readonly kind: 'mine' | 'busy' } | { readonly kind: 'done'; readonly result: string };

/** A comment that came by a reply. */
export interface Comment {
	readonly at: number;
	readonly reviewer: string;
	readonly channel: Channel;
	readonly text: string;
}

/** Whose id it is. */
export type Sender = 'sms' | 'mail' | 'slack';

export interface InboundStore {
	/** Claims a message by its sender's id for it (`sms` and a MessageSid, `mail` and a Message-ID, `slack` and the body's hash). */
	claim(kind: Sender, id: string): Promise<Claim>;
	/** Dealt with: a copy within seven days gets the same result. */
	done(kind: Sender, id: string, result: string): Promise<void>;
	/** Not dealt with after all: the next copy may try. */
	release(kind: Sender, id: string): Promise<void>;
	/** Whether fewer than `most` automatic answers went out for `thread` within `windowMs`, and counts this one. */
	mayAnswer(thread: string, most: number, windowMs: number): Promise<boolean>;
	comment(actionId: string, comment: Omit<Comment, 'at'>, keepMs: number): Promise<void>;
	/** Oldest first. */
	comments(actionId: string): Promise<Comment[]>;
}

const rememberMs = 7 * 86_400_000;
/** How long one message may take to be dealt with; somebody else may try then. */
const claimMs = 60_000;
const busy = 'busy';
/** Comments of one action that are kept: a loop of machines must not fill the store. */
const mostComments = 50;

export function inboundOn(redis: Redis, keys: Keys, now: () => Promise<number>): InboundStore {
	const seen = (kind: string, id: string): string => keys.reply('seen', kind, createHash('sha256').update(id).digest('hex'));
	return {
		async claim(kind, id) {
			if ((await redis.set(seen(kind, id), busy, 'PX', claimMs, 'NX')) !== null) return { kind: 'mine' };
			const before = await redis.get(seen(kind, id));
			return before === null || before === busy ? { kind: 'busy' } : { kind: 'done', result: before.slice(1) };
		},
		async done(kind, id, result) {
			// The mark keeps an empty result, and one that says `busy`, apart from a claim.
			await redis.set(seen(kind, id), `=${result}`, 'PX', rememberMs);
		},
		async release(kind, id) {
			await redis.del(seen(kind, id));
		},
		async mayAnswer(thread, most, windowMs) {
			const key = keys.reply('answers', thread);
			const count = await redis.incr(key);
			if (count === 1) await redis.pexpire(key, windowMs);
			return count <= most;
		},
		async comment(actionId, comment, keepMs) {
			const key = keys.reply('comments', actionId);
			await redis
				.multi()
				.rpush(key, JSON.stringify({ at: await now(), ...comment } satisfies Comment))
				.ltrim(key, -mostComments, -1)
				.pexpire(key, keepMs)
				.exec();
		},
		async comments(actionId) {
			return (await redis.lrange(keys.reply('comments', actionId), 0, -1)).map((text) => JSON.parse(text) as Comment);
		},
	};
}

/**
 * Tokens in the addresses of our mails. Like links, only their SHA-256 is stored (R-L3); unlike links they are in base32 and
 * case-insensitive, because some mail systems write the part before the @ in small letters. A reply token is not a link token:
 * neither opens what the other does.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';

/** Which mail an address belongs to. */
export interface MailedTo {
	readonly actionId: string;
	readonly revision: number;
	/** What the reviewer was shown. */
	readonly payloadDigest: string;
	readonly reviewer: string;
	readonly kind: 'review' | 'case' | 'note' | 'answer';
	readonly tier: number;
}

export interface ReplyTokenStore {
	/** Stores where a mail went and returns its token: 26 characters of base32. */
	issue(mailed: MailedTo, keepMs: number): Promise<string>;
	find(token: string): Promise<MailedTo | null>;
}

/** Crockford's base32 in small letters: no i, l, o, u to misread, so none of them is ever ours. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
/** The form of a reply token, for the edge, in either case. */
export const replyTokenForm = /^[0-9a-hjkmnp-tv-z]{26}$/i;

const hashOf = (token: string): string => createHash('sha256').update(`reply/${token.toLowerCase()}`).digest('hex');

export function replyTokensOn(redis: Redis, keys: Keys): ReplyTokenStore {
	return {
		async issue(mailed, keepMs) {
			// 256 is a multiple of 32: every letter is as likely as any other.
			const token = [...randomBytes(26)].map((byte) => alphabet[byte & 31]).join('');
			await redis.set(keys.reply('token', hashOf(token)), JSON.stringify(mailed), 'PX', Math.max(1, Math.ceil(keepMs)));
			return token;
		},
		async find(token) {
			if (!replyTokenForm.test(token)) return null;
			const text = await redis.get(keys.reply('token', hashOf(token)));
			return text === null ? null : (JSON.parse(text) as MailedTo);
		},
	};
}

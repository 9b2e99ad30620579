/**
 * Text messages by the provider's id, for what the provider reports of them later: reports come late, twice, out of order, and
 * sometimes before we have noted what the message was for.
 */
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';

/** The deliveries that one text made, as data of queue jobs, and the number that it went to. */
export interface TextRecord {
	readonly phone: string;
	readonly deliveries: readonly TextDelivery[];
}

export interface TextDelivery {
	readonly kind: 'review' | 'case' | 'note';
	readonly id: string;
	readonly revision: number;
	readonly tier: number;
	readonly reviewer: string;
}

export interface TextStore {
	/** Notes what a text was for; answers with the failure that was reported before, or null. */
	remember(sid: string, text: TextRecord): Promise<string | null>;
	/** Notes a failure; answers with what the text was for, or null where that is not known (yet), or where it was reported before. */
	failed(sid: string, code: string): Promise<TextRecord | null>;
	/** Notes an arrival: nothing that is reported afterwards makes it a failure. */
	delivered(sid: string): Promise<void>;
}

const keepMs = 7 * 86_400_000;

export function textsOn(redis: Redis, keys: Keys): TextStore {
	const key = (sid: string): string => keys.reply('text', sid);
	const first = async (sid: string, field: 'delivered' | 'failed', value: string): Promise<boolean> => {
		const fresh = await redis.hsetnx(key(sid), field, value);
		await redis.pexpire(key(sid), keepMs);
		return fresh === 1;
	};
	return {
		async remember(sid, text) {
			await redis.hset(key(sid), 'text', JSON.stringify(text));
			await redis.pexpire(key(sid), keepMs);
			const [failed, delivered] = await redis.hmget(key(sid), 'failed', 'delivered');
			return delivered == null ? (failed ?? null) : null;
		},
		async failed(sid, code) {
			if ((await redis.hexists(key(sid), 'delivered')) === 1) return null;
			if (!(await first(sid, 'failed', code))) return null;
			const text = await redis.hget(key(sid), 'text');
			return text === null ? null : (JSON.parse(text) as TextRecord);
		},
		async delivered(sid) {
			await first(sid, 'delivered', '1');
		},
	};
}

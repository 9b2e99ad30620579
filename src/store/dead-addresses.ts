/** Addresses that messages do not reach: numbers whose owners answered STOP, and what providers said does not exist. */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Channel } from '../domain/verdict.ts';
import type { Keys } from './keys.ts';

export interface DeadAddress {
	readonly reason: 'opted_out' | 'rejected';
	/** The provider's code, or the word that was sent. */
	readonly detail: string;
	readonly at: number;
}

export interface DeadAddresses {
	/** `keepMs`: null until it is cleared, as an opt-out is. */
	mark(at: { channel: Channel; address: string }, dead: Omit<DeadAddress, 'at'>, keepMs: number | null): Promise<void>;
	find(at: { channel: Channel; address: string }): Promise<DeadAddress | null>;
	/** True where it had been marked. */
	clear(at: { channel: Channel; address: string }): Promise<boolean>;
}

export function deadAddressesOn(redis: Redis, keys: Keys, now: () => Promise<number>): DeadAddresses {
	// Hashed for its length only: an address that exists is easily guessed.
	const key = ({ channel, address }: { channel: Channel; address: string }): string =>
		keys.reply('dead', channel, createHash('sha256').update(address.toLowerCase()).digest('hex'));
	return {
		async mark(at, dead, keepMs) {
			const text = JSON.stringify({ ...dead, at: await now() } satisfies DeadAddress);
			if (keepMs === null) await redis.set(key(at), text);
			else await redis.set(key(at), text, 'PX', keepMs);
		},
		async find(at) {
			const text = await redis.get(key(at));
			return text === null ? null : (JSON.parse(text) as DeadAddress);
		},
		async clear(at) {
			return (await redis.del(key(at))) === 1;
		},
	};
}

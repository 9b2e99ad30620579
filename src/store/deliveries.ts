/** What was sent to whom: written before a retry could send it again, and shown on the card. */
import type { Redis } from 'ioredis';
import type { Channel } from '../domain/verdict.ts';
import type { Keys } from './keys.ts';

export interface DeliveryRecord {
	/** `kind.tier.reviewer.channel`: one message to one person. */
	readonly key: string;
	readonly reviewer: string;
	readonly channel: Channel;
	readonly at: number;
	/** `held`: it waits, to be sent with others; `at` is when they go out. */
	readonly state: 'sent' | 'failed' | 'held';
	/** The provider's id, or why it failed; empty while it waits. */
	readonly receipt: string;
}

/** The key of the entry that says that a message waits. */
export const heldKey = (key: string): string => `${key}.held`;

export interface DeliveryStore {
	record(actionId: string, delivery: DeliveryRecord, keepMs: number): Promise<void>;
	find(actionId: string, key: string): Promise<DeliveryRecord | null>;
	all(actionId: string): Promise<DeliveryRecord[]>;
}

export function deliveriesOn(redis: Redis, keys: Keys): DeliveryStore {
	return {
		async record(actionId, delivery, keepMs) {
			const key = keys.deliveries(actionId);
			const writing = redis.multi().hset(key, delivery.key, JSON.stringify(delivery)).pexpire(key, keepMs);
			// It waits no longer: what became of it stands in its own entry.
			if (delivery.state !== 'held') writing.hdel(key, heldKey(delivery.key));
			await writing.exec();
		},
		async find(actionId, key) {
			const text = await redis.hget(keys.deliveries(actionId), key);
			return text === null ? null : (JSON.parse(text) as DeliveryRecord);
		},
		async all(actionId) {
			const found = await redis.hgetall(keys.deliveries(actionId));
			// A job that came twice may note that a message waits after it has gone out.
			const settled = new Set(Object.keys(found).map(heldKey));
			return Object.entries(found)
				.filter(([key]) => !settled.has(key))
				.map(([, text]) => JSON.parse(text) as DeliveryRecord);
		},
	};
}

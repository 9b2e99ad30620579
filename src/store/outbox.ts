/**
 * The outbox: follow-ups that transition.lua wrote together with the state. The writer turns them into jobs at once and
 * then acknowledges them here; the sweeper does the same for what a writer that crashed in between left behind.
 */
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';
import { type OutboxEntry, outboxEntry, outboxText } from './transition.ts';

export interface Outbox {
	/** The jobs of these entries exist. Calls of one turn of the event loop share one command. */
	acknowledge(entries: readonly OutboxEntry[]): Promise<void>;
	/** Entries older than `ageMs`, oldest first. */
	leftovers(ageMs: number, limit: number): Promise<{ entries: OutboxEntry[]; unreadable: string[] }>;
	/** Takes out what is no entry of ours. */
	discard(text: string): Promise<void>;
	size(): Promise<number>;
}

export function outboxOn(redis: Redis, keys: Keys, now: () => Promise<number>): Outbox {
	let gathered: string[] = [];
	let sending: Promise<void> | null = null;
	const send = async (): Promise<void> => {
		await new Promise<void>((resolve) => setImmediate(resolve));
		const members = gathered;
		gathered = [];
		sending = null;
		if (members.length > 0) await redis.zrem(keys.outbox, ...members);
	};
	return {
		acknowledge(entries) {
			gathered.push(...entries.map(outboxText));
			sending ??= send();
			return sending;
		},
		async leftovers(ageMs, limit) {
			const texts = await redis.zrangebyscore(keys.outbox, '-inf', (await now()) - ageMs, 'LIMIT', 0, limit);
			const read = texts.map((text) => ({ text, entry: outboxEntry(text) }));
			return {
				entries: read.flatMap(({ entry }) => (entry === null ? [] : [entry])),
				unreadable: read.flatMap(({ text, entry }) => (entry === null ? [text] : [])),
			};
		},
		async discard(text) {
			await redis.zrem(keys.outbox, text);
		},
		size: () => redis.zcard(keys.outbox),
	};
}

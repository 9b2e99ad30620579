/** How often people are interrupted: counted for each reviewer and local day, on record for a year, and bounded by policy's caps. */
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';
import { scriptNamed } from './script.ts';

/** One message that interrupts. */
export interface Interruption {
	readonly reviewer: string;
	/** What makes it this message and no other: counted twice, it counts once. */
	readonly message: string;
	/** The date for the reviewer, `2026-11-22`. */
	readonly day: string;
}

/** How many are too many. */
export interface Caps {
	readonly perHour: number;
	readonly perDay: number;
}

export interface ReviewerLoad {
	/** Counts a message; false, and nothing is counted, where the caps are reached. Null: it counts whatever came before. */
	count(interruption: Interruption, caps: Caps | null): Promise<boolean>;
	/** The message was not sent after all. */
	uncount(interruption: Interruption): Promise<void>;
	/** Messages of one local day by reviewer; who had none is left out. */
	on(day: string): Promise<Record<string, number>>;
}

const keepMs = 400 * 86_400_000;

export function reviewerLoadOn(redis: Redis, keys: Keys, settings: { devClock: boolean }): ReviewerLoad {
	const script = scriptNamed('reviewer-load');
	const messages = (reviewer: string): string => keys.people('interrupted', reviewer);
	const counts = (day: string): string => keys.people('interruptions', day);
	return {
		async count({ reviewer, message, day }, caps) {
			const counted = await script.run(
				redis,
				[messages(reviewer), counts(day), keys.clockOffset],
				[message, reviewer, caps?.perHour ?? '', caps?.perDay ?? '', settings.devClock ? '1' : '', keepMs],
			);
			return counted === 1;
		},
		async uncount({ reviewer, message, day }) {
			if ((await redis.zrem(messages(reviewer), message)) === 1) await redis.hincrby(counts(day), reviewer, -1);
		},
		async on(day) {
			const found = Object.entries(await redis.hgetall(counts(day)));
			return Object.fromEntries(found.map(([reviewer, count]) => [reviewer, Number(count)]).filter(([, count]) => count !== 0));
		},
	};
}

/** Counts by day, for reports: written with the transitions, or by the worker that looks at what people decided. */
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';
import type { FactWrite } from './transition.ts';

/** One count: what is counted, as words. */
export type Words = readonly string[];
/** Something counted, and how much. */
export interface Count {
	readonly words: Words;
	readonly by: number;
}

export interface StatisticsStore {
	/** Counts something on the day of an instant, in one write with others. */
	counted(at: number, counts: readonly Count[]): readonly FactWrite[];
	/** When a reviewer answered last; null where they never did. */
	lastAnswers(reviewers: readonly string[]): Promise<Map<string, number>>;
	/** They have answered, for a write with others. */
	answered(last: ReadonlyMap<string, number>): readonly FactWrite[];
	/** Everything that was counted on one day (UTC, days since the epoch). */
	day(day: number): Promise<Count[]>;
	/** Lets the counts of the days around `now` go after `keepMs`. */
	keep(now: number, keepMs: number): Promise<void>;
}

const dayMs = 86_400_000;
export const dayOf = (at: number): number => Math.floor(at / dayMs);

/** Words that come from outside may hold anything; encoded, one count never spells another. */
const fieldOf = (words: Words): string => words.map(encodeURIComponent).join('|');
const wordsOf = (field: string): string[] => field.split('|').map(decodeURIComponent);

export function statisticsOn(redis: Redis, keys: Keys): StatisticsStore {
	const key = (day: number): string => keys.learning('day', String(day));
	return {
		counted: (at, counts) => counts.map(({ words, by }) => ['HINCRBY', key(dayOf(at)), fieldOf(words), Math.round(by)]),
		async lastAnswers(reviewers) {
			const names = [...new Set(reviewers)];
			if (names.length === 0) return new Map();
			const found = await redis.hmget(keys.learning('last-answers'), ...names);
			return new Map(names.flatMap((name, i) => (found[i] == null ? [] : [[name, Number(found[i])] as const])));
		},
		answered: (last) => [...last].map(([reviewer, at]) => ['HSET', keys.learning('last-answers'), reviewer, at]),
		async day(day) {
			const found = await redis.hgetall(key(day));
			return Object.entries(found).map(([field, by]) => ({ words: wordsOf(field), by: Number(by) }));
		},
		async keep(now, keepMs) {
			const today = dayOf(now);
			await Promise.all([today, today - 1].map((day) => redis.pexpire(key(day), keepMs)));
		},
	};
}

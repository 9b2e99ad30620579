/** What comes first in the inbox: how soon the deadline is, then policy's priority, then the money. Pure. */
import { priorities } from '../../domain/verdict.ts';
import type { Pending } from './pending.ts';

/** How soon something is due, from the most urgent. Within one of these a higher priority and more money go first. */
export const spans = ['quarter', 'hour', 'shift', 'day', 'later'] as const;
export type Span = (typeof spans)[number];

const limits: readonly (readonly [Span, number])[] = [
	['quarter', 15 * 60_000],
	['hour', 3_600_000],
	['shift', 4 * 3_600_000],
	['day', 24 * 3_600_000],
];

/** The span of a deadline; without one it is later. */
export function spanOf(deadlineAt: number | null, now: number): Span {
	if (deadlineAt === null) return 'later';
	return limits.find(([, ms]) => deadlineAt - now <= ms)?.[0] ?? 'later';
}

/** The most urgent first. Deadlines of nearly the same time are one span, so that a minute does not outweigh a priority. */
export function byUrgency(entries: Iterable<Pending>, now: number): Pending[] {
	const ranked = [...entries].map((entry) => ({
		entry,
		span: spans.indexOf(spanOf(entry.deadlineAt, now)),
		priority: priorities.indexOf(entry.priority),
	}));
	ranked.sort(
		(a, b) =>
			a.span - b.span ||
			b.priority - a.priority ||
			(a.entry.stake === b.entry.stake ? 0 : b.entry.stake - a.entry.stake) ||
			(a.entry.deadlineAt ?? Number.MAX_SAFE_INTEGER) - (b.entry.deadlineAt ?? Number.MAX_SAFE_INTEGER) ||
			(a.entry.id < b.entry.id ? -1 : 1),
	);
	return ranked.map(({ entry }) => entry);
}

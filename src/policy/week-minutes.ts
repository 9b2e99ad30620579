/** Weekly hours as minutes of a week that has no clock changes: for telling what hours cover when a policy is read. */
import { dayNames, type WeekHours } from './document-hours.ts';

const week = 7 * 1440;

/** Spans of the week, in order, those that touch made one; one that runs over the end of the week ends beyond 10080. */
export function weekSpans(hours: readonly WeekHours[]): { readonly from: number; readonly to: number }[] {
	const parts = hours.flatMap(({ days = dayNames, from, to }) =>
		days.map((day) => {
			const start = dayNames.indexOf(day) * 1440 + from;
			return { from: start, to: start + (to > from ? to - from : to - from + 1440) };
		}),
	);
	const found: { from: number; to: number }[] = [];
	for (const part of parts.sort((a, b) => a.from - b.from)) {
		const last = found.at(-1);
		if (last !== undefined && part.from <= last.to) last.to = Math.max(last.to, part.to);
		else found.push({ ...part });
	}
	// What runs over the end of the week meets its beginning.
	for (
		let first = found[0], last = found.at(-1);
		first !== undefined && last !== undefined && first !== last && last.to >= first.from + week;
	) {
		last.to = Math.max(last.to, first.to + week);
		found.shift();
		first = found[0];
		last = found.at(-1);
	}
	return found;
}

/** Whether hours leave no minute of the week out. */
export function coversWeek(hours: readonly WeekHours[]): boolean {
	const spans = weekSpans(hours);
	return spans.length === 1 && (spans[0]?.to ?? 0) - (spans[0]?.from ?? 0) >= week;
}

/** The longest span in ms; 0 for none. */
export const longestMs = (hours: readonly WeekHours[]): number =>
	Math.max(0, ...weekSpans(hours).map(({ from, to }) => Math.min(to - from, week))) * 60_000;

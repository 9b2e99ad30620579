/** How much a policy asks of people: reviews and cases a day, and the minutes they take. */
import type { RouteCounts } from './replay-tally.ts';

export interface ReviewerLoad {
	/** From the first day to the last; null where the history has no instants. */
	readonly days: number | null;
	readonly reviews: number;
	readonly cases: number;
	/** Reviews and cases a day, and its 95 % interval from the differences between days; null without at least two days. */
	readonly perDay: number | null;
	readonly perDayLow: number | null;
	readonly perDayHigh: number | null;
	readonly busiestDay: number | null;
	readonly minutesPerDay: number | null;
	/** Of a thousand actions, how many a person sees first. */
	readonly perThousand: number;
}

const dayMs = 86_400_000;

/** The load. `minutes`: what one review takes. `byDay`: counts by day of UTC, or null where the history has no instants. */
export function reviewerLoad(
	all: RouteCounts,
	{ byDay, minutes }: { readonly byDay: Readonly<Record<string, RouteCounts>> | null; readonly minutes: number },
): ReviewerLoad {
	const asked = ({ routes }: RouteCounts): number => routes.approval + routes.escalation;
	const common = {
		reviews: all.routes.approval,
		cases: all.routes.escalation,
		perThousand: all.actions === 0 ? 0 : (1000 * asked(all)) / all.actions,
	};
	const names = byDay === null ? [] : Object.keys(byDay).filter((name) => !Number.isNaN(Date.parse(name)));
	const [first, last] = [names.at(0), names.at(-1)];
	if (byDay === null || first === undefined || last === undefined)
		return { days: null, perDay: null, perDayLow: null, perDayHigh: null, busiestDay: null, minutesPerDay: null, ...common };
	// A day without a row is a day without a review.
	const days = Math.round((Date.parse(last) - Date.parse(first)) / dayMs) + 1;
	const counts = names.map((name) => asked(byDay[name] as RouteCounts));
	const perDay = counts.reduce((sum, each) => sum + each, 0) / days;
	const squares = counts.reduce((sum, each) => sum + (each - perDay) ** 2, 0) + (days - counts.length) * perDay ** 2;
	const margin = days < 2 ? null : 1.96 * Math.sqrt(squares / (days - 1) / days);
	return {
		days,
		perDay,
		perDayLow: margin === null ? null : Math.max(0, perDay - margin),
		perDayHigh: margin === null ? null : perDay + margin,
		busiestDay: Math.max(0, ...counts),
		minutesPerDay: perDay * minutes,
		...common,
	};
}

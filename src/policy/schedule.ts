/** Weekly hours with dated overrides, and leave, as spans of real time. Pure. */
import { Temporal } from 'temporal-polyfill';
import { dayNames, type LeaveEntry, type ScheduleEntry, type WeekHours } from './document-hours.ts';
import { datesAround, instantAt, merged, type Span, spanOn } from './local-span.ts';

/** Which part of time is looked at: from `from` on, at least until `to`. In ms since the epoch. */
export interface Range {
	readonly from: number;
	readonly to: number;
}

/** Hours as a document gives them: weekly ones, and dates with other ones. */
export type Hours = Pick<ScheduleEntry, 'weekly' | 'overrides'>;

/** When hours hold, as spans that touch the range. */
export function spansOf({ weekly, overrides }: Hours, zone: string, { from, to }: Range): Span[] {
	const spans = datesAround(from, to, zone).flatMap((date) => {
		const day = date.toString();
		const other = overrides.findLast((each) => each.date <= day && day <= (each.until ?? each.date));
		const hours = other === undefined ? weekly.filter((each) => isOn(each, date)) : other.hours;
		return hours.map((each) => spanOn(date, each, zone));
	});
	return merged(spans).filter(([, end]) => end > from);
}

const isOn = ({ days }: WeekHours, date: Temporal.PlainDate): boolean => {
	const day = dayNames[date.dayOfWeek - 1];
	return days === undefined || (day !== undefined && days.includes(day));
};

/** A leave as a span: whole days of a zone. */
export function leaveSpan({ from, to }: LeaveEntry, zone: string): Span {
	const start = (date: string, edge: 'from' | 'to', days: number): number =>
		instantAt(Temporal.PlainDate.from(date).add({ days }), 0, { zone, edge });
	return [start(from, 'from', 0), start(to, 'to', 1)];
}

/** The span that holds an instant, or null. */
export const spanAt = (spans: readonly Span[], at: number): Span | null =>
	spans.find(([from, to]) => from <= at && at < to) ?? null;

/** When the next span begins after an instant, or null. */
export const nextAfter = (spans: readonly Span[], at: number): number | null => spans.find(([from]) => from > at)?.[0] ?? null;

/** The last of these minutes of the day that is not after an instant: when a daily message was last due. */
export function lastTimeOfDay(minutes: readonly number[], zone: string, at: number): number {
	const instants = datesAround(at, at, zone).flatMap((date) =>
		minutes.map((minute) => instantAt(date, minute, { zone, edge: 'from' })),
	);
	return Math.max(...instants.filter((instant) => instant <= at));
}

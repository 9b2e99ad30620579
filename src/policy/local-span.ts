/**
 * Hours of the local day as spans of real time. On the days on which a zone changes its offset, a local time may not exist or
 * may come twice. A span that begins or ends at one that does not exist does so at the change; of two it begins with the first and
 * ends with the second: nobody is off duty, and nothing is loud, because a clock was put back.
 */
import { Temporal } from 'temporal-polyfill';

/** From the first to the second instant, the second not included. In ms since the epoch. */
export type Span = readonly [from: number, to: number];

/** Minutes of the local day; `to` not later than `from` is of the next day, 1440 is the end of the day. */
export interface DayHours {
	readonly from: number;
	readonly to: number;
}

/** The instant of a local time of a zone at the edge of a span. `minute` counts from the start of the date, and may be past its end. */
export function instantAt(
	date: Temporal.PlainDate,
	minute: number,
	at: { readonly zone: string; readonly edge: 'from' | 'to' },
): number {
	const day = minute >= 1440 ? date.add({ days: Math.floor(minute / 1440) }) : date;
	const local = day.toPlainDateTime({ hour: Math.floor((minute % 1440) / 60), minute: minute % 60 });
	const earlier = local.toZonedDateTime(at.zone, { disambiguation: 'earlier' });
	if (!earlier.toPlainDateTime().equals(local)) {
		// The local time does not exist: the clock is put forward over it.
		const change = earlier.getTimeZoneTransition('next');
		return (change ?? earlier).epochMilliseconds;
	}
	if (at.edge === 'from') return earlier.epochMilliseconds;
	return local.toZonedDateTime(at.zone, { disambiguation: 'later' }).epochMilliseconds;
}

/** The span of hours that begin on a date. Empty (`from` not before `to`) where the clock is put forward over all of it. */
export function spanOn(date: Temporal.PlainDate, { from, to }: DayHours, zone: string): Span {
	const end = to > from ? to : to + 1440;
	return [instantAt(date, from, { zone, edge: 'from' }), instantAt(date, end, { zone, edge: 'to' })];
}

/** Spans in order, those that touch made one, empty ones left out. */
export function merged(spans: readonly Span[]): Span[] {
	const found: Span[] = [];
	for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
		if (from >= to) continue;
		const last = found.at(-1);
		if (last !== undefined && from <= last[1]) found[found.length - 1] = [last[0], Math.max(last[1], to)];
		else found.push([from, to]);
	}
	return found;
}

/** The local date of an instant. */
export const dateAt = (at: number, zone: string): Temporal.PlainDate =>
	Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(zone).toPlainDate();

/** The dates on which a span that touches `from` to `to` can have begun: one before, because it may be past midnight. */
export function datesAround(from: number, to: number, zone: string): Temporal.PlainDate[] {
	const dates: Temporal.PlainDate[] = [];
	const last = dateAt(to, zone);
	for (
		let date = dateAt(from, zone).subtract({ days: 1 });
		Temporal.PlainDate.compare(date, last) <= 0;
		date = date.add({ days: 1 })
	)
		dates.push(date);
	return dates;
}

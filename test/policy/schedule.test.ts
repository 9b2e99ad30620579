/** Hours of the local day over clock changes: nobody is off duty, and nothing loud, because a clock was moved. */
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { dateAt, merged, spanOn } from '../../src/policy/local-span.ts';
import { lastTimeOfDay, leaveSpan, nextAfter, spanAt, spansOf } from '../../src/policy/schedule.ts';
import { coversWeek, longestMs, weekSpans } from '../../src/policy/week-minutes.ts';

const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
const iso = (at: number): string => new Date(at).toISOString().slice(0, 16);
const span = (date: string, hours: string, zone: string): string[] => {
	const [from = '', to = ''] = hours.split('-');
	return spanOn(Temporal.PlainDate.from(date), { from: minutes(from), to: minutes(to) }, zone).map(iso);
};

describe('a span of the local day', () => {
	// Each row: the date, the local hours, the zone, and the instants in UTC.
	it.each([
		['2027-03-27', '09:00-17:00', 'Europe/Berlin', '2027-03-27T08:00', '2027-03-27T16:00'],
		['2027-03-28', '09:00-17:00', 'Europe/Berlin', '2027-03-28T07:00', '2027-03-28T15:00'],
		['2027-10-31', '09:00-17:00', 'Europe/Berlin', '2027-10-31T08:00', '2027-10-31T16:00'],
		// 02:00 to 03:00 does not exist: what begins or ends in it does so at the change.
		['2027-03-28', '02:30-06:00', 'Europe/Berlin', '2027-03-28T01:00', '2027-03-28T04:00'],
		['2027-03-28', '00:00-02:30', 'Europe/Berlin', '2027-03-27T23:00', '2027-03-28T01:00'],
		['2027-03-28', '02:30-03:15', 'Europe/Berlin', '2027-03-28T01:00', '2027-03-28T01:15'],
		['2027-03-28', '02:10-02:50', 'Europe/Berlin', '2027-03-28T01:00', '2027-03-28T01:00'],
		['2027-03-27', '22:00-06:00', 'Europe/Berlin', '2027-03-27T21:00', '2027-03-28T04:00'],
		// 02:00 to 03:00 comes twice: it begins with the first, and ends with the second.
		['2027-10-31', '02:30-06:00', 'Europe/Berlin', '2027-10-31T00:30', '2027-10-31T05:00'],
		['2027-10-31', '00:00-02:30', 'Europe/Berlin', '2027-10-30T22:00', '2027-10-31T01:30'],
		['2027-10-30', '22:00-06:00', 'Europe/Berlin', '2027-10-30T20:00', '2027-10-31T05:00'],
		// The United States change two or three weeks apart from Europe.
		['2027-03-14', '09:00-17:00', 'America/New_York', '2027-03-14T13:00', '2027-03-14T21:00'],
		['2027-03-14', '02:30-04:00', 'America/New_York', '2027-03-14T07:00', '2027-03-14T08:00'],
		['2027-11-07', '01:30-09:00', 'America/New_York', '2027-11-07T05:30', '2027-11-07T14:00'],
		// Lord Howe moves its clocks by half an hour.
		['2027-10-03', '02:15-09:00', 'Australia/Lord_Howe', '2027-10-02T15:30', '2027-10-02T22:00'],
		['2027-04-04', '01:45-09:00', 'Australia/Lord_Howe', '2027-04-03T14:45', '2027-04-03T22:30'],
		['2027-04-04', '00:00-01:45', 'Australia/Lord_Howe', '2027-04-03T13:00', '2027-04-03T15:15'],
		// Samoa had no 30 December 2011.
		['2011-12-30', '09:00-17:00', 'Pacific/Apia', '2011-12-30T10:00', '2011-12-30T10:00'],
		['2028-02-29', '00:00-24:00', 'Asia/Shanghai', '2028-02-28T16:00', '2028-02-29T16:00'],
	])('%s %s %s', (...[date, hours, zone, from, to]) => {
		expect(span(date, hours, zone)).toEqual([from, to]);
	});

	it('leaves no hole between two shifts that follow each other, on any day, in any zone', () => {
		const zones = [
			'Europe/Berlin',
			'America/New_York',
			'Australia/Lord_Howe',
			'America/Santiago',
			'Asia/Tehran',
			'Pacific/Apia',
			'UTC',
		];
		fc.assert(
			fc.property(
				fc.constantFrom(...zones),
				fc.integer({ min: 0, max: 800 }),
				fc.integer({ min: 1, max: 1439 }),
				(zone, days, handover) => {
					const date = Temporal.PlainDate.from('2026-01-01').add({ days });
					const day = [
						spanOn(date, { from: 0, to: handover }, zone),
						spanOn(date, { from: handover, to: 1440 }, zone),
						spanOn(date.add({ days: 1 }), { from: 0, to: handover }, zone),
					];
					expect(merged(day)).toHaveLength(1);
				},
			),
			{ numRuns: 500 },
		);
	});

	it('holds an instant exactly when the local clock shows a time in it, where no clock is moved', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 1439 }),
				fc.integer({ min: 0, max: 1440 }),
				fc.integer({ min: 0, max: 2879 }),
				(from, to, at) => {
					fc.pre(from !== to);
					const zone = 'Asia/Shanghai';
					const instant = Date.UTC(2026, 10, 20, -8) + at * 60_000;
					const spans = spansOf({ weekly: [{ from, to }], overrides: [] }, zone, { from: instant, to: instant });
					const minute = at % 1440;
					const inside = to > from ? minute >= from && minute < to : minute >= from || minute < to;
					expect(spanAt(spans, instant) !== null).toBe(inside);
				},
			),
			{ numRuns: 500 },
		);
	});
});

describe('a schedule', () => {
	const weekly = [
		{ days: ['mon', 'tue', 'wed', 'thu', 'fri'] as const, from: minutes('09:00'), to: minutes('17:00') },
		{ days: ['fri'] as const, from: minutes('22:00'), to: minutes('02:00') },
	].map((hours) => ({ ...hours, days: [...hours.days] }));
	const overrides = [
		{ date: '2026-12-24', hours: [{ from: minutes('09:00'), to: minutes('12:00') }] },
		{ date: '2026-12-25', until: '2027-01-01', hours: [] },
		{ date: '2026-12-31', hours: [{ from: minutes('20:00'), to: minutes('04:00') }] },
	];
	const at = (local: string): number => Temporal.PlainDateTime.from(local).toZonedDateTime('Europe/Berlin').epochMilliseconds;
	const on = (local: string): boolean => {
		const instant = at(local);
		return spanAt(spansOf({ weekly, overrides }, 'Europe/Berlin', { from: instant, to: instant }), instant) !== null;
	};

	it.each([
		['2026-11-23T08:59', false],
		['2026-11-23T09:00', true],
		['2026-11-23T16:59', true],
		['2026-11-23T17:00', false],
		['2026-11-21T10:00', false],
		// Friday's late shift ends on Saturday.
		['2026-11-20T23:00', true],
		['2026-11-21T01:59', true],
		['2026-11-21T02:00', false],
		['2026-12-24T11:00', true],
		['2026-12-24T14:00', false],
		['2026-12-28T10:00', false],
		['2026-12-31T21:00', true],
		['2027-01-01T03:00', true],
		['2027-01-01T10:00', false],
		['2027-01-04T10:00', true],
	])('%s: %s', (local, expected) => expect(on(local)).toBe(expected));

	it('says when the next shift begins', () => {
		const friday = at('2026-12-25T10:00');
		const spans = spansOf({ weekly, overrides }, 'Europe/Berlin', { from: friday, to: friday + 9 * 86_400_000 });
		expect(nextAfter(spans, friday)).toBe(at('2026-12-31T20:00'));
	});

	it('takes a leave as whole days of the person', () => {
		expect(leaveSpan({ from: '2027-03-27', to: '2027-03-28' }, 'Europe/Berlin').map(iso)).toEqual([
			'2027-03-26T23:00',
			'2027-03-28T22:00',
		]);
	});

	it('knows when a daily message was last due, also on the day that has one hour less', () => {
		expect(iso(lastTimeOfDay([minutes('08:30')], 'Europe/Berlin', at('2027-03-28T09:00')))).toBe('2027-03-28T06:30');
		expect(iso(lastTimeOfDay([minutes('08:30')], 'Europe/Berlin', at('2027-03-28T08:00')))).toBe('2027-03-27T07:30');
		expect(iso(lastTimeOfDay([minutes('08:00'), minutes('16:00')], 'Europe/Berlin', at('2027-03-28T17:00')))).toBe(
			'2027-03-28T14:00',
		);
	});

	it('names the date of the person', () => {
		const late = Date.UTC(2026, 10, 22, 23, 30);
		expect(dateAt(late, 'Asia/Shanghai').toString()).toBe('2026-11-23');
		expect(dateAt(late, 'America/New_York').toString()).toBe('2026-11-22');
	});
});

describe('hours of the week', () => {
	it('join over midnight and over the end of the week', () => {
		expect(
			weekSpans([
				{ days: ['sun'], from: minutes('22:00'), to: minutes('06:00') },
				{ days: ['mon'], from: minutes('06:00'), to: minutes('07:00') },
			]),
		).toEqual([{ from: 6 * 1440 + 1320, to: 7 * 1440 + 420 }]);
		expect(longestMs([{ from: minutes('22:00'), to: minutes('07:00') }])).toBe(9 * 3_600_000);
		expect(longestMs([])).toBe(0);
	});

	it('cover the week only where they leave no minute out', () => {
		expect(coversWeek([{ from: 0, to: 1440 }])).toBe(true);
		expect(coversWeek([{ from: minutes('08:00'), to: minutes('07:59') }])).toBe(false);
		expect(
			coversWeek([
				{ from: minutes('20:00'), to: minutes('08:00') },
				{ from: minutes('08:00'), to: minutes('20:00') },
			]),
		).toBe(true);
		expect(coversWeek([])).toBe(false);
	});
});

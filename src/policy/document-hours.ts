/** Hours of the day and days of the week in a policy document: shifts, quiet hours, leave. Output is minutes of the local day. */
import { z } from 'zod';
import { name } from './vocabulary.ts';

/** Days as a document names them, Monday first: index + 1 is the ISO day of the week. */
export const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type DayName = (typeof dayNames)[number];

const clockForm = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/;

/** `09:30` as minutes of the day; `24:00` is the end of it. */
export const clockTime = z
	.string('must be a time of day such as `"09:30"`')
	.regex(clockForm, 'must be a time of day such as `"09:30"`, from `"00:00"` to `"24:00"`')
	.transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5)));

/** A date of the calendar: `2026-12-24`. */
export const calendarDate = z.iso.date('must be a date such as `2026-12-24`');

/** An IANA zone that this platform knows. */
export const timeZone = z.string().max(64).refine(isTimeZone, 'must be an IANA time zone such as `Europe/Berlin`');

function isTimeZone(zone: string): boolean {
	try {
		new Intl.DateTimeFormat('en', { timeZone: zone });
		return true;
	} catch {
		return false;
	}
}

const from = clockTime
	.refine((minutes) => minutes < 1440, 'must be a time of the day itself; write `"00:00"`')
	.describe('Local time at which they begin.');
const to = clockTime.describe('Local time at which they end; one that is not later than `from` is of the next day.');
const span = { from, to } as const;
const spans = z
	.strictObject(span)
	.refine(({ from, to }) => from !== to, 'begin and end at the same time; write `"00:00"` to `"24:00"` for a whole day');

/** Hours of a week: of every day, or of some. */
export const weekHours = z
	.strictObject({
		days: z
			.array(z.enum(dayNames))
			.min(1, 'must name at least one day')
			.max(7)
			.optional()
			.describe('Days on which they begin. Default every day.'),
		...span,
	})
	.refine(({ from, to }) => from !== to, 'begin and end at the same time; write `"00:00"` to `"24:00"` for a whole day');
export type WeekHours = z.output<typeof weekHours>;

/** Other hours on one date, or on several days in a row. */
export const dateHours = z
	.strictObject({
		date: calendarDate.describe('The date, or the first of several.'),
		until: calendarDate.optional().describe('The last date. Default the same.'),
		hours: z.array(spans).max(20).describe('The hours of these days, instead of the weekly ones; `[]` for none.'),
	})
	.refine(({ date, until }) => until === undefined || until >= date, { path: ['until'], error: 'must not be before `date`' });
export type DateHours = z.output<typeof dateHours>;

/** When people are on duty. */
export const schedule = z.strictObject({
	for: z
		.array(name)
		.min(1, 'must name at least one group, role or reviewer')
		.max(200)
		.describe('Groups, roles and reviewers. A schedule that names a reviewer comes before those that name a group or role.'),
	time_zone: timeZone.describe('IANA time zone of the hours.'),
	weekly: z.array(weekHours).max(100).default([]).describe('Hours of duty by day of the week.'),
	overrides: z
		.array(dateHours)
		.max(400)
		.default([])
		.describe('Dates with other hours: holidays, extra shifts. Of several for one date the last counts.'),
});
export type ScheduleEntry = z.output<typeof schedule>;

/** When somebody is away, and who stands in for them. */
export const leave = z
	.strictObject({
		from: calendarDate.describe('First day, in the time zone of the reviewer.'),
		to: calendarDate.describe('Last day.'),
		delegate: name.optional().describe('Reviewer who is told instead and may answer. Default nobody.'),
	})
	.refine(({ from, to }) => to >= from, { path: ['to'], error: 'must not be before `from`' });
export type LeaveEntry = z.output<typeof leave>;

/** Hours in which somebody is not interrupted: one span, or a list of them. */
export const quietHours = z
	.union([weekHours, z.array(weekHours).max(50)])
	.transform((given): readonly WeekHours[] => (Array.isArray(given) ? given : [given]));

/** When one person can be told: leave, the hours of duty, and, for what is not urgent, quiet hours. Pure. */
import type { PolicyDocument } from './document.ts';
import type { LeaveEntry, ScheduleEntry } from './document-hours.ts';
import type { RegisteredReviewer } from './document-review.ts';
import { peopleIn } from './plan.ts';
import { leaveSpan, nextAfter, type Range, spanAt, spansOf } from './schedule.ts';

type People = Pick<PolicyDocument, 'reviewers' | 'groups' | 'schedules'>;

/** The schedules that hold for each reviewer; whom none holds for is always on duty. */
export type Rosters = ReadonlyMap<string, readonly ScheduleEntry[]>;

/** Works out who is on which schedule: those that name the reviewer, else those of their groups and roles. */
export function rostersOf(document: People): Rosters {
	const entries = Object.values(document.schedules);
	const rosters = new Map<string, readonly ScheduleEntry[]>();
	for (const id of Object.keys(document.reviewers)) {
		const own = entries.filter((entry) => entry.for.includes(id));
		const found = own.length > 0 ? own : entries.filter((entry) => peopleIn(entry.for, document).includes(id));
		if (found.length > 0) rosters.set(id, found);
	}
	return rosters;
}

/** What is asked of somebody's time. */
export interface Wanted extends Range {
	/** Quiet hours do not hold it back. */
	readonly urgent: boolean;
}

/** One person's time. */
export interface Person {
	readonly reviewer: RegisteredReviewer;
	readonly schedules: readonly ScheduleEntry[];
}

/** The leave that somebody is on at an instant, or null. */
export function leaveAt(reviewer: RegisteredReviewer, at: number): LeaveEntry | null {
	for (const entry of reviewer.leave) {
		const [from, to] = leaveSpan(entry, reviewer.timeZone);
		if (from <= at && at < to) return entry;
	}
	return null;
}

/** More steps from one obstacle to the next than a week of odd hours can have. */
const mostSteps = 200;

/**
 * The first instant from `from` on at which the person can be told, or null where there is none before `to`. `from` itself: at
 * once.
 */
export function availableFrom({ reviewer, schedules }: Person, { from, to, urgent }: Wanted): number | null {
	const { leave, quietHours, timeZone } = reviewer;
	const quiet = urgent ? [] : quietHours;
	if (leave.length === 0 && schedules.length === 0 && quiet.length === 0) return from;
	const away = leave.map((entry) => leaveSpan(entry, timeZone));
	const silent = quiet.length === 0 ? [] : spansOf({ weekly: [...quiet], overrides: [] }, timeZone, { from, to });
	const duty = schedules.map((entry) => spansOf(entry, entry.time_zone, { from, to }));
	let at: number | null = from;
	for (let steps = 0; at !== null && at < to && steps < mostSteps; steps++) {
		const obstacle: number | undefined = spanAt(away, at)?.[1] ?? spanAt(silent, at)?.[1];
		const next: number | null = obstacle ?? nextDuty(duty, at);
		if (next === at) return at;
		at = next;
	}
	return null;
}

/** The instant itself where somebody is on duty, else when duty begins, or null. */
function nextDuty(schedules: readonly (readonly (readonly [number, number])[])[], at: number): number | null {
	if (schedules.length === 0 || schedules.some((spans) => spanAt(spans, at) !== null)) return at;
	const starts = schedules.map((spans) => nextAfter(spans, at)).filter((start) => start !== null);
	return starts.length === 0 ? null : Math.min(...starts);
}

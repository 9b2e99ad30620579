/** When a reader's digest is due: at times of their day, or so long after the first line. Never in quiet hours or on leave. Pure. */
import { availableFrom } from './availability.ts';
import { personOf } from './on-duty.ts';
import type { Policy } from './policy.ts';
import { lastTimeOfDay } from './schedule.ts';

/** Whether a reader's lines go out now. `waitingSince`: when the first of them was given to the reader. */
export function digestDue(
	policy: Pick<Policy, 'document' | 'rosters'>,
	reader: string,
	at: { now: number; waitingSince: number },
): boolean {
	const { notify_digest: digest } = policy.document;
	const person = personOf(policy, reader);
	if (digest === false || person === null) return false;
	const { now, waitingSince } = at;
	const { digestAt, timeZone } = person.reviewer;
	const times = digestAt === null ? digest.at : [digestAt];
	// Information waits for nobody's shift, and quiet hours do not outdo a time of day that was asked for.
	const reading = { reviewer: person.reviewer, schedules: [] };
	if (availableFrom(reading, { from: now, to: now + 1, urgent: times !== null }) !== now) return false;
	return times === null ? now >= waitingSince + digest.every : waitingSince < lastTimeOfDay(times, timeZone, now);
}

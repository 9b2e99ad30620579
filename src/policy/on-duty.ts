/** Who of a tier can be told, and when: now, later (when quiet hours end, a shift begins, a leave is over), or a delegate. Pure. */
import type { Tier } from '../domain/verdict.ts';
import { availableFrom, leaveAt, type Person } from './availability.ts';
import type { Policy } from './policy.ts';

/** Somebody who is told. */
export interface Told {
	readonly reviewer: string;
	/** The people of the tier whom this one stands in for; empty where they are meant themselves alone. */
	readonly standsFor: readonly string[];
}

export interface Duty {
	/** To tell at once. */
	readonly now: readonly Told[];
	/** To tell at an instant of their own, before the message would be of no use any more; soonest first. */
	readonly later: readonly (Told & { readonly at: number })[];
	/** On duty, but in quiet hours that last too long: nobody wakes them while there is anybody else. */
	readonly quiet: readonly Told[];
}

export interface DutyAt {
	readonly now: number;
	/** From this instant on a message would be of no use. */
	readonly until: number;
	/** Who is left out: who answered already, or may not approve. */
	readonly without?: (reviewer: string) => boolean;
}

/** The person of an id, active or not; null where policy knows none. */
export function personOf({ document, rosters }: Pick<Policy, 'document' | 'rosters'>, id: string): Person | null {
	const reviewer = Object.hasOwn(document.reviewers, id) ? document.reviewers[id] : undefined;
	return reviewer === undefined ? null : { reviewer, schedules: rosters.get(id) ?? [] };
}

/** Longest chain of delegates that is followed; policy refuses cycles. */
const longestChain = 20;

/** Who answers in somebody's place at an instant: themselves, or the last delegate of a chain of leaves; null for nobody. */
export function standInOf(policy: Pick<Policy, 'document' | 'rosters'>, id: string, at: number): string | null {
	let current: string | undefined = id;
	for (let steps = 0; current !== undefined && steps < longestChain; steps++) {
		const person = personOf(policy, current);
		if (person === null || !person.reviewer.active) return null;
		const away = leaveAt(person.reviewer, at);
		if (away === null) return current;
		current = away.delegate;
	}
	return null;
}

/** Works out who of a tier is told. */
export function onDuty(policy: Pick<Policy, 'document' | 'rosters'>, tier: Tier, { now, until, without }: DutyAt): Duty {
	const urgent = tier.urgent === true;
	const candidates = new Map<string, string[]>();
	for (const id of tier.to) {
		const standIn = standInOf(policy, id, now);
		// Who is away without a delegate may be back in time.
		const reviewer = standIn ?? id;
		const standsFor = candidates.get(reviewer) ?? [];
		candidates.set(reviewer, standIn === null || standIn === id ? standsFor : [...standsFor, id]);
	}
	const duty: { now: Told[]; later: (Told & { at: number })[]; quiet: Told[] } = { now: [], later: [], quiet: [] };
	for (const [reviewer, standsFor] of candidates) {
		const person = personOf(policy, reviewer);
		if (person === null || !person.reviewer.active || without?.(reviewer)) continue;
		const told: Told = { reviewer, standsFor };
		const at = availableFrom(person, { from: now, to: until, urgent });
		if (at === now) duty.now.push(told);
		else if (at !== null) duty.later.push({ ...told, at });
		else if (!urgent && availableFrom(person, { from: now, to: now + 1, urgent: true }) === now) duty.quiet.push(told);
	}
	duty.later.sort((a, b) => a.at - b.at);
	return duty;
}

/** Whose seat in a plan somebody fills now: their own, that of a person on leave, or null where they have none. */
export function seatOf(
	policy: Pick<Policy, 'document' | 'rosters'>,
	reviewers: readonly string[],
	at: { reviewer: string; now: number },
): string | null {
	if (reviewers.includes(at.reviewer)) return at.reviewer;
	return reviewers.find((id) => standInOf(policy, id, at.now) === at.reviewer) ?? null;
}

/** What is known of how things went, read from the store and added up: for guards, demotions and reports. */
import type { SpotCheck } from '../domain/spot-check.ts';
import type { Tally } from '../learning/tallies.ts';
import { dayOf } from '../store/statistics.ts';
import type { Store } from '../store/store.ts';

const dayMs = 86_400_000;
/** Days that are read at once. */
const daysAtOnce = 30;

/** Everything that was counted from the day of one instant to that of another, both included, by day (its start, in ms). */
export async function* countsByDay(
	store: Store,
	from: number,
	to: number,
): AsyncIterable<{ at: number; counts: readonly Tally[] }> {
	const days: number[] = [];
	for (let day = dayOf(from); day <= dayOf(to); day++) days.push(day);
	for (let i = 0; i < days.length; i += daysAtOnce) {
		const part = days.slice(i, i + daysAtOnce);
		const counts = await Promise.all(part.map((day) => store.learning.statistics.day(day)));
		for (const [j, found] of counts.entries()) yield { at: (part[j] as number) * dayMs, counts: found };
	}
}

export interface Known {
	readonly counts: readonly Tally[];
	/** The same by day: its start, in ms. */
	readonly days: readonly { readonly at: number; readonly counts: readonly Tally[] }[];
	readonly checks: readonly SpotCheck[];
	readonly tenants: readonly string[];
}

/** Counts and spot checks of every tenant over a span. */
export async function knownOf(store: Store, from: number, to: number): Promise<Known> {
	const days: Known['days'][number][] = [];
	for await (const day of countsByDay(store, from, to)) days.push(day);
	const counts = days.flatMap((day) => day.counts);
	const tenants = [...new Set(counts.map(({ words }) => words[1] ?? 'default'))];
	const checks = await Promise.all(tenants.map((tenant) => store.learning.spotChecks.between(tenant, from, to + 1)));
	return { counts, days, checks: checks.flat(), tenants };
}

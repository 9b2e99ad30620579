/** What waits for one reviewer, out of all that waits. */
import { type Pending, waitsFor } from './pending.ts';

interface Views {
	readonly mine: readonly Pending[];
	readonly cases: readonly Pending[];
	readonly everyone: readonly Pending[];
}

/** By the board's order, which is another object after every change: a list of thousands is gone through once, not for each page. */
const known = new WeakMap<readonly Pending[], Map<string, Views>>();

/** What waits for one reviewer among entries, in the order given. */
export function viewsOf(entries: readonly Pending[], reviewer: string): Views {
	const people = known.get(entries) ?? new Map<string, Views>();
	known.set(entries, people);
	const before = people.get(reviewer);
	if (before !== undefined) return before;
	const views = {
		mine: entries.filter((entry) => waitsFor(entry, reviewer)),
		cases: entries.filter((entry) => entry.owner === reviewer),
		everyone: entries,
	};
	people.set(reviewer, views);
	return views;
}

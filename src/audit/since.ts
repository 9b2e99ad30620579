/** What became of an earlier copy of a history: only this tells of an action that is gone altogether, or of a history written anew. Pure. */
import type { Head, RecordedAction } from './recorded.ts';
import { chainOf, type Finding } from './story.ts';

export interface Earlier {
	readonly head: Head;
	readonly actions: ReadonlyMap<string, RecordedAction>;
}

/** Holds one action against the copy. `now`: as it stands today, or null; `at`: when that was taken; `keepMs`: how long an ended one is kept. */
export function changedSince(
	earlier: Earlier,
	id: string,
	{ now, at, keepMs }: { now: RecordedAction | null; at: number; keepMs: number },
): Finding | null {
	const before = earlier.actions.get(id);
	if (before === undefined || before.chain === null) return null;
	if (now === null || now.state === null) {
		// It may have ended since, and been forgotten as agreed.
		if (at - earlier.head.takenAt >= keepMs) return null;
		return { fault: 'lost', id, what: `it was ${before.state}, and is not there any more` };
	}
	if (chainOf(now.history.slice(0, before.history.length)) === before.chain) return null;
	return { fault: 'altered', id, what: 'its history does not go on from what it was' };
}

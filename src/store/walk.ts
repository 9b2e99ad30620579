/** Every action of a tenant, once. */
import type { Action } from '../domain/action.ts';
import type { State } from '../domain/lifecycle.ts';
import type { Store } from './store.ts';

export interface Walk {
	readonly tenant: string;
	/** Absent: all. */
	readonly state?: State | undefined;
	/** How many records are read at a time. */
	readonly batch?: number;
}

/**
 * Newest change first, a batch at a time. What changes meanwhile moves to the front, where this has been already: those come last,
 * as they are then, so that none is missing and none comes twice.
 */
export async function* walk(
	{ actions, now }: Pick<Store, 'actions' | 'now'>,
	{ tenant, state, batch = 200 }: Walk,
): AsyncGenerator<Action[]> {
	const seen = new Set<string>();
	const unseen = (found: readonly Action[]): Action[] => found.filter(({ id }) => !seen.has(id) && seen.add(id) !== undefined);
	const startedAt = await now();
	const until = async function* (oldest: number): AsyncGenerator<Action[]> {
		let cursor: string | null = null;
		do {
			const page: Awaited<ReturnType<typeof actions.list>> = await actions.list({
				tenant,
				limit: batch,
				...(state !== undefined && { state }),
				...(cursor !== null && { cursor }),
			});
			const fresh = unseen(page.actions);
			if (fresh.length > 0) yield fresh;
			cursor = (page.actions.at(-1)?.updatedAt ?? 0) < oldest ? null : page.cursor;
		} while (cursor !== null);
	};
	yield* until(0);
	yield* until(startedAt);
}

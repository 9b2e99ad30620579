/** Whose turn it is: where only some of several people are told, those whose message joins others, then who was interrupted least. */
import type { Action } from '../domain/action.ts';
import { dateAt } from '../policy/local-span.ts';
import type { Told } from '../policy/on-duty.ts';
import { reviewerOf } from '../policy/reviewers.ts';
import type { WorkerDeps } from './deps.ts';

/** The date for a reviewer, by which interruptions are counted. */
export const dayOf = ({ engine }: Pick<WorkerDeps, 'engine'>, reviewer: string, at: number): string =>
	dateAt(at, reviewerOf(engine.policy(), reviewer)?.timeZone ?? 'UTC').toString();

/** At most `most` of these people. */
export async function leastInterrupted(
	deps: WorkerDeps,
	action: Action,
	{ people, most, now, urgent }: { people: readonly Told[]; most: number; now: number; urgent: boolean },
): Promise<readonly Told[]> {
	if (people.length <= most) return people;
	const { store } = deps.engine;
	const days = new Map(people.map(({ reviewer }) => [reviewer, dayOf(deps, reviewer, now)]));
	const counts = new Map<string, Record<string, number>>();
	for (const day of new Set(days.values())) counts.set(day, await store.load.on(day));
	// By the action's id among equals: two that come at once should not both fall to whoever stands first in the list.
	const turn = [...action.id].reduce((sum, character) => sum + character.charCodeAt(0), 0) % people.length;
	const ranked = await Promise.all(
		people.map(async (person, i) => ({
			person,
			joins: !urgent && (await goesOutSoon(deps, person.reviewer)),
			count: counts.get(days.get(person.reviewer) ?? '')?.[person.reviewer] ?? 0,
			turn: (i - turn + people.length) % people.length,
		})),
	);
	ranked.sort((a, b) => Number(b.joins) - Number(a.joins) || a.count - b.count || a.turn - b.turn);
	return ranked.slice(0, most).map(({ person }) => person);
}

/** Whether a gathered message to this person is about to go out anyway. */
async function goesOutSoon({ engine }: WorkerDeps, reviewer: string): Promise<boolean> {
	const boxes = await Promise.all(
		(['email', 'sms', 'slack'] as const).map((channel) => engine.store.held.goesOutAt({ reviewer, channel })),
	);
	return boxes.some((at) => at !== null);
}

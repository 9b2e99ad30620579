/** Spot checks that were drawn become questions once their actions have ended: in the inbox, and as lines of the digest. */
import type { Action } from '../domain/action.ts';
import { isEnd } from '../domain/lifecycle.ts';
import type { Drawn } from '../domain/spot-check.ts';
import { digestReaders } from '../policy/reviewers.ts';
import { maySpotCheck } from '../policy/spot-checks.ts';
import type { WorkerDeps } from './deps.ts';

const batch = 200;
/** An execution that has not ended after this takes long, in ms. */
const slowMs = 60_000;

/** Asks about what has run since the last round. */
export async function askChecks(deps: WorkerDeps): Promise<void> {
	const { store, policy } = deps.engine;
	const { spotChecks } = store.learning;
	const drawn = await spotChecks.drawn(batch);
	if (drawn.length === 0) return;
	const actions = new Map((await store.actions.getAll(drawn.map(({ actionId }) => actionId))).map((each) => [each.id, each]));
	const standing = (each: Drawn): 'ran' | 'not_yet' | 'not_run' => {
		const state = actions.get(each.actionId)?.state;
		if (state === undefined) return 'not_run';
		return state === 'executed' ? 'ran' : isEnd(state) ? 'not_run' : 'not_yet';
	};
	const ran = drawn.filter((each) => standing(each) === 'ran');
	await spotChecks.ask(ran);
	// What takes long makes room for the others; what is about to end is looked at again in the next round.
	const patient = (await store.now()) - slowMs;
	await spotChecks.postpone(drawn.filter((each) => standing(each) === 'not_yet' && each.ranAt < patient));
	// What was stopped or failed did nothing that could have been wrong; the report counts it as not run.
	await spotChecks.drop(drawn.filter((each) => standing(each) === 'not_run'));
	const readers = new Set(digestReaders(policy()).flatMap(({ reviewer, channel }) => (channel === 'inbox' ? [] : [reviewer])));
	for (const { actionId } of ran) {
		const action = actions.get(actionId) as Action;
		await store.digestLines.give(
			[actionId],
			[...readers].filter((reader) => maySpotCheck(policy(), action, reader)),
		);
		deps.signal('spot_check_asked', actionId);
	}
}

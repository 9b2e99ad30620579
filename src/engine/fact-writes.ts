/**
 * What a change means for the facts that policy will ask for: an action that will not run gives back what it had reserved, an
 * environment that refused is remembered, and so is what people said about the agent.
 */
import type { Action } from '../domain/action.ts';
import { type Event, isEnd, row } from '../domain/lifecycle.ts';
import { notRunCount } from '../learning/tallies.ts';
import { factsQuery } from '../policy/facts-query.ts';
import type { Policy } from '../policy/policy.ts';
import type { Store } from '../store/store.ts';
import type { Change, FactWrite } from '../store/transition.ts';

/** Ends in which the action ran, or may have: what it reserved stays spent. */
const spent: readonly string[] = ['executed', 'unaccounted', 'resolved'];
/** Events in which a person judged what the agent proposed. */
const judged: Readonly<Record<string, boolean>> = {
	approved_by_reviewers: false,
	released: false,
	rejected_by_reviewer: true,
	dismissed: true,
};

/**
 * What went to people is to be learned from once they have judged it, or once it has ended without them; what policy let run and
 * did not run after all is no longer counted as having run.
 */
function learningWrites({ learning }: Store, action: Action, last: Event): readonly FactWrite[] {
	const { proposal, verdict, decision, revision, state, createdAt } = action;
	const { to } = row(last);
	const writes: FactWrite[] = [];
	const unasked = decision?.event === 'routed_auto' || decision?.event === 'routed_notify';
	if (unasked && verdict !== null && revision === 1 && isEnd(to) && to !== 'executed')
		writes.push(...learning.statistics.counted(createdAt, [notRunCount(proposal, verdict)]));
	const judgedNow = judged[last] !== undefined || last === 'revoked' || last === 'resolved_by_hand';
	const waited = state === 'in_review' || state === 'escalated' || state === 'falling_back';
	if (judgedNow || (waited && isEnd(to))) writes.push(...learning.lessons.due('decided', action.id));
	return writes;
}

/** The change, with the facts that go with its last event. */
export function withFacts(engine: { readonly store: Store; policy(): Policy }, action: Action, change: Change): Change {
	const last = change.steps.at(-1)?.event;
	if (last === undefined || last === 'received') return change;
	const { facts } = engine.store;
	const writes: FactWrite[] = [...(change.facts ?? [])];
	// Done in part is spent: how much of it, nobody here can tell.
	const notRun = last === 'edited' || (isEnd(row(last).to) && !spent.includes(row(last).to) && last !== 'execution_partial');
	if (notRun && action.reservedAt !== null)
		writes.push(...facts.released(factsQuery(engine.policy(), action.proposal), action.reservedAt));
	if (last === 'execution_refused') {
		const { refusalKey } = factsQuery(engine.policy(), action.proposal);
		if (refusalKey !== null) writes.push(...facts.refused(action.tenant, refusalKey));
	}
	if (last === 'edited') writes.push(engine.store.backlog.entered(action));
	if (last === 'withdrawn' && action.state === 'received') writes.push(engine.store.backlog.left(action));
	const rejected = judged[last];
	if (rejected !== undefined) writes.push(...facts.reviewed(action.tenant, action.agent, rejected));
	writes.push(...learningWrites(engine.store, action, last));
	return writes.length === 0 ? change : { ...change, facts: writes };
}

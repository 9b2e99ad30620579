/**
 * What a change means for the facts that policy will ask for: an action that will not run gives back what it had reserved, an
 * environment that refused is remembered, and so is what people said about the agent.
 */
import type { Action } from '../domain/action.ts';
import { isEnd, row } from '../domain/lifecycle.ts';
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

/** The change, with the facts that go with its last event. */
export function withFacts(engine: { readonly store: Store; policy(): Policy }, action: Action, change: Change): Change {
	const last = change.steps.at(-1)?.event;
	if (last === undefined || last === 'received') return change;
	const { facts } = engine.store;
	const writes: FactWrite[] = [...(change.facts ?? [])];
	const notRun = last === 'edited' || (isEnd(row(last).to) && !spent.includes(row(last).to));
	if (notRun && action.reservedAt !== null)
		writes.push(...facts.released(factsQuery(engine.policy(), action.proposal), action.reservedAt));
	if (last === 'execution_refused') {
		const { refusalKey } = factsQuery(engine.policy(), action.proposal);
		if (refusalKey !== null) writes.push(...facts.refused(action.tenant, refusalKey));
	}
	const rejected = judged[last];
	if (rejected !== undefined) writes.push(...facts.reviewed(action.tenant, action.agent, rejected));
	return writes.length === 0 ? change : { ...change, facts: writes };
}

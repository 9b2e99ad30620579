/**
 * Policy became stricter while a review was open (R-V7): an approval given under the old one does not count. The action is judged
 * anew in the same write, and whoever policy names now is asked. A policy that became looser changes nothing for what is open.
 */
import type { Action } from '../domain/action.ts';
import { routes, type Verdict } from '../domain/verdict.ts';
import type { Engine } from '../engine/engine.ts';
import { routed } from '../engine/moves.ts';
import { evaluate } from '../policy/evaluate.ts';
import { factsQuery } from '../policy/facts-query.ts';
import { seatOf } from '../policy/on-duty.ts';
import type { Policy } from '../policy/policy.ts';
import { editsOf } from '../policy/separation.ts';
import type { Change } from '../store/transition.ts';
import type { Timed } from './submit.ts';

/** What policy of now makes of an approval that was asked for by another policy: the change to make instead, or null. */
export async function tightened(engine: Engine, action: Action, answering: Timed): Promise<Change | null> {
	const policy = engine.policy();
	const { verdict: before, proposal, revision } = action;
	if (action.state !== 'in_review' || before === null || before.policyDigest === policy.digest) return null;
	const { facts } = engine.store;
	// It has reserved its share already; asking again for the same revision reserves nothing.
	const fetched = await facts.fetch(action.id, revision, factsQuery(policy, proposal));
	// A candidate that judges its share of the traffic was put there by people, and is in force for it.
	const { candidate } = await engine.rollout.at(fetched.rollout);
	if (candidate?.digest === before.policyDigest) return null;
	const edits = editsOf(action.lastEdit);
	const verdict = evaluate(proposal, { ...fetched, ...(edits && { edits }) }, policy, fetched.now);
	if (!isStricter(policy, action, { before, verdict, answering })) return null;
	const { step, ...moved } = routed(proposal, verdict, { id: action.id, facts, digestKey: engine.store.keys.digest });
	return {
		...moved,
		id: action.id,
		tenant: action.tenant,
		version: action.version,
		revision,
		deadline: 'before',
		steps: [{ event: 'policy_tightened', by: 'policy', detail: { from: before.policyDigest, to: policy.digest } }, step],
		// A new revision of the same payload: links and cards of the old one say that it has changed.
		set: { ...moved.set, revision: revision + 1 },
		drop: [...(moved.drop ?? []), 'replies'],
	};
}

interface Judged {
	readonly before: Verdict;
	readonly verdict: Verdict;
	readonly answering: Timed;
}

/** A stricter route, more people, or other people than the one who answers. */
function isStricter(policy: Policy, action: Action, { before, verdict, answering }: Judged): boolean {
	const [was, is] = [routes.indexOf(before.route), routes.indexOf(verdict.route)];
	if (is !== was) return is > was;
	if (verdict.plan === null || action.plan === null) return false;
	if (verdict.plan.quorum > action.plan.quorum) return true;
	return seatOf(policy, verdict.plan.reviewers, { reviewer: answering.reviewer, now: answering.at }) === null;
}

/** Whether policy of now would not have a case released at all. */
export async function isBlocked(engine: Engine, action: Action): Promise<boolean> {
	const policy = engine.policy();
	if (action.state !== 'escalated' || action.verdict?.policyDigest === policy.digest) return false;
	const fetched = await engine.store.facts.fetch(action.id, action.revision, factsQuery(policy, action.proposal));
	return evaluate(action.proposal, fetched, policy, fetched.now).route === 'block';
}

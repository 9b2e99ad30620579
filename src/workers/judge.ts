/** The judgement of one action by the policy in force, and by a candidate beside it where there is one. Pure, but for the load of what is new. */
import type { Proposal } from '../domain/action.ts';
import type { Facts } from '../domain/facts.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { Loaded } from '../engine/rollout.ts';
import { clusterOf, drawOf } from '../learning/strata.ts';
import { evaluate } from '../policy/evaluate.ts';
import type { Policy } from '../policy/policy.ts';

/** The candidate that judges beside `policy`, or undefined: one that is the policy itself by now has arrived. */
export const besideOf = (policy: Policy, { candidate }: Loaded): Policy | undefined =>
	candidate === null || candidate.digest === policy.digest ? undefined : candidate.policy;

export interface Judging {
	readonly policy: Policy;
	/** The roll-out that holds now. */
	readonly loaded: Loaded;
	/** The candidate whose windows the facts were fetched for. */
	readonly beside: Policy | undefined;
}

/** The verdict. `proposal` of one conversation or user always goes to the same policy within one stage. */
export function judgeBeside(proposal: Proposal, facts: Facts, { policy, loaded, beside }: Judging): Verdict {
	const demoted = Object.hasOwn(loaded.rollout.demoted, proposal.operation)
		? loaded.rollout.demoted[proposal.operation]
		: undefined;
	const known: Facts = demoted === undefined ? facts : { ...facts, demoted };
	const { candidate } = loaded;
	// One that came while the facts were fetched judges from the next action on: its windows were not counted for this one.
	if (candidate === null || beside === undefined || candidate.digest !== beside.digest)
		return evaluate(proposal, known, policy, facts.now);
	const tried = drawOf(loaded.key, `${candidate.digest}/${clusterOf(proposal)}`) < candidate.share;
	const [judge, other] = tried ? [candidate.policy, policy] : [policy, candidate.policy];
	const verdict = evaluate(proposal, known, judge, facts.now);
	const { policyDigest, route } = evaluate(proposal, known, other, facts.now);
	return { ...verdict, shadow: { policyDigest, route } };
}

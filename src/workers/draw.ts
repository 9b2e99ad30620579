/** The draw of spot checks, made while an action is routed: before anybody can know how it ends. Costs nothing where policy has none. */
import type { Proposal } from '../domain/action.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { Engine } from '../engine/engine.ts';
import { bandOf, chanceOf, clusterOf, drawOf } from '../learning/strata.ts';
import type { Policy } from '../policy/policy.ts';
import { spotChecksOf } from '../policy/spot-checks.ts';
import { confidenceOf } from '../policy/thresholds.ts';
import type { FactWrite } from '../store/transition.ts';

/** What goes with the write that routes an action. */
export type Drawing = (about: { readonly id: string; readonly verdict: Verdict; readonly at: number }) => readonly FactWrite[];

const none: Drawing = () => [];

/** Prepares the draw of one action, in the same round trip as its facts. */
export async function drawing({ store }: Engine, policy: Policy, proposal: Proposal): Promise<Drawing> {
	const chances = spotChecksOf(policy, proposal.operation);
	if (chances === null) return none;
	const { spotChecks } = store.learning;
	const { tenant, operation, agent } = proposal;
	const band = bandOf(confidenceOf(proposal.confidence).effective);
	const stratum = { tenant, operation, band };
	const [key, seen] = await Promise.all([spotChecks.drawKey(), spotChecks.seen(stratum)]);
	const probability = chanceOf(chances, seen);
	return ({ id, verdict, at }) => {
		const { route, policyDigest } = verdict;
		if (route !== 'auto' && route !== 'notify') return [];
		const drawn = drawOf(key, id) < probability;
		const cluster = clusterOf(proposal);
		return spotChecks.ran(
			stratum,
			seen,
			drawn ? { actionId: id, ...stratum, agent, route, policyDigest, cluster, probability, ranAt: at } : null,
		);
	};
}

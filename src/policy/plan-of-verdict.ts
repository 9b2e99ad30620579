/** The plan that goes with a verdict: the one of the route, without those who may not approve, as urgent as the case is. */
import type { Plan } from '../domain/verdict.ts';
import { type Grounds, reason, say } from './grounds.ts';
import { planFor, sooner } from './plan.ts';
import type { Scene } from './scene.ts';
import { withoutConflicts } from './separation.ts';

const raised = reason(
	'edit.raised',
	'approval',
	say('an edit raised what is at stake; a second person is asked', '编辑提高了金额，须由第二人审批'),
);
const nobodyFree = reason(
	'reviewers.conflict',
	'escalation',
	say('everybody who could approve it has a hand in it', '所有可审批的人员均与该操作有关联'),
);

/** An edit may not raise the amount without a second person (R-B3), whatever policy makes of the new amount. */
export function judgeEdits({ facts }: Scene, grounds: Grounds): void {
	if (facts.edits?.raised) grounds.add(raised);
}

/**
 * The plan, or null where the route needs none. Counts a reason where too few are left who may approve: the action is handed
 * over at once, instead of waiting for people who cannot say yes.
 */
export function planOf(scene: Scene, grounds: Grounds): Plan | null {
	if (grounds.route === 'approval') {
		const plan = planned(scene, 'approval');
		const free = withoutConflicts(scene.policy, plan, { proposal: scene.proposal, edits: scene.facts.edits });
		if (free.reviewers.length >= Math.max(1, free.quorum)) return free;
		grounds.add(nobodyFree);
	}
	if (grounds.route !== 'escalation') return null;
	const plan = planned(scene, 'escalation');
	return grounds.priority === 'high' ? urgentPlan(plan) : plan;
}

const planned = ({ operation, stake, proposal, now }: Scene, route: 'approval' | 'escalation'): Plan =>
	sooner(planFor(operation, route, stake), proposal.deadlineAt, now);

/** The same plan with messages that nothing holds back. */
export const urgentPlan = (plan: Plan): Plan => ({ ...plan, tiers: plan.tiers.map((tier) => ({ ...tier, urgent: true })) });

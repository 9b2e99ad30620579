/** The tier at which an action stands: its people are told; where none can be, the next one starts at once, and in the end somebody is alerted. */
import type { Action } from '../domain/action.ts';
import type { Plan } from '../domain/verdict.ts';
import { nextTier, type TierStart } from '../engine/lookup.ts';
import { unreachable } from '../engine/moves.ts';
import { casePlan } from '../policy/plan.ts';
import { urgentPlan } from '../policy/plan-of-verdict.ts';
import type { WorkerDeps } from './deps.ts';
import { pushEverybody } from './push-everybody.ts';
import { type Push, pushTier } from './push-tier.ts';

/** What is to be told about an action now, or null. */
export function pushOf(deps: WorkerDeps, action: Action): Push | null {
	switch (action.state) {
		case 'in_review':
			return action.plan === null ? null : { kind: 'review', plan: action.plan, tier: Math.max(0, action.tier) };
		case 'escalated':
			return action.owner === null ? { kind: 'case', plan: planOfCase(deps, action), tier: Math.max(0, action.tier) } : null;
		case 'outcome_unknown':
			return { kind: 'case', plan: urgentPlan(casePlan(deps.engine.policy(), action.proposal)), tier: 0 };
		default:
			return null;
	}
}

/** A case that policy has opened is as urgent as policy said; one that something went wrong before waits for nothing. */
function planOfCase(deps: WorkerDeps, action: Action): Plan {
	const plan = action.plan ?? casePlan(deps.engine.policy(), action.proposal);
	const { route, priority } = action.verdict ?? { route: null, priority: 'high' };
	return route === 'escalation' && priority !== 'high' && action.fallbacks === 0 ? plan : urgentPlan(plan);
}

/** Opens the tier. `because`: why the next one starts, where it comes to that. */
export async function openTier(
	deps: WorkerDeps,
	action: Action,
	because: TierStart['because'] = 'nobody_on_duty',
): Promise<void> {
	const push = pushOf(deps, action);
	if (push === null) return;
	switch (await pushTier(deps, action, push)) {
		case 'tell':
			return;
		case 'next':
			return goOn(deps, action, { push, because });
		case 'nobody':
			return nobody(deps, action, push);
	}
}

async function goOn(
	deps: WorkerDeps,
	action: Action,
	{ push, because }: { push: Push; because: TierStart['because'] },
): Promise<void> {
	const tier = push.tier + 1;
	if (action.state === 'outcome_unknown' || action.deadlineAt === null) {
		// No timer of its own counts these tiers: they follow one another here.
		const step = await pushTier(deps, action, { ...push, tier });
		if (step === 'next') await goOn(deps, action, { push: { ...push, tier }, because });
		else if (step === 'nobody') await nobody(deps, action, push);
		return;
	}
	const change = nextTier(action, push.plan, { tier, deadlineAt: action.deadlineAt, ...(because && { because }) });
	const result = await deps.engine.commit(change, action);
	if (result.ok) deps.signal(change.steps[0].event, action.id);
}

/** Nobody is left to ask: a review becomes a case; a case is shown to everybody whom it could concern, on duty or not. */
async function nobody(deps: WorkerDeps, action: Action, push: Push): Promise<void> {
	const { engine } = deps;
	engine.log.error({ id: action.id, state: action.state }, 'alert: nobody who could answer is on duty and can be reached');
	if (push.kind === 'review') {
		const result = await engine.commit(unreachable(action, casePlan(engine.policy(), action.proposal)), action);
		if (result.ok) deps.signal('nobody_reachable', action.id);
	} else await pushEverybody(deps, action, push);
	deps.signal('alerted', action.id);
}

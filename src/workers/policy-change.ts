/**
 * A new policy is in force: open reviews and cases keep their plans, but who is not registered or active any more is no longer
 * one of the people asked. Whoever is left is asked in their place, at once (F37); where too few are left, it becomes a case.
 */
import type { Action } from '../domain/action.ts';
import { nextTier } from '../engine/lookup.ts';
import { unreachable } from '../engine/moves.ts';
import { personOf, standInOf } from '../policy/on-duty.ts';
import { casePlan } from '../policy/plan.ts';
import { conflictIn } from '../reviews/may-answer.ts';
import type { WorkerDeps } from './deps.ts';
import { openTier } from './open-tier.ts';
import { followPhones } from './phone-change.ts';
import { pushEverybody } from './push-everybody.ts';

/** Looks at all that is open once for each policy, whichever process sees it first. */
export async function followPolicy(deps: WorkerDeps): Promise<void> {
	const { store, policy } = deps.engine;
	const { digest } = policy();
	const before = await store.policyWatch.followed();
	if (before === digest) return;
	await followPhones(deps);
	if (before !== null) {
		for await (const ids of store.policyWatch.unfinished()) {
			for (const action of await store.actions.getAll(ids)) await follow(deps, action);
		}
	}
	// Afterwards: a crash in between looks at them all again, which changes nothing twice.
	await store.policyWatch.follow(digest);
	deps.signal('policy_followed', digest);
}

async function follow(deps: WorkerDeps, action: Action): Promise<void> {
	if (action.state === 'in_review') await followReview(deps, action);
	else if (action.state === 'escalated') await followCase(deps, action);
}

const isGone = (deps: WorkerDeps, id: string): boolean => personOf(deps.engine.policy(), id)?.reviewer.active !== true;

async function followReview(deps: WorkerDeps, action: Action): Promise<void> {
	const { engine } = deps;
	const { plan } = action;
	if (plan === null) return;
	const now = await engine.store.now();
	const approved = new Set(action.replies.filter(({ answer }) => answer === 'approve').map(({ reviewer }) => reviewer));
	const left = plan.reviewers.filter((id) => {
		const person = standInOf(engine.policy(), id, now) ?? id;
		return !approved.has(person) && !isGone(deps, person) && conflictIn(engine.policy(), action, person) === null;
	});
	if (approved.size + left.length < plan.quorum) {
		engine.log.error({ id: action.id }, 'alert: too few of those who could approve are left');
		const result = await engine.commit(unreachable(action, casePlan(engine.policy(), action.proposal)), action);
		if (result.ok) deps.signal('nobody_reachable', action.id);
		return;
	}
	if (await somebodyToldIsGone(deps, action)) await openTier(deps, action, 'policy_changed');
}

async function somebodyToldIsGone(deps: WorkerDeps, action: Action): Promise<boolean> {
	return (await deps.engine.store.deliveries.all(action.id)).some(
		(each) => each.state !== 'failed' && isGone(deps, each.reviewer),
	);
}

/** A case whose owner has gone has none, and is shown to everybody whom it concerns. */
async function followCase(deps: WorkerDeps, action: Action): Promise<void> {
	const { owner, deadlineAt } = action;
	if (owner === null) {
		if (await somebodyToldIsGone(deps, action)) await openTier(deps, action, 'policy_changed');
		return;
	}
	if (!isGone(deps, owner) || deadlineAt === null) return;
	const plan = casePlan(deps.engine.policy(), action.proposal);
	const change = nextTier(action, plan, { tier: Math.max(0, action.tier), deadlineAt, because: 'policy_changed' });
	const result = await deps.engine.commit({ ...change, drop: ['owner'], without: ['open_case'] }, action);
	if (result.ok) await pushEverybody(deps, action, { kind: 'case', plan });
}

/** What an action that is due needs now. Pure: the sweeper and the deadline worker only carry it out. */
import type { Action } from '../domain/action.ts';
import { newId } from '../domain/ids.ts';
import type { Effect } from '../domain/lifecycle.ts';
import type { Fallback, Plan } from '../domain/verdict.ts';
import type { Change } from '../store/transition.ts';
import { executorOf, silent } from './moves.ts';
import { executionCheckMs, recheckMs, sends, startOf } from './timing.ts';

/** Make a change; ask again for a job that should have come; or look again later. */
export type Due =
	| { readonly kind: 'change'; readonly change: Change }
	| { readonly kind: 'ask'; readonly effect: Effect; readonly againMs: number }
	| { readonly kind: 'later'; readonly againMs: number };

/** Decides what a due action needs. `workerAlive`: whether the process of a running execution still shows itself. */
export function dueNow(action: Action, now: number, workerAlive: boolean): Due {
	switch (action.state) {
		case 'received':
			return { kind: 'ask', effect: 'classify', againMs: recheckMs };
		case 'in_review':
		case 'escalated':
			return waiting(action, now);
		case 'approved':
			if (action.deadlineAt !== null && now >= action.deadlineAt) return { kind: 'change', change: lapsed(action) };
			return { kind: 'ask', effect: 'execute', againMs: recheckMs };
		case 'executing':
			if (workerAlive && (action.deadlineAt === null || now < action.deadlineAt))
				return { kind: 'later', againMs: executionCheckMs };
			return { kind: 'change', change: lost(action) };
		case 'outcome_unknown':
			if (action.deadlineAt !== null && now >= action.deadlineAt) return { kind: 'change', change: writtenOff(action) };
			return { kind: 'ask', effect: 'reconcile', againMs: recheckMs };
		case 'falling_back':
			return { kind: 'ask', effect: 'run_fallback', againMs: recheckMs };
		default:
			return { kind: 'later', againMs: recheckMs };
	}
}

const on = (action: Action): Pick<Change, 'id' | 'tenant'> => ({ id: action.id, tenant: action.tenant });
const fencedByArm = (action: Action): Pick<Change, 'arm'> => (action.armId === null ? {} : { arm: action.armId });

/** A review or case: the deadline first, else the next tier. */
function waiting(action: Action, now: number): Due {
	const { plan } = action;
	if (plan === null || action.deadlineAt === null) return { kind: 'later', againMs: recheckMs };
	if (now >= action.deadlineAt) return { kind: 'change', change: deadlinePassed(action, plan.fallback) };
	const next = action.tier + 1;
	const owned = action.state === 'escalated' && action.owner !== null;
	if (owned || plan.tiers[next] === undefined) return { kind: 'later', againMs: action.deadlineAt - now };
	if (action.dueAt !== null && now < action.dueAt) return { kind: 'later', againMs: action.dueAt - now };
	return { kind: 'change', change: nextTier(action, plan, { tier: next, deadlineAt: action.deadlineAt }) };
}

/** A tier of a review or case that starts now. */
export interface TierStart {
	readonly tier: number;
	readonly deadlineAt: number;
	/** Why it starts before its time. */
	readonly because?: 'nobody_on_duty' | 'nobody_reached' | 'policy_changed';
}

/** By the plan's own clock: a tier that starts late or early must move neither the next one nor the deadline. */
export const nextTier = (action: Action, plan: Plan, { tier, deadlineAt, because }: TierStart): Change => ({
	...on(action),
	...fencedByArm(action),
	steps: [
		{
			event: action.state === 'in_review' ? 'tier_started' : 'case_paged',
			by: 'clock',
			detail: { tier, ...(because && { because }) },
		},
	],
	version: action.version,
	deadline: 'before',
	set: { tier },
	due: { at: deadlineAt - plan.deadlineMs + startOf(plan, tier + 1), exact: true },
	without: sends(plan, tier) ? [] : ['open_review', 'open_case'],
});

/** Nobody answered: the fallback, never the action (INVARIANT I4). A fallback that is nothing is done at once. */
function deadlinePassed(action: Action, fallback: Fallback): Change {
	const base = {
		...on(action),
		...fencedByArm(action),
		deadline: 'after',
		decision: { event: 'deadline_passed', by: 'deadline', channel: 'clock', payloadDigest: action.payloadDigest },
	} as const;
	if (fallback.handler === null) {
		return {
			...base,
			steps: [
				{ event: 'deadline_passed', by: 'clock' },
				{ event: 'fallback_done', by: 'clock' },
			],
			outcome: { state: 'expired', reason: 'nobody answered in time' },
			without: silent(action.proposal),
		};
	}
	return {
		...base,
		steps: [{ event: 'deadline_passed', by: 'clock' }],
		set: { armId: newId('arm') },
		drop: ['deadlineAt'],
		due: { inMs: recheckMs },
	};
}

const lapsed = (action: Action): Change => ({
	...on(action),
	...fencedByArm(action),
	steps: [{ event: 'approval_lapsed', by: 'clock' }],
	deadline: 'after',
	outcome: { state: 'expired', reason: 'approved, but nobody could run it in time' },
	without: silent(action.proposal),
});

/** Started, and nobody knows whether it finished: it goes to reconciliation or to a person, never to another try (INVARIANT I2). */
const lost = (action: Action): Change => ({
	...on(action),
	...(action.attempt !== null && { token: action.attempt.token }),
	steps: [{ event: 'outcome_lost', by: 'clock', detail: { worker: action.attempt?.worker } }],
	due: { inMs: recheckMs },
	deadlineAt: { inMs: executorOf(action).writeOffMs },
});

const writtenOff = (action: Action): Change => ({
	...on(action),
	steps: [{ event: 'written_off', by: 'clock' }],
	deadline: 'after',
	outcome: { state: 'unaccounted', reason: 'started, and nobody could find out whether it finished' },
	without: silent(action.proposal),
});

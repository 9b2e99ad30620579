/** What each door, timer and worker asks for, by the design: the events, fences and timers of every move. */
import { accepts, type Effect, type Event, isEnd } from '../../src/domain/lifecycle.ts';
import type { Plan, Route } from '../../src/domain/verdict.ts';
import { type Asked, type Model, times } from './model.ts';

let arms = 0;
const arm = (): number => ++arms;

/** Ms from the start of a tier to the next one, or to the deadline. */
const gap = (plan: Plan, tier: number): number =>
	(plan.tiers[tier + 1]?.afterMs ?? plan.deadlineMs) - (plan.tiers[tier]?.afterMs ?? 0);
const messages = (plan: Plan, tier: number): boolean => (plan.tiers[tier]?.channels ?? []).some((channel) => channel !== 'inbox');
const unsent = (plan: Plan, tier: number): readonly Effect[] => (messages(plan, tier) ? [] : ['open_review', 'open_case']);

/** Approved: good until it lapses, looked at again should its job get lost. */
const approval = (now: number): Partial<Model> => ({
	bound: true,
	arm: arm(),
	dueAt: now + times.recheckMs,
	deadlineAt: now + times.lapseMs,
});
/** A review or a case begins. */
const opened = (plan: Plan, now: number): Partial<Model> => ({
	arm: arm(),
	tier: 0,
	dueAt: now + gap(plan, 0),
	deadlineAt: now + plan.deadlineMs,
});
/** A review became a case: who was asked before may still answer. */
const caseOf = (plan: Plan, from: Model): Plan => ({
	...plan,
	reviewers: [...new Set([...plan.reviewers, ...(from.plan?.reviewers ?? [])])],
});

/** What policy answered. `quiet`: the agent asked for no callback. */
export function routing(
	route: Route,
	plan: Plan,
	quiet: readonly Effect[],
): Pick<Asked, 'events' | 'set' | 'decision' | 'without'> {
	const by = 'policy';
	switch (route) {
		case 'auto':
			return {
				events: ['routed_auto'],
				set: (now) => ({ ...approval(now), plan: null }),
				decision: { event: 'routed_auto', by },
			};
		case 'notify':
			return {
				events: ['routed_notify'],
				set: (now) => ({ ...approval(now), plan: null }),
				decision: { event: 'routed_notify', by },
				without: ['inform'],
			};
		case 'approval':
			return {
				events: ['routed_approval'],
				set: (now) => ({ ...opened(plan, now), plan, decision: null }),
				without: unsent(plan, 0),
			};
		case 'escalation':
			return {
				events: ['routed_escalation'],
				set: (now) => ({ ...opened(plan, now), plan, decision: null }),
				without: unsent(plan, 0),
			};
		case 'block':
			return { events: ['blocked'], decision: { event: 'blocked', by }, without: quiet };
	}
}

/** Who answers, with what, and what they were shown. */
export interface Answered {
	readonly reviewer: string;
	readonly answer: string;
	readonly revision: number;
	readonly casePlan: Plan;
	readonly quiet: readonly Effect[];
}

/** What an answer of an allowed reviewer makes of the action; null where it must be refused whatever the time. */
export function answering(model: Model, given: Answered): Asked | null {
	const { reviewer: by, answer, casePlan, quiet } = given;
	if (given.revision !== model.revision || isEnd(model.state)) return null;
	const event = eventOf(model, by, answer);
	if (event === null || !accepts(model.state, event)) return null;
	const replies = ['approve', 'reject', 'take_over'].includes(answer)
		? [...model.replies, { reviewer: by, answer }]
		: model.replies;
	const asked: Asked = { events: [event], deadline: 'before', decision: { event, by } };
	switch (event) {
		case 'reply_recorded':
			return { events: [event], deadline: 'before', set: { replies } };
		case 'approved_by_reviewers':
		case 'released':
			return { ...asked, set: (now) => ({ ...approval(now), replies }) };
		case 'rejected_by_reviewer':
			return { ...asked, set: { replies }, without: quiet };
		case 'taken_over': {
			const plan = caseOf(casePlan, model);
			const deadline = (now: number): Partial<Model> => ({ dueAt: now + plan.deadlineMs, deadlineAt: now + plan.deadlineMs });
			return {
				...asked,
				set: (now) => ({ ...deadline(now), arm: arm(), plan, replies, owner: by, tier: plan.tiers.length - 1 }),
				without: ['open_case'],
			};
		}
		case 'edited': {
			const fresh = { plan: null, arm: null, deadlineAt: null, tier: 0, replies: [], bound: false } as const;
			return {
				...asked,
				set: (now) => ({ ...fresh, revision: model.revision + 1, dueAt: now + times.recheckMs, edit: { event, by } }),
			};
		}
		case 'owner_changed':
			return { events: [event], deadline: 'before', set: { owner: by } };
		case 'dismissed':
		case 'resolved_by_hand':
			return { ...asked, without: quiet };
		case 'revoked':
			return { events: [event], decision: { event, by }, without: quiet };
		default:
			return { events: [event], without: quiet };
	}
}

/** Which event an answer is, by the state of the action and the replies so far. */
function eventOf(model: Model, by: string, answer: string): Event | null {
	if (model.state === 'received') return null;
	if (['approve', 'reject', 'take_over'].includes(answer)) {
		if (model.state !== 'in_review') return null;
		if (answer === 'reject') return 'rejected_by_reviewer';
		if (answer === 'take_over') return 'taken_over';
		const approvers = new Set(model.replies.map(({ reviewer }) => reviewer));
		if (approvers.size + (approvers.has(by) ? 0 : 1) >= (model.plan?.quorum ?? 1)) return 'approved_by_reviewers';
		return approvers.has(by) ? null : 'reply_recorded';
	}
	const mine = model.owner === by;
	switch (answer) {
		case 'edit':
			return model.revision < 5 ? 'edited' : null;
		case 'own':
			return 'owner_changed';
		case 'release':
			return mine ? 'released' : null;
		case 'dismiss':
			return mine ? 'dismissed' : null;
		case 'resolve_by_hand':
			return mine ? 'resolved_by_hand' : null;
		case 'revoke':
			return 'revoked';
		case 'confirm_done':
			return 'reconciled_done';
		default:
			return 'reconciled_not_done';
	}
}

/** The agent takes back what it saw. */
export const withdrawing = (seen: Model, agent: string, quiet: readonly Effect[]): Asked => ({
	events: ['withdrawn'],
	version: seen.version,
	revision: seen.revision,
	...(accepts(seen.state, 'deadline_passed') && { deadline: 'before' as const }),
	decision: { event: 'withdrawn', by: agent },
	without: quiet,
});

/** A worker claims what it saw approved. */
export const starting = (seen: Model, token: number): Asked => ({
	events: ['execution_started'],
	version: seen.version,
	bound: true,
	deadline: 'before',
	set: (now) => ({ token, approvedUntil: seen.deadlineAt, dueAt: now + times.checkMs, deadlineAt: now + times.runMs }),
});

/** What came of an attempt, as its worker reports it. */
export function finishing(
	token: number,
	status: string,
	until: { readonly approvedUntil: number | null; readonly quiet: readonly Effect[] },
): Asked {
	const { approvedUntil, quiet } = until;
	switch (status) {
		case 'done':
			return { events: ['execution_succeeded'], token, without: quiet };
		case 'refused':
			return { events: ['execution_refused'], token, without: quiet };
		case 'failed':
			return { events: ['execution_failed'], token, without: quiet };
		case 'deferred': {
			// Back to what is left of the approval, and no longer than one.
			const deadline = (now: number): number => Math.min(approvedUntil ?? Number.POSITIVE_INFINITY, now + times.lapseMs);
			return {
				events: ['execution_deferred'],
				token,
				without: ['execute'],
				set: (now) => ({ token: null, arm: arm(), dueAt: now + 1_000, deadlineAt: deadline(now) }),
			};
		}
		default:
			return {
				events: ['outcome_lost'],
				token,
				set: (now) => ({ dueAt: now + times.recheckMs, deadlineAt: now + times.writeOffMs }),
			};
	}
}

/** What a late report of an attempt that was given up still says. */
export function finishingLate(token: number, status: string, quiet: readonly Effect[]): Asked | null {
	if (status === 'done') return { events: ['reconciled_done'], token, without: quiet };
	if (status === 'refused' || status === 'failed') return { events: ['reconciled_not_done'], token, without: quiet };
	return null;
}

/** What reconciliation found out. */
export function reconciling(seen: Model, found: string, quiet: readonly Effect[]): Asked {
	const { version } = seen;
	if (found === 'done') return { events: ['reconciled_done'], version, without: quiet };
	if (found === 'not_done') return { events: ['reconciled_not_done'], version, without: quiet };
	return { events: ['reconcile_failed'], version, set: (now) => ({ dueAt: now + times.writeOffMs }) };
}

/** How the fallback went. */
export function fallingBack(
	seen: Model,
	done: boolean,
	about: { readonly casePlan: Plan; readonly quiet: readonly Effect[] },
): Asked {
	const { version } = seen;
	if (done) return { events: ['fallback_done'], version, without: about.quiet };
	const fallbacks = seen.fallbacks + 1;
	if (fallbacks >= (seen.plan?.fallback.maxAttempts ?? 1))
		return { events: ['fallback_exhausted'], version, set: { fallbacks }, without: about.quiet };
	const plan = caseOf(about.casePlan, seen);
	return { events: ['fallback_failed'], version, set: (now) => ({ ...opened(plan, now), plan, fallbacks, owner: null }) };
}

/** Nobody who was to be asked can be reached. */
export function unreached(seen: Model, casePlan: Plan): Asked {
	const plan = caseOf(casePlan, seen);
	return {
		events: ['nobody_reachable'],
		version: seen.version,
		deadline: 'before',
		set: (now) => ({ ...opened(plan, now), plan }),
	};
}

/** What a due action needs, as whoever saw it at `at` believes; null where it needs no change. */
export function needing(
	seen: Model,
	at: number,
	about: { readonly alive: boolean; readonly quiet: readonly Effect[] },
): Asked | null {
	const passed = seen.deadlineAt !== null && at >= seen.deadlineAt;
	switch (seen.state) {
		case 'in_review':
		case 'escalated': {
			if (seen.plan === null) return null;
			if (passed) return expiring(seen, seen.plan, about.quiet);
			const tier = seen.tier + 1;
			const owned = seen.state === 'escalated' && seen.owner !== null;
			if (owned || seen.plan.tiers[tier] === undefined || at < (seen.dueAt ?? 0)) return null;
			const { plan } = seen;
			const event = seen.state === 'in_review' ? 'tier_started' : 'case_paged';
			return {
				events: [event],
				version: seen.version,
				arm: seen.arm,
				deadline: 'before',
				// By the plan's own time: a late tier moves neither the next one nor the deadline.
				set: { tier, dueAt: (seen.deadlineAt ?? 0) - plan.deadlineMs + (plan.tiers[tier + 1]?.afterMs ?? plan.deadlineMs) },
				without: unsent(plan, tier),
			};
		}
		case 'approved':
			return passed ? { events: ['approval_lapsed'], arm: seen.arm, deadline: 'after', without: about.quiet } : null;
		case 'executing':
			if (about.alive && !passed) return null;
			return {
				events: ['outcome_lost'],
				token: seen.token,
				set: (now) => ({ dueAt: now + times.recheckMs, deadlineAt: now + times.writeOffMs }),
			};
		case 'outcome_unknown':
			return passed ? { events: ['written_off'], deadline: 'after', without: about.quiet } : null;
		default:
			return null;
	}
}

/** INVARIANT I4: nobody answered, so the fallback runs; one that is nothing is done at once. */
function expiring(seen: Model, plan: Plan, quiet: readonly Effect[]): Asked {
	const base = { arm: seen.arm, deadline: 'after', decision: { event: 'deadline_passed', by: 'deadline' } } as const;
	if (plan.fallback.handler === null) return { ...base, events: ['deadline_passed', 'fallback_done'], without: quiet };
	return { ...base, events: ['deadline_passed'], set: (now) => ({ arm: arm(), deadlineAt: null, dueAt: now + times.recheckMs }) };
}

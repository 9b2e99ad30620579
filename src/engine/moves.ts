/**
 * The changes of an action's life, one function each: from what was decided to the one write that makes it so. Pure; the
 * clock is Redis's, inside the write.
 */
import { type Action, type Attempt, type Proposal, payloadDigest } from '../domain/action.ts';
import { newId } from '../domain/ids.ts';
import { accepts, type Event } from '../domain/lifecycle.ts';
import type { Decision, Reply } from '../domain/review.ts';
import type { Executor, Plan, Verdict } from '../domain/verdict.ts';
import type { FactStore } from '../store/facts.ts';
import type { Change, FactWrite, Step } from '../store/transition.ts';
import { executionCheckMs, executionGraceMs, recheckMs, sends, untilNext } from './timing.ts';

type Moved = Omit<Change, 'id' | 'tenant' | 'steps'>;
/** Who answers, through which channel, and what they said. */
export type By = Pick<Decision, 'by' | 'channel' | 'comment' | 'raised' | 'editors'>;

const step = (event: Event, by: string, detail?: unknown): Step => ({ event, by, ...(detail !== undefined && { detail }) });

/** Timers of a review or case that begins now. */
function planned(plan: Plan, deadlineAt: number | undefined): Pick<Change, 'due' | 'deadlineAt'> {
	return {
		due: { inMs: untilNext(plan, 0), exact: true },
		deadlineAt: { inMs: plan.deadlineMs, ...(deadlineAt !== undefined && { at: deadlineAt }) },
	};
}

/** Enters `approved`: bound to one payload, good until it lapses, looked at again should its job get lost. */
function approvedBy(executor: Executor, decision: Omit<Decision, 'at'>): Moved {
	return {
		decision,
		set: { decisionDigest: decision.payloadDigest, armId: newId('arm') },
		due: { inMs: Math.min(recheckMs, executor.lapseMs) },
		deadlineAt: { inMs: executor.lapseMs },
	};
}

const decided = (event: Event, by: By, digest: string): Omit<Decision, 'at'> => ({ event, ...by, payloadDigest: digest });

/** What a route's change needs to know besides the verdict. */
export interface Lane {
	readonly id: string;
	readonly facts: FactStore;
	/** Key of the digest's waiting lines. */
	readonly digestKey: string;
}

/** The last step of a route, and everything that goes with it. */
export function routed(proposal: Proposal, verdict: Verdict, lane: Lane): { step: Step } & Moved {
	const digest = payloadDigest(proposal);
	const by: By = { by: 'policy', channel: 'policy' };
	const set = { verdict, payloadDigest: digest };
	const { plan } = verdict;
	switch (verdict.route) {
		case 'auto':
		case 'notify': {
			const event = verdict.route === 'auto' ? 'routed_auto' : 'routed_notify';
			const moved = approvedBy(verdict.executor, decided(event, by, digest));
			const inform: FactWrite[] = event === 'routed_notify' ? [['ZADD', lane.digestKey, '@now', lane.id]] : [];
			return {
				step: step(event, 'policy'),
				...moved,
				set: { ...moved.set, ...set },
				facts: inform,
				without: ['inform'],
				gate: 'route',
			};
		}
		case 'approval':
		case 'escalation': {
			if (plan === null) throw new Error(`a verdict of \`${verdict.route}\` needs a plan`);
			const approval = verdict.route === 'approval';
			return {
				step: step(approval ? 'routed_approval' : 'routed_escalation', 'policy'),
				set: { ...set, armId: newId('arm') },
				...planned(plan, proposal.deadlineAt),
				facts: approval && proposal.user !== undefined ? lane.facts.approvalNeeded(proposal.tenant, proposal.user, lane.id) : [],
				// An edit decided about the revision before; about this one nobody has.
				drop: ['decision'],
				without: sends(plan, 0) ? [] : ['open_review', 'open_case'],
			};
		}
		case 'block':
			return {
				step: step('blocked', 'policy'),
				set,
				decision: decided('blocked', by, digest),
				outcome: { state: 'rejected', reason: verdict.reasons[0]?.text.en ?? 'blocked by policy' },
				without: silent(proposal),
			};
	}
}

/** Why an action falls back that nobody was ever shown. */
export const neverPresented = 'never_presented: its deadline passed before anybody could be asked';

/**
 * It waited to be judged until its own deadline had passed: it is nobody's any more, neither policy's nor a person's, and falls back.
 * `plan` names the fallback.
 */
export function unpresented(proposal: Proposal, verdict: Verdict, plan: Plan): { steps: [Step, ...Step[]] } & Moved {
	const digest = payloadDigest(proposal);
	const toFallback: [Step, ...Step[]] = [step('routed_escalation', 'policy'), step('deadline_passed', 'clock', neverPresented)];
	const shared: Moved = {
		set: { verdict: { ...verdict, route: 'escalation', plan }, payloadDigest: digest, armId: newId('arm') },
		decision: { ...decided('deadline_passed', { by: 'deadline', channel: 'clock', comment: neverPresented }, digest) },
	};
	if (plan.fallback.handler !== null) return { ...shared, steps: toFallback, due: { inMs: recheckMs } };
	return {
		...shared,
		steps: [...toFallback, step('fallback_done', 'clock')],
		outcome: { state: 'expired', reason: neverPresented },
		without: silent(proposal),
	};
}

/** An end that nobody asked to hear of needs no job: who waits, hears of it by the write itself. */
export const silent = (proposal: Proposal): Change['without'] => (proposal.callbackUrl === undefined ? ['publish_outcome'] : []);

const on = (action: Action): Pick<Change, 'id' | 'tenant'> => ({ id: action.id, tenant: action.tenant });

/** One person's reply that does not end the review yet. */
export const replied = (action: Action, replies: readonly Reply[], by: By): Change => ({
	...on(action),
	steps: [step('reply_recorded', by.by, replies.at(-1))],
	version: action.version,
	revision: action.revision,
	deadline: 'before',
	set: { replies },
});

/** The reviewers said yes. */
export function approved(action: Action, replies: readonly Reply[], by: By): Change {
	const moved = approvedBy(executorOf(action), decided('approved_by_reviewers', by, action.payloadDigest));
	return {
		...on(action),
		steps: [step('approved_by_reviewers', by.by, replies.at(-1))],
		version: action.version,
		revision: action.revision,
		deadline: 'before',
		...moved,
		set: { ...moved.set, replies },
	};
}

/** One reviewer said no. */
export const rejected = (action: Action, replies: readonly Reply[], by: By): Change => ({
	...on(action),
	steps: [step('rejected_by_reviewer', by.by, replies.at(-1))],
	version: action.version,
	revision: action.revision,
	deadline: 'before',
	decision: decided('rejected_by_reviewer', by, action.payloadDigest),
	set: { replies },
	outcome: { state: 'rejected', ...(by.comment !== undefined && { reason: by.comment }) },
	without: silent(action.proposal),
});

/** The plan of a case that a review became: frozen like the review's own. Who was asked before may still answer. */
export const casePlanned = (action: Action, plan: Plan): { readonly casePlan: Plan } => ({
	casePlan: { ...plan, reviewers: [...new Set([...plan.reviewers, ...(action.plan?.reviewers ?? [])])] },
});

/** A reviewer handles it by hand: the case has an owner from its first moment, and nobody needs to be paged. */
export const takenOver = (action: Action, replies: readonly Reply[], { by, plan }: { by: By; plan: Plan }): Change => ({
	...on(action),
	steps: [step('taken_over', by.by, replies.at(-1))],
	version: action.version,
	revision: action.revision,
	deadline: 'before',
	decision: decided('taken_over', by, action.payloadDigest),
	set: { replies, owner: by.by, armId: newId('arm'), tier: Math.max(0, plan.tiers.length - 1), ...casePlanned(action, plan) },
	due: { inMs: plan.deadlineMs, exact: true },
	deadlineAt: { inMs: plan.deadlineMs },
	without: ['open_case'],
});

/** Nobody who was to be asked can be reached: it becomes a case at once rather than at the deadline. */
export const unreachable = (action: Action, plan: Plan): Change => ({
	...on(action),
	steps: [step('nobody_reachable', 'policy')],
	version: action.version,
	deadline: 'before',
	set: { armId: newId('arm'), tier: 0, ...casePlanned(action, plan) },
	due: { inMs: untilNext(plan, 0), exact: true },
	deadlineAt: { inMs: plan.deadlineMs },
});

/**
 * Somebody changed the arguments: a new revision, judged again by policy; every earlier link and approval is void.
 * `changes`: what the history keeps of it, for people.
 */
export function edited(action: Action, proposal: Proposal, { changes, ...by }: By & { readonly changes?: unknown }): Change {
	return {
		...on(action),
		steps: [step('edited', by.by, { comment: by.comment, from: action.payloadDigest, to: payloadDigest(proposal), changes })],
		version: action.version,
		revision: action.revision,
		deadline: 'before',
		body: { proposal, fingerprint: action.fingerprint },
		decision: decided('edited', by, action.payloadDigest),
		set: { revision: action.revision + 1, payloadDigest: payloadDigest(proposal) },
		// What the old revision had reserved is given back with this write, and must not be once more.
		drop: ['replies', 'decisionDigest', 'armId', 'verdict', 'tier', 'deadlineAt', 'reservedAt'],
		due: { inMs: recheckMs },
	};
}

/** The agent takes it back. */
export const withdrawn = (action: Action, agent: string): Change => ({
	...on(action),
	steps: [step('withdrawn', agent)],
	version: action.version,
	revision: action.revision,
	// Where a deadline runs it has won from its instant on; a lapsed approval may still be taken back.
	...(accepts(action.state, 'deadline_passed') && { deadline: 'before' }),
	decision: decided('withdrawn', { by: agent, channel: 'api' }, action.payloadDigest),
	outcome: { state: 'withdrawn' },
	without: silent(action.proposal),
});

/** A case gets an owner, or another one: whoever takes it, or the colleague whom it is given to. */
export const owned = (action: Action, by: By, owner: string = by.by): Change => ({
	...on(action),
	steps: [step('owner_changed', by.by, owner === by.by ? undefined : { owner, comment: by.comment })],
	version: action.version,
	revision: action.revision,
	deadline: 'before',
	set: { owner },
});

/** Its owner gives a case back to whoever is on call: its plan begins anew, and whoever was not paged yet is. */
export const givenBack = (action: Action, by: By): Change => ({
	...on(action),
	steps: [step('owner_changed', by.by, { owner: null, comment: by.comment })],
	version: action.version,
	revision: action.revision,
	deadline: 'before',
	set: { tier: -1, armId: newId('arm') },
	drop: ['owner'],
	due: { inMs: 0, exact: true },
});

/** The owner lets the original run. */
export const released = (action: Action, by: By): Change => ({
	...on(action),
	steps: [step('released', by.by, by.comment)],
	version: action.version,
	revision: action.revision,
	deadline: 'before',
	...approvedBy(executorOf(action), decided('released', by, action.payloadDigest)),
});

/** The owner ends the case without running the original. */
export const closed = (action: Action, event: 'dismissed' | 'resolved_by_hand', by: By): Change => ({
	...on(action),
	steps: [step(event, by.by, by.comment)],
	version: action.version,
	revision: action.revision,
	deadline: 'before',
	decision: decided(event, by, action.payloadDigest),
	outcome: { state: event === 'dismissed' ? 'rejected' : 'resolved', ...(by.comment !== undefined && { reason: by.comment }) },
	without: silent(action.proposal),
});

/** A person stops an approved action before it starts. */
export const revoked = (action: Action, by: By): Change => ({
	...on(action),
	steps: [step('revoked', by.by, by.comment)],
	version: action.version,
	decision: decided('revoked', by, action.payloadDigest),
	outcome: { state: 'rejected', ...(by.comment !== undefined && { reason: by.comment }) },
	without: silent(action.proposal),
});

/** The claim of an execution: once per approval, only while it is good, only for the payload that was decided on. */
export const started = (action: Action, attempt: Attempt): Change => ({
	...on(action),
	steps: [{ ...step('execution_started', attempt.worker, { attempt: attempt.number }), digest: action.payloadDigest }],
	version: action.version,
	bound: true,
	gate: 'start',
	deadline: 'before',
	set: { token: attempt.token, attempt: { ...attempt, approvedUntil: action.deadlineAt } },
	due: { inMs: executionCheckMs },
	deadlineAt: { inMs: executorOf(action).timeoutMs + executionGraceMs },
});

/** How an action runs; an action without a verdict was never approved by anybody. */
export function executorOf(action: Action): Executor {
	if (action.verdict === null) throw new Error(`action ${action.id} has no verdict`);
	return action.verdict.executor;
}

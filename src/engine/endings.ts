/** The changes that end an execution, a reconciliation or a fallback. Pure. */
import type { Action, Attempt } from '../domain/action.ts';
import { newId } from '../domain/ids.ts';
import type { ExecutionResult } from '../domain/outcome.ts';
import type { Plan } from '../domain/verdict.ts';
import type { Change } from '../store/transition.ts';
import { casePlanned, executorOf, neverPresented, silent } from './moves.ts';
import { recheckMs, untilNext } from './timing.ts';

const on = (action: Action): Pick<Change, 'id' | 'tenant'> => ({ id: action.id, tenant: action.tenant });

/** An execution that nobody can vouch for. */
export type Unknown = { readonly status: 'unknown'; readonly reason: string };

/** What is recorded now, and what is recorded instead when the action was given up as unknown in the meantime. */
export function recorded(
	action: Action,
	attempt: Attempt,
	answer: ExecutionResult | Unknown,
): { now: Change; late: Change | null } {
	const base = { ...on(action), token: attempt.token };
	const by = attempt.worker;
	const quiet = silent(action.proposal);
	switch (answer.status) {
		case 'done': {
			const outcome = { state: 'executed', ...(answer.result !== undefined && { result: answer.result }) } as const;
			return {
				now: { ...base, steps: [{ event: 'execution_succeeded', by }], outcome, without: quiet },
				late: { ...base, steps: [{ event: 'reconciled_done', by, detail: 'late' }], outcome, without: quiet },
			};
		}
		case 'refused':
		case 'failed': {
			const outcome = { state: 'failed', reason: answer.reason } as const;
			return {
				now: {
					...base,
					steps: [{ event: answer.status === 'refused' ? 'execution_refused' : 'execution_failed', by, detail: answer.reason }],
					outcome,
					without: quiet,
				},
				late: { ...base, steps: [{ event: 'reconciled_not_done', by, detail: 'late' }], outcome, without: quiet },
			};
		}
		case 'partial':
			return {
				now: {
					...base,
					steps: [{ event: 'execution_partial', by, detail: answer.reason }],
					outcome: {
						state: 'failed',
						partial: true,
						reason: `done in part: ${answer.reason}; propose the rest as a new action`,
						result: answer.result,
					},
					without: quiet,
				},
				// Given up as unknown meanwhile: a person looks at it, and this is on record nowhere yet.
				late: null,
			};
		case 'deferred': {
			// Nothing happened, so the approval still stands: back to where it was, with what is left of its time.
			const { lapseMs } = executorOf(action);
			const until = action.state === 'executing' ? action.attempt?.approvedUntil : action.deadlineAt;
			return {
				now: {
					...base,
					steps: [{ event: 'execution_deferred', by, detail: answer.reason }],
					set: { armId: newId('arm') },
					drop: ['token'],
					due: { inMs: Math.max(0, answer.afterMs) },
					deadlineAt: { at: until ?? Number.MAX_SAFE_INTEGER, inMs: lapseMs },
					// The due index asks for it when its time has come; a job now would come too early.
					without: ['execute'],
				},
				late: null,
			};
		}
		case 'unknown':
			return {
				now: {
					...base,
					steps: [{ event: 'outcome_lost', by, detail: answer.reason }],
					due: { inMs: recheckMs },
					deadlineAt: { inMs: executorOf(action).writeOffMs },
				},
				late: null,
			};
	}
}

/** Claimed and refused in one write, without a call: what is stored is not what was decided on. */
export const refusedUnrun = (action: Action, attempt: Attempt, reason: string): Change => ({
	...on(action),
	version: action.version,
	steps: [
		{ event: 'execution_started', by: attempt.worker },
		{ event: 'execution_refused', by: attempt.worker, detail: reason },
	],
	set: { attempt },
	outcome: { state: 'failed', reason },
	without: silent(action.proposal),
});

/**
 * Redis has lost changes, and outside of it stands that this very payload was started before, or nobody can tell: it is not started
 * again, it is of unknown outcome (INVARIANT I2).
 */
export const startedBefore = (action: Action, attempt: Attempt, reason: string): Change => ({
	...on(action),
	version: action.version,
	steps: [
		{ event: 'execution_started', by: attempt.worker, digest: action.payloadDigest },
		{ event: 'outcome_lost', by: attempt.worker, detail: reason },
	],
	set: { attempt, token: attempt.token },
	due: { inMs: recheckMs },
	deadlineAt: { inMs: executorOf(action).writeOffMs },
});

/** Reconciliation found out what happened, or that a person must look. */
export function reconciled(
	action: Action,
	by: string,
	found: { status: 'done'; result?: unknown } | { status: 'not_done' } | { status: 'unknown' },
): Change {
	const base = { ...on(action), version: action.version };
	const quiet = silent(action.proposal);
	switch (found.status) {
		case 'done':
			return {
				...base,
				steps: [{ event: 'reconciled_done', by }],
				outcome: { state: 'executed', ...(found.result !== undefined && { result: found.result }) },
				without: quiet,
			};
		case 'not_done':
			return {
				...base,
				steps: [{ event: 'reconciled_not_done', by }],
				outcome: { state: 'failed', reason: 'it did not happen' },
				without: quiet,
			};
		case 'unknown':
			return { ...base, steps: [{ event: 'reconcile_failed', by }], due: { inMs: executorOf(action).writeOffMs } };
	}
}

/** Why it came to the fallback, as the agent is told. */
const reasonOf = ({ decision }: Action): string =>
	decision?.comment === neverPresented ? neverPresented : 'nobody answered in time';

/** The fallback did its work; the action itself never ran. */
export const fallbackDone = (action: Action, by: string, note: string | undefined): Change => ({
	...on(action),
	version: action.version,
	steps: [{ event: 'fallback_done', by, detail: note }],
	outcome: { state: 'expired', reason: reasonOf(action), fallback: note ?? action.plan?.fallback.handler ?? 'none' },
	without: silent(action.proposal),
});

/** The fallback failed: a person gets it, or, having failed as often as policy allows, the action ends with that on record. */
export function fallbackFailed(action: Action, by: string, failure: { reason: string; plan: Plan }): Change {
	const tries = action.fallbacks + 1;
	const most = action.plan?.fallback.maxAttempts ?? 1;
	if (tries >= most) {
		return {
			...on(action),
			version: action.version,
			steps: [{ event: 'fallback_exhausted', by, detail: failure.reason }],
			set: { fallbacks: tries },
			outcome: { state: 'expired', reason: `${reasonOf(action)}, and the fallback failed`, fallback: failure.reason },
			without: silent(action.proposal),
		};
	}
	return {
		...on(action),
		version: action.version,
		steps: [{ event: 'fallback_failed', by, detail: failure.reason }],
		set: { fallbacks: tries, armId: newId('arm'), tier: 0, ...casePlanned(action, failure.plan) },
		// Whoever had taken it let its time run out: the people on call are paged afresh.
		drop: ['owner'],
		due: { inMs: untilNext(failure.plan, 0), exact: true },
		deadlineAt: { inMs: failure.plan.deadlineMs },
	};
}

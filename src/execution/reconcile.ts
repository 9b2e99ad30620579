/** Finding out what became of an execution of unknown outcome: by the handler's own means, else by a person. */
import { reconciled } from '../engine/endings.ts';
import { executorOf } from '../engine/moves.ts';
import { attempt, executionResult } from './attempt.ts';
import type { ExecutionDeps } from './execute.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import type { Reconcile } from './registry.ts';

/** Asks the operation's `reconcile`; without one, or without an answer, a case is opened. */
export async function reconcile({ engine, registry }: ExecutionDeps, id: string, stop: AbortSignal): Promise<void> {
	const action = await engine.store.actions.get(id);
	if (action === null || action.state !== 'outcome_unknown') return;
	const handler = Object.hasOwn(registry.operations, action.proposal.operation)
		? registry.operations[action.proposal.operation]?.reconcile
		: undefined;
	const call = { idempotencyKey: idempotencyKeyOf(action), attempt: action.attempt?.number ?? 1 };
	const came =
		handler === undefined
			? null
			: await attempt((signal) => handler(action, { ...call, signal }), { timeoutMs: executorOf(action).timeoutMs, stop });
	await engine.commit(reconciled(action, engine.worker, came?.known ? found(came.answer) : { status: 'unknown' }), action);
}

/** What a handler found out; an answer of another shape is none, and brings a person. */
function found(answer: unknown): Awaited<ReturnType<Reconcile>> {
	if (typeof answer !== 'object' || answer === null || !('status' in answer)) return { status: 'unknown' };
	if (answer.status === 'not_done') return { status: 'not_done' };
	const done = executionResult(answer);
	return done?.status === 'done' ? done : { status: 'unknown' };
}

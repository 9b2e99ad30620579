/** The safe action that runs when nobody answered. It may run again after a crash; the action itself never runs from here. */
import { fallbackDone, fallbackFailed } from '../engine/endings.ts';
import type { Engine } from '../engine/engine.ts';
import { casePlan } from '../policy/plan.ts';
import { type Attempted, attempt, executionResult } from './attempt.ts';
import type { ExecutionDeps } from './execute.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';

/** Runs the fallback of an action whose deadline has passed. */
export async function runFallback(
	{ engine, registry }: Pick<ExecutionDeps, 'registry'> & { engine: Engine },
	id: string,
	stop: AbortSignal,
): Promise<void> {
	const action = await engine.store.actions.get(id);
	if (action === null || action.state !== 'falling_back') return;
	const name = action.plan?.fallback.handler ?? null;
	if (name === null) {
		await engine.commit(fallbackDone(action, engine.worker, undefined), action);
		return;
	}
	const handler = Object.hasOwn(registry.fallbacks, name) ? registry.fallbacks[name] : undefined;
	const call = { idempotencyKey: `${idempotencyKeyOf(action)}.fallback`, attempt: action.fallbacks + 1 };
	const came =
		handler === undefined
			? ({ known: false, reason: `no fallback handler \`${name}\`` } as const)
			: await attempt((signal) => handler(action, { ...call, signal }), {
					timeoutMs: action.verdict?.executor.timeoutMs ?? 30_000,
					stop,
				});
	// At a stop it is left as it is: somebody asks for it again, and it may run twice.
	if (stop.aborted && !came.known) return;
	const answer = came.known ? executionResult(came.answer) : null;
	if (answer?.status === 'done') {
		await engine.commit(fallbackDone(action, engine.worker, noteOf(came)), action);
		return;
	}
	const silence = came.known ? 'the fallback answered outside the closed set' : came.reason;
	const reason = answer?.status === 'failed' ? answer.reason : silence;
	await engine.commit(
		fallbackFailed(action, engine.worker, { reason, plan: casePlan(engine.policy(), action.proposal) }),
		action,
	);
}

const noteOf = (came: Attempted<{ readonly note?: unknown } | { readonly reason: string }>): string | undefined =>
	came.known && 'note' in came.answer && typeof came.answer.note === 'string' ? came.answer.note.slice(0, 2000) : undefined;

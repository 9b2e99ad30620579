/**
 * Running an approved action: claim it (once per approval), compare what would run with what was decided on, call, record.
 * Whoever finds it claimed by somebody else leaves it alone: the due index sees to what a worker that died left behind.
 */
import { type Action, payloadDigest } from '../domain/action.ts';
import { newId } from '../domain/ids.ts';
import { recorded, refusedUnrun } from '../engine/endings.ts';
import type { Engine } from '../engine/engine.ts';
import { executorOf } from '../engine/moves.ts';
import type { Change } from '../store/transition.ts';
import { attempt, executionResult } from './attempt.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import type { Registry, Run } from './registry.ts';
import { start } from './start.ts';
import { webhookRun } from './webhook.ts';

export interface ExecutionDeps {
	readonly engine: Engine;
	readonly registry: Registry;
	/** Secret of the webhook executor (Standard Webhooks), where one is configured. */
	readonly webhook: { readonly secret: string; readonly allowPrivate: boolean } | null;
}

/** How it went, for the log and the tests. */
export type Executed =
	| 'done'
	| 'not_done'
	| 'not_approved'
	| 'claimed_elsewhere'
	| 'no_handler'
	| 'held'
	| 'mismatch'
	| 'started_before';

/** Nothing was called, so it is safe to try again. */
export const unwritten = { status: 'deferred', afterMs: 15_000, reason: 'the journal could not be written' } as const;

/** Executes one action if, and only if, it is approved and nobody has started it. */
export async function execute(deps: ExecutionDeps, id: string, stop: AbortSignal): Promise<Executed> {
	const { engine } = deps;
	const action = await engine.store.actions.get(id);
	if (action === null || action.state !== 'approved') return 'not_approved';
	const executor = executorOf(action);
	if (executor.kind === 'claim') return 'held';
	const run = runOf(deps, action);
	if (run === null) {
		engine.log.warn({ id, operation: action.proposal.operation }, 'no_handler: the action waits until a worker with one comes');
		return 'no_handler';
	}
	const claim = { token: newId('exe'), worker: engine.worker, number: (action.attempt?.number ?? 0) + 1 };
	if (payloadDigest(action.proposal) !== action.payloadDigest || action.decision?.payloadDigest !== action.payloadDigest) {
		await engine.commit(
			refusedUnrun(action, claim, 'payload_mismatch: the stored payload is not the one that was decided on'),
			action,
		);
		engine.log.error({ id }, 'payload_mismatch');
		return 'mismatch';
	}
	const begun = await start(engine, action, claim);
	if (begun === 'unwritten') await record(engine, action, recorded(action, claim, unwritten));
	if (begun !== 'started') return begun === 'unwritten' ? 'held' : begun;
	const call = { idempotencyKey: idempotencyKeyOf(action), attempt: claim.number };
	const came = await attempt((signal) => run(action, { ...call, signal }), { timeoutMs: executor.timeoutMs, stop });
	const answer = came.known ? executionResult(came.answer) : null;
	const reason = came.known ? 'the handler answered outside the closed set' : came.reason;
	await record(engine, action, recorded(action, claim, answer ?? { status: 'unknown', reason }));
	return answer?.status === 'done' ? 'done' : 'not_done';
}

/** Who runs an action of this operation, or null. */
function runOf({ registry, webhook }: ExecutionDeps, action: Action): Run | null {
	const executor = executorOf(action);
	if (executor.kind === 'webhook') return executor.url === null || webhook === null ? null : webhookRun(executor.url, webhook);
	return Object.hasOwn(registry.operations, action.proposal.operation)
		? (registry.operations[action.proposal.operation]?.run ?? null)
		: null;
}

/**
 * Records a result under the token of its claim. When the action has been given up as unknown in the meantime (this process
 * was paused), the late result is what reconciliation was looking for.
 */
async function record(engine: Engine, action: Action, { now, late }: { now: Change; late: Change | null }): Promise<void> {
	const result = await engine.commit(now, action);
	if (result.ok || result.state !== 'outcome_unknown' || late === null) return;
	await engine.commit(late, action);
}

/** What can be run: the user's handlers by operation, and the fallbacks by name. */
import type { Action } from '../domain/action.ts';
import type { ExecutionResult } from '../domain/outcome.ts';

/** What a handler is told beside the action. */
export interface Call {
	/** The same for every attempt at this approved payload: pass it on to whatever you call. */
	readonly idempotencyKey: string;
	/** Aborted at the executor's timeout and at shutdown. */
	readonly signal: AbortSignal;
	/** 1 for the first attempt. */
	readonly attempt: number;
}

/**
 * Runs an approved action. Answer with one of the closed set; `refused` and `failed` promise that nothing (more) happened, `partial`
 * that what its `result` says happened, and nothing more will.
 * An exception or a timeout is an unknown outcome: it is never retried, it is reconciled.
 */
export type Run = (action: Action, call: Call) => Promise<ExecutionResult>;

/** Finds out what became of an execution of unknown outcome: `unknown` brings a person. */
export type Reconcile = (
	action: Action,
	call: Call,
) => Promise<
	{ readonly status: 'done'; readonly result?: unknown } | { readonly status: 'not_done' } | { readonly status: 'unknown' }
>;

export interface Handler {
	readonly run: Run;
	readonly reconcile?: Reconcile;
}

/** A safe action for when nobody answers. It may be called again after a crash, with the same idempotency key. */
export type FallbackRun = (
	action: Action,
	call: Call,
) => Promise<{ readonly status: 'done'; readonly note?: string } | { readonly status: 'failed'; readonly reason: string }>;

export interface Registry {
	readonly operations: Readonly<Record<string, Handler>>;
	readonly fallbacks: Readonly<Record<string, FallbackRun>>;
}

/** What the agent is told at the end, and what an executor may answer. */
import type { EndState } from './lifecycle.ts';

/** The end of an action as its agent sees it. */
export interface Outcome {
	readonly at: number;
	readonly state: EndState | 'outcome_unknown';
	/** What the executor gave back, for `executed`, and for what was done in part. */
	readonly result?: unknown;
	/** Some of it happened, and `result` says what: the rest must be proposed anew. */
	readonly partial?: true;
	/** Why, in words that a model can be shown. */
	readonly reason?: string;
	/** What the fallback did, for `expired`. */
	readonly fallback?: string;
}

/**
 * The closed set of an executor's answers. `refused` and `failed`: certainly nothing (more) happened. `deferred`: nothing
 * happened and trying again later is safe. Anything else, an exception or silence included, is an unknown outcome (I2).
 */
export type ExecutionResult =
	| { readonly status: 'done'; readonly result?: unknown }
	| { readonly status: 'refused'; readonly reason: string }
	| { readonly status: 'failed'; readonly reason: string }
	/** Some of it happened: `result` says what, for each item. Nothing more will happen by itself; the rest is a new action. */
	| { readonly status: 'partial'; readonly reason: string; readonly result: unknown }
	| { readonly status: 'deferred'; readonly afterMs: number; readonly reason: string };

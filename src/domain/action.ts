/**
 * An action: what an agent proposes (`Proposal`, its wire form and the only payload a queue ever carries), and its stored
 * record with a life (`Action`).
 */
import { z } from 'zod';
import { digestOf } from './digest.ts';
import type { State } from './lifecycle.ts';
import { type Money, moneyOnWire } from './money.ts';
import type { Outcome } from './outcome.ts';
import type { Decision, Reply } from './review.ts';
import type { Plan, Verdict } from './verdict.ts';

/** Version of the wire form. A record of another version is quarantined with `version_unsupported`. */
export const proposalVersion = 1;

/** Limits of a proposal at every entrance. */
export const proposalLimits = { bytes: 256 * 1024, depth: 20, keys: 1000, elements: 1000 } as const;

const name = z.string().min(1).max(128);
/** Ids of the outside world: visible characters and single spaces, no control characters. */
const externalId = z
	.string()
	.min(1)
	.max(200)
	.regex(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u, 'must not hold control characters');
const jsonObject = z.record(z.string(), z.json());

/** One message of the conversation so far. `at` in ms since the epoch. */
export const message = z.strictObject({
	role: z.enum(['user', 'agent', 'system', 'tool']),
	text: z.string().max(20_000),
	at: z.number().int().optional(),
});

/**
 * A proposed action on the wire (version 1). `docs/wire-format.md` is generated from it, so that any BullMQ client can
 * enqueue one.
 */
export const proposal = z.strictObject({
	/** Of this format. */
	version: z.literal(proposalVersion),
	/** Whose data this is; `default` where there is one company only. */
	tenant: name.default('default'),
	/** The agent that proposes: a stable name, not a session. */
	agent: externalId,
	/** The same key and body give the same action; the same key with another body is refused. */
	idempotencyKey: externalId,
	/** The kind of action, as registered in policy. */
	operation: name,
	/** What the operation is called with, as its schema in policy says. */
	arguments: jsonObject.default({}),
	/** What is at stake. Negative amounts are for operations that allow them. */
	amount: moneyOnWire.optional(),
	/** The natural ceiling: the order's total for a refund. */
	referenceAmount: moneyOnWire.optional(),
	/** The price that the customer was quoted. */
	quotedAmount: moneyOnWire.optional(),
	/** 0 to 1, as the agent reports it. Missing counts as 0. */
	confidence: z.number().min(0).max(1).optional(),
	/** Why, in the agent's words: untrusted text wherever it is shown. */
	reasoning: z.string().max(8000).optional(),
	/** The end user whom the action concerns. */
	user: externalId.optional(),
	/** Who gets the money. */
	payee: externalId.optional(),
	/** The conversation, so that a repeat within it can be told from the same request made by somebody else. */
	conversationId: externalId.optional(),
	/** The messages so far; shown to the person who takes over. */
	conversation: z.array(message).max(200).optional(),
	/** Facts of the conversation by name (`legal_matter`, `asks_for_person`, `sensitive_data`, or policy's own). */
	signals: z.array(name).max(50).default([]),
	/** What the agent knows of the world; checks and rules read it. */
	context: jsonObject.default({}),
	/** Must be decided by then, in ms since the epoch; never later than policy's own deadline. */
	deadlineAt: z.number().int().optional(),
	/** Where to send the outcome (Standard Webhooks). */
	callbackUrl: z.url().max(2048).optional(),
	/** Given back untouched with the outcome: run id, thread id. */
	correlation: jsonObject.optional(),
});

/** A proposal as its sender writes it. */
export type ProposalInput = z.input<typeof proposal>;
/** A parsed proposal; money in minor units. */
export type Proposal = z.output<typeof proposal>;

/** The stored record of an action. Instants in ms since the epoch by Redis time. */
export interface Action {
	readonly id: string;
	readonly tenant: string;
	readonly agent: string;
	readonly state: State;
	/** Grows by one with every transition: the fence of people and of the classifier. */
	readonly version: number;
	/** 1, and one more for every edit. */
	readonly revision: number;
	readonly proposal: Proposal;
	/** What the sender sent, hashed: tells a repeated submission from another one under the same key. */
	readonly fingerprint: string;
	/** What would run, hashed: every decision is bound to it (INVARIANT I1). */
	readonly payloadDigest: string;
	readonly createdAt: number;
	readonly updatedAt: number;
	readonly verdict: Verdict | null;
	readonly plan: Plan | null;
	/** Fence of the timers that are armed now. */
	readonly armId: string | null;
	/** When somebody must look at the action next. */
	readonly dueAt: number | null;
	/** When the fallback takes over; people cannot decide at or after it. */
	readonly deadlineAt: number | null;
	/** When the windows of policy were reserved for it, or null where none were. */
	readonly reservedAt: number | null;
	/** The tier that was started last; 0 until another one is, -1 for a case that was given back. */
	readonly tier: number;
	readonly replies: readonly Reply[];
	readonly decision: Decision | null;
	/** Who made this revision out of the one before. */
	readonly lastEdit: Decision | null;
	/** Reviewer id of the owner of the open case. */
	readonly owner: string | null;
	/** Token of the execution attempt, its worker and how many were started. */
	readonly attempt: Attempt | null;
	/** Fallback attempts so far. */
	readonly fallbacks: number;
	readonly outcome: Outcome | null;
}

/** One start of the executor: `token` fences its result, `worker` names the process. */
export interface Attempt {
	readonly token: string;
	readonly worker: string;
	readonly number: number;
	/** When the approval lapses that the attempt runs under: a deferred execution goes back to what is left of it. */
	readonly approvedUntil?: number | null;
}

/** The part of a proposal that would run, and for whom. Prose, confidence and context may differ; these may not. */
export function payloadOf(from: Proposal): {
	tenant: string;
	agent: string;
	operation: string;
	arguments: Proposal['arguments'];
	amount: Money | null;
	user: string | null;
	payee: string | null;
} {
	return {
		tenant: from.tenant,
		agent: from.agent,
		operation: from.operation,
		arguments: from.arguments,
		amount: from.amount ?? null,
		user: from.user ?? null,
		payee: from.payee ?? null,
	};
}

/** SHA-256 over the canonical JSON of what would run. */
export const payloadDigest = (from: Proposal): string => digestOf(payloadOf(from));

/** SHA-256 over the whole proposal, for idempotency. */
export const fingerprintOf = (from: Proposal): string => digestOf(from);

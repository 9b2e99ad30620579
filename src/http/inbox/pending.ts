/** What the inbox keeps of an action that waits for people: enough for a line of the list, for sorting, grouping and counting. */
import type { Action, Proposal } from '../../domain/action.ts';
import type { State } from '../../domain/lifecycle.ts';
import type { Priority, Text } from '../../domain/verdict.ts';
import { atStake } from '../../policy/at-stake.ts';
import { standInOf } from '../../policy/on-duty.ts';
import { casePlan } from '../../policy/plan.ts';
import type { Policy } from '../../policy/policy.ts';

/** The states in which somebody has to do something. */
export const pendingStates = ['in_review', 'escalated', 'outcome_unknown'] as const satisfies readonly State[];
export type PendingState = (typeof pendingStates)[number];

export const isPending = (state: string): state is PendingState => (pendingStates as readonly string[]).includes(state);

export interface Pending {
	readonly id: string;
	readonly state: PendingState;
	readonly version: number;
	readonly revision: number;
	readonly payloadDigest: string;
	readonly agent: string;
	/** What the fact line is made of. */
	readonly facts: Pick<Proposal, 'operation' | 'amount' | 'user'>;
	/** What is at stake in minor units of the policy's currency; 0: nothing, infinite: it cannot be compared. */
	readonly stake: number;
	readonly deadlineAt: number | null;
	readonly createdAt: number;
	readonly priority: Priority;
	/** Policy's strictest reason: its rule, and its text. */
	readonly rule: string;
	readonly reason: Text | null;
	/** Effective confidence, 0 to 1. */
	readonly confidence: number | null;
	/** Who may answer, with those who stand in for somebody on leave. */
	readonly reviewers: readonly string[];
	/** Who has answered already; the review waits for others. */
	readonly replied: readonly string[];
	readonly owner: string | null;
	readonly quorum: number;
}

/** The line of an action, or null where nobody has to do anything about it. */
export function pendingOf(action: Action, policy: Policy, now: number): Pending | null {
	if (!isPending(action.state)) return null;
	const { proposal, verdict, plan } = action;
	const reason = verdict?.reasons[0];
	const asked = plan?.reviewers ?? [];
	const reviewing = action.state === 'in_review';
	const people = reviewing ? asked : [...asked, ...casePlan(policy, proposal).reviewers];
	return {
		id: action.id,
		state: action.state,
		version: action.version,
		revision: action.revision,
		payloadDigest: action.payloadDigest,
		agent: action.agent,
		facts: {
			operation: proposal.operation,
			...(proposal.amount !== undefined && { amount: proposal.amount }),
			...(proposal.user !== undefined && { user: proposal.user }),
		},
		stake: atStake(policy, proposal),
		deadlineAt: action.deadlineAt,
		createdAt: action.createdAt,
		priority: verdict?.priority ?? 'normal',
		rule: reason?.rule ?? '',
		reason: reason?.text ?? null,
		confidence: verdict?.confidence ?? null,
		reviewers: [...new Set(people.flatMap((id) => [id, standInOf(policy, id, now) ?? id]))],
		replied: reviewing ? action.replies.map((reply) => reply.reviewer) : [],
		owner: action.owner,
		quorum: reviewing ? (plan?.quorum ?? 1) : 1,
	};
}

/** Whether a reviewer is the one to act: asked, has not answered, and nobody else has the case. */
export const waitsFor = (pending: Pending, reviewer: string): boolean =>
	pending.reviewers.includes(reviewer) &&
	!pending.replied.includes(reviewer) &&
	(pending.owner === null || pending.owner === reviewer);

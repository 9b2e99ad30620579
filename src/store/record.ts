/** The stored form of an action: a Redis hash. Written by transition.ts alone, read here. */
import type { Action, Attempt, Proposal } from '../domain/action.ts';
import type { State } from '../domain/lifecycle.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Decision, Reply } from '../domain/review.ts';
import type { Plan, Verdict } from '../domain/verdict.ts';

/** What never changes within one revision; written whole. */
export interface Body {
	readonly proposal: Proposal;
	readonly fingerprint: string;
}

/** The fields a transition may set, as values; absent ones stay. */
export interface Fields {
	readonly revision: number;
	readonly payloadDigest: string;
	readonly verdict: Verdict;
	readonly armId: string;
	readonly tier: number;
	readonly replies: readonly Reply[];
	readonly decisionDigest: string;
	readonly owner: string;
	readonly token: string;
	readonly attempt: Attempt;
	readonly fallbacks: number;
	readonly reservedAt: number;
	/** The plan of a case that was a review before; the verdict keeps the review's. */
	readonly casePlan: Plan;
}

/** The text of a field in the hash. */
export const fieldText = (value: Fields[keyof Fields]): string =>
	typeof value === 'object' ? JSON.stringify(value) : String(value);

const json = <T>(text: string | undefined): T | null => (text === undefined || text === '' ? null : (JSON.parse(text) as T));
const integer = (text: string | undefined): number | null => (text === undefined || text === '' ? null : Number(text));

/**
 * An action from its hash and its verdict (terms.ts). The store is ours and is trusted for its shape; what runs is compared with its digest again
 * at the instant of execution, so a flipped byte here cannot run.
 */
export function actionOf(id: string, record: Readonly<Record<string, string>>, verdict: Verdict | null): Action | null {
	const body = json<Body>(record.body);
	if (body === null) return null;
	return {
		id,
		tenant: body.proposal.tenant,
		agent: body.proposal.agent,
		state: record.state as State,
		version: Number(record.version),
		revision: integer(record.revision) ?? 1,
		proposal: body.proposal,
		fingerprint: body.fingerprint,
		payloadDigest: record.payloadDigest ?? '',
		createdAt: Number(record.createdAt),
		// What was written once names one instant only: most of what waits does, and memory is what it costs.
		updatedAt: Number(record.updatedAt ?? record.createdAt),
		verdict,
		plan: json<Plan>(record.casePlan) ?? verdict?.plan ?? null,
		armId: record.armId ?? null,
		dueAt: integer(record.dueAt),
		deadlineAt: integer(record.deadlineAt),
		reservedAt: integer(record.reservedAt),
		// Most of what waits is at its first tier.
		tier: integer(record.tier) ?? 0,
		replies: json<Reply[]>(record.replies) ?? [],
		decision: json<Decision>(record.decision),
		lastEdit: json<Decision>(record.edit),
		owner: record.owner ?? null,
		attempt: json<Attempt>(record.attempt),
		fallbacks: integer(record.fallbacks) ?? 0,
		outcome: json<Outcome>(record.outcome),
	};
}

/** An action as its agent may see it: over HTTP, in a callback, from the command line. */
import type { Action } from './action.ts';
import { isEnd } from './lifecycle.ts';
import { toDecimal } from './money.ts';

/** The public view: JSON, instants as ISO 8601, money as decimal strings. */
export function publicAction(action: Action): Record<string, unknown> {
	const { proposal, verdict } = action;
	return {
		id: action.id,
		state: action.state,
		ended: isEnd(action.state),
		version: action.version,
		revision: action.revision,
		tenant: action.tenant,
		agent: action.agent,
		operation: proposal.operation,
		arguments: proposal.arguments,
		...(proposal.amount && { amount: { value: toDecimal(proposal.amount), currency: proposal.amount.currency } }),
		...(proposal.user !== undefined && { user: proposal.user }),
		payloadDigest: action.payloadDigest,
		createdAt: iso(action.createdAt),
		updatedAt: iso(action.updatedAt),
		deadlineAt: iso(action.deadlineAt),
		route: verdict?.route ?? null,
		reasons: verdict?.reasons ?? [],
		confidence: verdict?.confidence ?? null,
		policyDigest: verdict?.policyDigest ?? null,
		decision: action.decision && { ...action.decision, at: iso(action.decision.at) },
		owner: action.owner,
		outcome: action.outcome && { ...action.outcome, at: iso(action.outcome.at) },
		...(proposal.correlation !== undefined && { correlation: proposal.correlation }),
	};
}

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

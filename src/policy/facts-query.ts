/** What policy needs to know of the past to judge one proposal. */
import type { Proposal } from '../domain/action.ts';
import { digestOf } from '../domain/digest.ts';
import type { FactsQuery, WindowQuery } from '../domain/facts.ts';
import { stakeOf } from './amounts.ts';
import { windowsOf } from './limits.ts';
import { operationOf, type Policy } from './policy.ts';
import { confidenceOf } from './thresholds.ts';

/**
 * Works out the query; the store answers it in one round trip, and reserves in the windows. `beside`: another policy that judges
 * by the same facts, whose windows are counted as well.
 */
export function factsQuery(policy: Policy, proposal: Proposal, beside?: Policy): FactsQuery {
	const operation = operationOf(policy, proposal.operation);
	const besides = beside && operationOf(beside, proposal.operation);
	const stake = stakeOf(proposal, operation, policy.rates);
	return {
		tenant: proposal.tenant,
		agent: proposal.agent,
		user: proposal.user ?? null,
		confidence: confidenceOf(proposal.confidence).effective,
		repeatKey: operation.checks.repeat === null && besides?.checks.repeat == null ? null : repeatKey(proposal),
		repeatWindowMs: policy.document.repeat_window,
		refusalKey:
			operation.checks.prior_refusal === null && besides?.checks.prior_refusal == null ? null : conversationOf(proposal),
		windows: beside === undefined ? windowsOf({ operation, stake, proposal }) : joined(policy, beside, proposal),
	};
}

/** The windows of both, each once. */
function joined(policy: Policy, beside: Policy, proposal: Proposal): WindowQuery[] {
	const [own, other] = [policy, beside].map((each) => {
		const operation = operationOf(each, proposal.operation);
		return windowsOf({ operation, stake: stakeOf(proposal, operation, each.rates), proposal });
	}) as [WindowQuery[], WindowQuery[]];
	return [...own, ...other.filter((each) => !own.some(({ limit, key }) => limit === each.limit && key === each.key))];
}

/** Where a conversation is not named, the end user's actions of the day are taken for one. */
const conversationOf = ({ agent, conversationId, user }: Proposal): string | null => {
	if (conversationId !== undefined) return `conversation=${conversationId}`;
	return user === undefined ? null : `agent=${encodeURIComponent(agent)}|user=${encodeURIComponent(user)}`;
};

/**
 * The same for identical actions. Amount and payee belong to what is done as much as the arguments. An action that names
 * neither conversation, user nor arguments cannot be told from the next one like it, and has no key.
 */
function repeatKey(proposal: Proposal): string | null {
	const conversation = conversationOf(proposal);
	if (conversation === null && Object.keys(proposal.arguments).length === 0) return null;
	const { agent, operation, arguments: given, amount = null, payee = null } = proposal;
	// 128 bits tell any two apart, and a key in Redis for each action costs what it is long.
	return digestOf({ agent, conversation, operation, arguments: given, amount, payee }).slice(0, 32);
}

/** What people said of similar actions, fetched in the same round trip as the facts. Costs nothing where policy has no `memory`. */
import type { Proposal } from '../domain/action.ts';
import type { Facts } from '../domain/facts.ts';
import type { Engine } from '../engine/engine.ts';
import { cellOf, weigh } from '../learning/similar.ts';
import { stakeOf } from '../policy/amounts.ts';
import { operationOf, type Policy } from '../policy/policy.ts';
import { memoryOf } from '../policy/similar.ts';

/** The cell of similar actions, or null where policy does not remember, or nobody can say what is at stake. */
export function cellFor(policy: Policy, proposal: Proposal): string | null {
	const memory = memoryOf(policy, proposal.operation);
	if (memory === null) return null;
	const { minor, unconvertible, argument } = stakeOf(proposal, operationOf(policy, proposal.operation), policy.rates);
	return unconvertible !== null || argument === 'unreadable' ? null : cellOf(proposal, minor, memory);
}

/** Prepares what is remembered of one action's like. */
export async function recalling(
	{ store }: Engine,
	policy: Policy,
	proposal: Proposal,
): Promise<(now: number) => Pick<Facts, 'similar'>> {
	const memory = memoryOf(policy, proposal.operation);
	const cell = cellFor(policy, proposal);
	if (memory === null || cell === null) return () => ({});
	const examples = await store.learning.examples.of(cell);
	return (now) => ({ similar: weigh(examples, now, memory) });
}

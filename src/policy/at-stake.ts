/** How much an action puts at stake, as one number. Pure. */
import type { Proposal } from '../domain/action.ts';
import { stakeOf } from './amounts.ts';
import { operationOf, type Policy } from './policy.ts';

/** In minor units of the policy's currency; 0 where no money moves, infinite where it cannot be compared. */
export function atStake(policy: Policy, proposal: Proposal): number {
	const { minor, unconvertible, argument } = stakeOf(proposal, operationOf(policy, proposal.operation), policy.rates);
	return unconvertible !== null || argument === 'unreadable' ? Number.POSITIVE_INFINITY : (minor ?? 0);
}

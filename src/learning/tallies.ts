/**
 * What is counted of an action for reports, as words and numbers: enough to add up by day, operation, agent and policy version,
 * and nothing that would need the action again. Pure.
 */
import type { Proposal } from '../domain/action.ts';
import type { Verdict } from '../domain/verdict.ts';

/** Something counted, and how much. The words are read again by `report.ts`. */
export interface Tally {
	readonly words: readonly string[];
	readonly by: number;
}

/** As much of a policy's digest as tells versions apart. */
export const versionOf = (policyDigest: string): string => policyDigest.slice(0, 12);

/** Where an action stands in every table: tenant, operation, agent, policy version. */
export const placeOf = (proposal: Pick<Proposal, 'tenant' | 'operation' | 'agent'>, policyDigest: string): string[] => [
	proposal.tenant,
	proposal.operation,
	proposal.agent,
	versionOf(policyDigest),
];

/** What policy let run was stopped, lapsed or failed: it did nothing that could have been wrong. */
export const notRunCount = (proposal: Proposal, { route, policyDigest }: Verdict): Tally => ({
	words: ['not_run', ...placeOf(proposal, policyDigest), route],
	by: 1,
});

/** Policy has routed an action. */
export const routedCount = (proposal: Proposal, { route, policyDigest }: Verdict): Tally => ({
	words: ['routed', ...placeOf(proposal, policyDigest), route],
	by: 1,
});

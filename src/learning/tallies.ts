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

/** Policy has routed an action; and, where another policy was asked beside it, where that would have sent it. */
export function routedCounts(proposal: Proposal, { route, policyDigest, shadow }: Verdict): Tally[] {
	const place = placeOf(proposal, policyDigest);
	const routed = { words: ['routed', ...place, route], by: 1 };
	return shadow === undefined
		? [routed]
		: [routed, { words: ['shadow', ...place, route, versionOf(shadow.policyDigest), shadow.route], by: 1 }];
}

/** People have ended what policy sent to them, or nobody has. */
export function decidedCounts(proposal: Proposal, { route, policyDigest, shadow }: Verdict, how: Ending): Tally[] {
	const place = placeOf(proposal, policyDigest);
	const ended = { words: ['ended', ...place, route, how], by: 1 };
	return shadow === undefined
		? [ended]
		: [ended, { words: ['shadow_ended', ...place, route, versionOf(shadow.policyDigest), shadow.route, how], by: 1 }];
}

/** How something that went to people ended, as far as the counts are concerned. */
export type Ending = 'approved' | 'edited' | 'rejected' | 'by_hand' | 'unanswered' | 'withdrawn';

/** Where a count stands, by name. */
export interface Place {
	readonly tenant: string;
	readonly operation: string;
	readonly agent: string;
	readonly policy: string;
}

/** How many ran by themselves, of the counts whose place is wanted. */
export function ranCount(counts: Iterable<Tally>, wanted: (place: Place) => boolean): number {
	let ran = 0;
	for (const { words, by } of counts) {
		const [kind, tenant = '', operation = '', agent = '', policy = '', route] = words;
		if ((route !== 'auto' && route !== 'notify') || !wanted({ tenant, operation, agent, policy })) continue;
		if (kind === 'routed') ran += by;
		if (kind === 'not_run') ran -= by;
	}
	return Math.max(0, ran);
}

/** What a language model said, and what people said of the same action. */
export const opinionCounts = (proposal: Proposal, { policyDigest, opinions = [] }: Verdict, how: string): Tally[] =>
	opinions
		.filter(({ source }) => source === 'asked' || source === 'cache')
		.map(({ question, answer }) => ({ words: ['opinion', ...placeOf(proposal, policyDigest), question, answer, how], by: 1 }));

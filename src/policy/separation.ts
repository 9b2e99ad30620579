/** Separation of duties: who has a hand in an action cannot approve it (R-L8, R-B3). Pure. */
import type { Proposal } from '../domain/action.ts';
import type { EditFact } from '../domain/facts.ts';
import type { Decision } from '../domain/review.ts';
import type { Conflict, Plan } from '../domain/verdict.ts';
import { atStake } from './at-stake.ts';
import type { PolicyDocument } from './document.ts';
import type { RegisteredReviewer } from './document-review.ts';
import { peopleIn } from './plan.ts';
import type { Policy } from './policy.ts';

/** What an action's people are compared with. */
export interface Deed {
	readonly proposal: Pick<Proposal, 'agent' | 'user'>;
	readonly edits: EditFact | undefined;
}

/** The edits of an action, from the record of its last one. */
export const editsOf = (lastEdit: Decision | null): EditFact | undefined =>
	lastEdit === null ? undefined : { by: lastEdit.editors ?? [lastEdit.by], raised: lastEdit.raised ?? false };

/** Why a reviewer cannot approve, or null. */
export function conflictOf({ document }: Pick<Policy, 'document'>, deed: Deed, reviewer: string): Conflict | null {
	const { separation_of_duties: separation, agents, reviewers } = document;
	const { proposal, edits } = deed;
	const agent = Object.hasOwn(agents, proposal.agent) ? agents[proposal.agent] : undefined;
	if (separation.operator && agent !== undefined && operators(agent.operated_by, document).includes(reviewer)) return 'operator';
	const person = Object.hasOwn(reviewers, reviewer) ? reviewers[reviewer] : undefined;
	if (separation.requester && person !== undefined && isNamed(person, { id: reviewer, name: proposal.user })) return 'requester';
	if (edits?.by.includes(reviewer) && (edits.raised || separation.editor === 'always')) return 'editor';
	return null;
}

const operators = (ids: readonly string[], document: PolicyDocument): string[] => peopleIn(ids, document);

/** Whether a proposal's `user` is this person, by any name that policy knows. Case and surrounding space do not make another person. */
function isNamed({ email, phone, knownAs }: RegisteredReviewer, { id, name }: { id: string; name: string | undefined }): boolean {
	if (name === undefined) return false;
	const plain = (text: string): string => text.normalize('NFKC').trim().toLowerCase();
	const wanted = plain(name);
	return [id, email, phone, ...knownAs].some((each) => each !== undefined && plain(each) === wanted);
}

/** The plan without those who cannot approve; they stand in `barred`, with the reason. The same plan where nobody is. */
export function withoutConflicts(policy: Pick<Policy, 'document'>, plan: Plan, deed: Deed): Plan {
	const barred: Record<string, Conflict> = {};
	for (const reviewer of plan.reviewers) {
		const conflict = conflictOf(policy, deed, reviewer);
		if (conflict !== null) barred[reviewer] = conflict;
	}
	if (Object.keys(barred).length === 0) return plan;
	const free = (id: string): boolean => !Object.hasOwn(barred, id);
	return {
		...plan,
		reviewers: plan.reviewers.filter(free),
		tiers: plan.tiers.map((tier) => ({ ...tier, to: tier.to.filter(free) })),
		barred,
	};
}

/** Whether one proposal puts more at stake than another. What cannot be compared counts as more. */
export const raises = (policy: Policy, before: Proposal, after: Proposal): boolean => {
	const stake = atStake(policy, after);
	return stake > atStake(policy, before) || stake === Number.POSITIVE_INFINITY;
};

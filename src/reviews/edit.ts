/** An edit: other arguments or another amount for the same operation. It makes a new revision that policy judges again. */
import type { Action, Proposal } from '../domain/action.ts';
import type { Problem } from '../domain/errors.ts';
import type { Money } from '../domain/money.ts';

export interface Edit {
	readonly arguments?: Proposal['arguments'];
	readonly amount?: Money;
}

/** How often an action may be edited: somebody who edits for ever should take it over. */
export const mostRevisions = 5;

/** The edited proposal, or why it cannot be. */
export function editedProposal(action: Action, edit: Edit): { readonly proposal: Proposal } | { readonly problem: Problem } {
	if (action.revision >= mostRevisions)
		return {
			problem: { code: 'wrong_state', message: `an action can be edited ${mostRevisions - 1} times; take it over instead` },
		};
	if (edit.arguments === undefined && edit.amount === undefined)
		return { problem: { code: 'decision_invalid', message: 'an edit must change the arguments or the amount' } };
	return {
		proposal: {
			...action.proposal,
			...(edit.arguments !== undefined && { arguments: edit.arguments }),
			...(edit.amount !== undefined && { amount: edit.amount }),
		},
	};
}

/** Which actions may be looked at after they ran by themselves, and by whom. Pure. */
import type { Action } from '../domain/action.ts';
import { peopleIn } from './plan.ts';
import { appliesTo, operationOf, type Policy } from './policy.ts';
import { conflictOf, editsOf } from './separation.ts';

/** How an operation's actions are drawn, or null where they are not. */
export function spotChecksOf(policy: Policy, operation: string): { readonly share: number; readonly atLeast: number } | null {
	const { spot_checks: checks } = policy.document;
	if (checks === undefined || !appliesTo(checks, operationOf(policy, operation))) return null;
	return { share: checks.share, atLeast: checks.at_least };
}

/** Whether a person may say if an action was right: they are asked, and have no hand in it (separation of duties). */
export const maySpotCheck = (policy: Policy, action: Action, reviewer: string): boolean =>
	peopleIn(policy.document.spot_checks?.to ?? [], policy.document).includes(reviewer) &&
	conflictOf(policy, { proposal: action.proposal, edits: editsOf(action.lastEdit) }, reviewer) === null;

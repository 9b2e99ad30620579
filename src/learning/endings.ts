/** How something that went to people ended, as counts. Pure. */
import type { Action } from '../domain/action.ts';
import { decided } from './example.ts';
import { decidedCounts, type Ending, type Tally } from './tallies.ts';

/** The counts of an action that people have ended, or nobody has. */
export function endingCounts(action: Action): Tally[] {
	const { verdict, proposal } = action;
	// What policy let run and a person stopped is no answer to a question.
	if (verdict === null || (verdict.route !== 'approval' && verdict.route !== 'escalation')) return [];
	// Stopped after it was approved: it was counted when it was approved.
	if (action.decision?.event === 'revoked') return [];
	return decidedCounts(proposal, verdict, endingOf(action));
}

function endingOf(action: Action): Ending {
	const labelled = decided(action);
	if (labelled !== null) return labelled.label;
	if (action.decision?.event === 'resolved_by_hand') return 'by_hand';
	return action.state === 'withdrawn' ? 'withdrawn' : 'unanswered';
}

/** Counts the answers of a review. */
import type { Reply } from '../domain/review.ts';
import type { Plan } from '../domain/verdict.ts';

/** The events that answers can lead to; null while the quorum is not met. */
export type Tally = 'approved_by_reviewers' | 'rejected_by_reviewer' | 'taken_over' | null;

/**
 * In the order of the replies: the first rejection or take-over ends the review, and so does the approval that makes the
 * quorum of different people. Replies of people whom the plan does not name, and who stand in for nobody it names, count for
 * nothing; edits are not answers to it. Who has a hand in the action can stop it, and cannot approve it. A seat counts once, also where somebody on leave and their delegate both approve.
 */
export function tally(plan: Plan, replies: readonly Reply[]): Tally {
	const approvers = new Set<string>();
	const seats = new Set<string>();
	for (const { reviewer, answer, standsFor } of replies) {
		const seat = plan.reviewers.includes(reviewer) ? reviewer : standsFor;
		const barred = plan.barred !== undefined && Object.hasOwn(plan.barred, reviewer);
		if (!barred && (seat === undefined || !plan.reviewers.includes(seat))) continue;
		if (answer === 'reject') return 'rejected_by_reviewer';
		if (answer === 'take_over') return 'taken_over';
		if (answer !== 'approve' || barred || seat === undefined || approvers.has(reviewer) || seats.has(seat)) continue;
		approvers.add(reviewer);
		seats.add(seat);
		// A quorum below one is no quorum: nothing is approved by nobody.
		if (approvers.size >= Math.max(1, plan.quorum)) return 'approved_by_reviewers';
	}
	return null;
}

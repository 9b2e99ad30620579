/** Whether a person may give an answer to what they were shown: registered, asked, not in conflict, and sure enough who they are. Pure. */
import type { Action } from '../domain/action.ts';
import type { Problem } from '../domain/errors.ts';
import { isEnd } from '../domain/lifecycle.ts';
import { type Assurance, answers } from '../domain/review.ts';
import type { Conflict } from '../domain/verdict.ts';
import { type Lack, lackOf } from '../policy/channel-limits.ts';
import { seatOf } from '../policy/on-duty.ts';
import { casePlan } from '../policy/plan.ts';
import type { Policy } from '../policy/policy.ts';
import { reviewerOf } from '../policy/reviewers.ts';
import { conflictOf, editsOf } from '../policy/separation.ts';
import type { Timed } from './submit.ts';

/** Why not, or null. Judged by the policy of now: what became stricter since the person was asked holds (F35). */
export function mayAnswer(policy: Policy, action: Action, answering: Timed): Problem | null {
	const person = reviewerOf(policy, answering.reviewer);
	if (person === null)
		return { code: 'reviewer_not_allowed', message: `\`${answering.reviewer.slice(0, 60)}\` is no registered reviewer` };
	if (!person.active) return { code: 'reviewer_disabled', message: 'this reviewer is not active any more; ask a colleague' };
	if (answering.revision !== action.revision || answering.payloadDigest !== action.payloadDigest) {
		return {
			code: 'changed_since_shown',
			message: `the action was changed after it was shown; look at revision ${action.revision}`,
		};
	}
	if (isEnd(action.state))
		return {
			code: action.state === 'expired' ? 'expired' : 'already_decided',
			message: `the action is already \`${action.state}\``,
		};
	const running = answering.answer === 'approve' || answering.answer === 'release';
	const conflict = running ? conflictIn(policy, action, answering.reviewer) : null;
	if (conflict !== null) return { code: 'separation_of_duties', message: conflictTexts[conflict] };
	if (!wasAsked(policy, action, answering))
		return { code: 'reviewer_not_allowed', message: 'this reviewer was not asked about this action' };
	const { channel } = answering;
	const assurance = assuranceOf(answering);
	const lack = running ? lackOf(policy, action.proposal, { channel, assurance }) : null;
	return lack === null ? null : { code: lack, message: lackTexts[lack] };
}

const conflictTexts: Readonly<Record<Conflict, string>> = {
	operator: 'who operates the agent cannot approve what it proposes; ask a colleague',
	requester: 'nobody can approve what concerns themselves; ask a colleague',
	editor: 'who edited an action cannot approve it; a second person must',
};

export const lackTexts: Readonly<Record<Lack, string>> = {
	phone_not_trusted: 'this number is too new to decide; answer on the page with a code, by mail, or in the inbox',
	channel_limit: 'this channel may not approve as much as this; approve it on the page with a code, or in the inbox',
	step_up_required: 'approving as much as this needs a code by a second channel, or the inbox',
};

/** The inbox is open only to who has signed in; elsewhere it takes more than a link to be surer than a link. */
export const assuranceOf = ({ channel, assurance }: Pick<Timed, 'channel' | 'assurance'>): Assurance =>
	assurance ?? (channel === 'inbox' ? 'session' : 'link');

/** As policy says now, or said when the plan was made. */
export const conflictIn = (policy: Policy, action: Action, reviewer: string): Conflict | null =>
	conflictOf(policy, { proposal: action.proposal, edits: editsOf(action.lastEdit) }, reviewer) ??
	(action.plan?.barred !== undefined && Object.hasOwn(action.plan.barred, reviewer)
		? (action.plan.barred[reviewer] ?? null)
		: null);

/**
 * A review is answered by whom it asked, by who stands in for them, and, short of approving, by who has a hand in it; a case and an unknown outcome also by anybody on the
 * on-call plan of now; an approved action can be stopped by every reviewer.
 */
function wasAsked(policy: Policy, action: Action, { answer, reviewer, at }: Timed): boolean {
	if (answer === 'revoke') return true;
	const reviewing = (answers as readonly string[]).includes(answer) || answer === 'edit' || action.state === 'approved';
	const asked = action.plan?.reviewers ?? [];
	if (action.plan?.barred !== undefined && Object.hasOwn(action.plan.barred, reviewer)) return true;
	const people = reviewing ? asked : [...asked, ...casePlan(policy, action.proposal).reviewers];
	return action.owner === reviewer || seatIn(policy, people, { reviewer, at, openedAt: openedAt(action) }) !== null;
}

/** When the review or case was opened; who stood in for somebody then may still answer. */
const openedAt = ({ plan, deadlineAt, updatedAt }: Action): number =>
	plan === null || deadlineAt === null ? updatedAt : deadlineAt - plan.deadlineMs;

const seatIn = (
	policy: Policy,
	people: readonly string[],
	who: { reviewer: string; at: number; openedAt: number },
): string | null =>
	seatOf(policy, people, { reviewer: who.reviewer, now: who.at }) ??
	seatOf(policy, people, { reviewer: who.reviewer, now: who.openedAt });

/** Whose seat somebody fills who was not asked in person; null for their own. */
export function standsFor(policy: Policy, action: Action, { reviewer, at }: Pick<Timed, 'reviewer' | 'at'>): string | null {
	const seat = seatIn(policy, action.plan?.reviewers ?? [], { reviewer, at, openedAt: openedAt(action) });
	return seat === reviewer ? null : seat;
}

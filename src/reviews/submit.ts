/**
 * The single door for a person's answer, whatever channel it came through: may this person answer, is it what they were
 * shown, what does their answer make of the review, one write. Whoever comes second is told who was first.
 */
import type { Action } from '../domain/action.ts';
import type { Problem } from '../domain/errors.ts';
import { accepts, type Event } from '../domain/lifecycle.ts';
import type { Answer, Assurance, CaseAnswer, Decision, Reply } from '../domain/review.ts';
import { reconciled } from '../engine/endings.ts';
import type { Engine } from '../engine/engine.ts';
import * as moves from '../engine/moves.ts';
import { isTrusted } from '../policy/phone-trust.ts';
import { casePlan } from '../policy/plan.ts';
import { raises } from '../policy/separation.ts';
import { tally } from '../policy/tally.ts';
import type { Change, TransitionResult } from '../store/transition.ts';
import { differences, keptDifferences } from './differences.ts';
import { type Edit, editedProposal } from './edit.ts';
import { assuranceOf, lackTexts, mayAnswer, standsFor } from './may-answer.ts';
import { isBlocked, tightened } from './tightened.ts';
import { winnerOf } from './winner.ts';

/** One person's answer. */
export interface Answering {
	readonly actionId: string;
	/** The revision and the digest of what the person was shown. */
	readonly revision: number;
	readonly payloadDigest: string;
	readonly reviewer: string;
	readonly answer: Answer | CaseAnswer | 'edit';
	readonly channel: Reply['channel'];
	/** How sure it is that this reviewer answers. Absent: `session` for the inbox, `link` for every other channel. */
	readonly assurance?: Assurance;
	readonly comment?: string;
	/** For `edit`. */
	readonly edit?: Edit;
	/** For `own`: the colleague whom the case is given to, instead of taking it; null: back to whoever is on call. */
	readonly owner?: string | null;
}

export type SubmitResult =
	| { readonly ok: true; readonly action: Action; readonly event: Event }
	| { readonly ok: false; readonly problem: Problem; readonly winner: Decision | null; readonly action: Action | null };

/** How often an answer is tried again because another reply of the same review, which decided nothing, came in between. */
const mostTries = 25;

/** Records one answer. */
export async function submit(engine: Engine, answering: Answering): Promise<SubmitResult> {
	for (let tries = 0; tries < mostTries; tries++) {
		const [now, action] = await Promise.all([engine.store.now(), engine.store.actions.get(answering.actionId)]);
		if (action === null) return refuse({ code: 'not_found', message: 'there is no such action' }, null);
		const refusal = mayAnswer(engine.policy(), action, { ...answering, at: now }) ?? (await numberOf(engine, answering, now));
		if (refusal !== null)
			return refuse(refusal, action, refusal.code === 'changed_since_shown' ? action.lastEdit : action.decision);
		const stricter = await heldAgainst(engine, action, { ...answering, at: now });
		if (stricter === 'again') continue;
		if (stricter !== null) return stricter;
		const judged = changeOf(engine, action, { ...answering, at: now });
		if ('problem' in judged) return refuse(judged.problem, action);
		const result = await engine.write(judged.change, action);
		if (result.ok) {
			// Read in the turn in which its jobs are added: whoever waits for the execution does not wait for the receipt.
			const [after] = await Promise.all([engine.store.actions.get(action.id), engine.carryOn(judged.change, result)]);
			return { ok: true, action: after ?? action, event: judged.event };
		}
		if (result.why === 'version' && result.state === action.state && result.revision === action.revision) continue;
		return lost(engine, answering, result);
	}
	return refuse({ code: 'storage_unavailable', message: 'too many answers at once; answer again' }, null);
}

/** An approval under a policy that is stricter by now: the refusal, and the action as policy of now has it; null where it counts. */
async function heldAgainst(engine: Engine, action: Action, answering: Timed): Promise<SubmitResult | 'again' | null> {
	if (answering.answer === 'release' && (await isBlocked(engine, action)))
		return refuse({ code: 'wrong_state', message: 'policy has become stricter and refuses this now; dismiss the case' }, action);
	if (answering.answer !== 'approve') return null;
	const change = await tightened(engine, action, answering);
	if (change === null) return null;
	const result = await engine.commit(change, action);
	if (!result.ok) return result.why === 'version' ? 'again' : lost(engine, answering, result);
	engine.log.warn({ id: action.id, reviewer: answering.reviewer }, 'policy became stricter: an approval was not counted');
	const now = await engine.store.actions.get(action.id);
	const message = 'policy has become stricter since this was asked; it was judged anew, look at it as it is now';
	return refuse({ code: 'changed_since_shown', message }, now ?? action, null);
}

/** Whether answers from the number of this person count yet; null where it is not about a number, or they do. */
async function numberOf(engine: Engine, { reviewer, ...answering }: Answering, now: number): Promise<Problem | null> {
	if (answering.channel !== 'sms' || assuranceOf(answering) !== 'link') return null;
	const { reviewers, phone_numbers } = engine.policy().document;
	const number = Object.hasOwn(reviewers, reviewer) ? (reviewers[reviewer]?.phone ?? '') : '';
	const trusted = isTrusted(phone_numbers, await engine.store.phones.find(reviewer), { number, now });
	return trusted ? null : { code: 'phone_not_trusted', message: lackTexts.phone_not_trusted };
}

const refuse = (problem: Problem, action: Action | null, winner: Decision | null = action?.decision ?? null): SubmitResult => ({
	ok: false,
	problem,
	winner,
	action,
});

/** An answer with the instant at which it came in. */
export type Timed = Answering & { readonly at: number };

type Judged = { readonly change: Change; readonly event: Event } | { readonly problem: Problem };

/** What an answer makes of the action, by its state. */
function changeOf(engine: Engine, action: Action, answering: Timed): Judged {
	const by: moves.By = {
		by: answering.reviewer,
		channel: answering.channel,
		...(answering.comment !== undefined && answering.comment !== '' && { comment: answering.comment.slice(0, 2000) }),
	};
	const made = (event: Event, change: () => Change): Judged =>
		accepts(action.state, event) ? { event, change: change() } : { problem: wrongState(action, answering.answer) };
	// Raised once, a second person is needed however often it is edited afterwards.
	const editor = (proposal: Action['proposal']): moves.By => ({
		...by,
		raised: action.lastEdit?.raised === true || raises(engine.policy(), action.proposal, proposal),
		editors: [...new Set([...(action.lastEdit?.editors ?? []), by.by])],
	});
	switch (answering.answer) {
		case 'approve':
		case 'reject':
		case 'take_over':
			return action.state === 'in_review'
				? replyOf(engine, action, { ...answering, answer: answering.answer })
				: { problem: wrongState(action, answering.answer) };
		case 'edit': {
			if (!accepts(action.state, 'edited')) return { problem: wrongState(action, 'edit') };
			const changed = editedProposal(action, answering.edit ?? {});
			if ('problem' in changed) return changed;
			const { proposal } = changed;
			const changes = keptDifferences(differences(action.proposal, proposal));
			return made('edited', () => moves.edited(action, proposal, { ...editor(proposal), changes }));
		}
		case 'own':
			if (answering.owner === null) return ofOwner(action, by) ?? made('owner_changed', () => moves.givenBack(action, by));
			return toWhom(engine, action, answering) ?? made('owner_changed', () => moves.owned(action, by, answering.owner ?? by.by));
		case 'release':
			return ofOwner(action, by) ?? made('released', () => moves.released(action, by));
		case 'dismiss':
			return ofOwner(action, by) ?? made('dismissed', () => moves.closed(action, 'dismissed', by));
		case 'resolve_by_hand':
			return ofOwner(action, by) ?? made('resolved_by_hand', () => moves.closed(action, 'resolved_by_hand', by));
		case 'revoke':
			return made('revoked', () => moves.revoked(action, by));
		case 'confirm_done':
			return made('reconciled_done', () => reconciled(action, by.by, { status: 'done' }));
		case 'confirm_not_done':
			return made('reconciled_not_done', () => reconciled(action, by.by, { status: 'not_done' }));
	}
}

/** A case can be given to whoever could take it. */
function toWhom(engine: Engine, action: Action, { owner, ...answering }: Timed): { readonly problem: Problem } | null {
	const problem = owner == null ? null : mayAnswer(engine.policy(), action, { ...answering, reviewer: owner });
	return problem === null ? null : { problem };
}

/** Only its owner ends a case: two people who both believe that they have it must not both act on it. */
const ofOwner = (action: Action, { by }: moves.By): { readonly problem: Problem } | null =>
	action.state === 'escalated' && action.owner !== by
		? { problem: { code: 'reviewer_not_allowed', message: 'only the owner of the case can do this; take it first with `own`' } }
		: null;

/** An answer to a review: counted with the others under the plan. */
function replyOf(engine: Engine, action: Action, answering: Timed & { readonly answer: Answer }): Judged {
	const { plan } = action;
	if (plan === null) return { problem: wrongState(action, answering.answer) };
	const by: moves.By = {
		by: answering.reviewer,
		channel: answering.channel,
		...(answering.comment ? { comment: answering.comment.slice(0, 2000) } : {}),
	};
	const seat = standsFor(engine.policy(), action, answering);
	const reply: Reply = {
		reviewer: answering.reviewer,
		answer: answering.answer,
		channel: answering.channel,
		at: answering.at,
		...(by.comment !== undefined && { comment: by.comment }),
		...(answering.assurance !== undefined && answering.assurance !== 'link' && { assurance: answering.assurance }),
		...(seat !== null && { standsFor: seat }),
	};
	const replies = [...action.replies, reply];
	switch (tally(plan, replies)) {
		case 'approved_by_reviewers':
			return { event: 'approved_by_reviewers', change: moves.approved(action, replies, by) };
		case 'rejected_by_reviewer':
			return { event: 'rejected_by_reviewer', change: moves.rejected(action, replies, by) };
		case 'taken_over':
			return {
				event: 'taken_over',
				change: moves.takenOver(action, replies, { by, plan: casePlan(engine.policy(), action.proposal) }),
			};
		default: {
			const again = action.replies.some(
				(earlier) => earlier.reviewer === answering.reviewer && earlier.answer === answering.answer,
			);
			if (again)
				return { problem: { code: 'already_decided', message: 'your answer is already counted; the review waits for others' } };
			return { event: 'reply_recorded', change: moves.replied(action, replies, by) };
		}
	}
}

const wrongState = (action: Action, answer: string): Problem =>
	action.decision === null
		? { code: 'wrong_state', message: `an action that is \`${action.state}\` cannot be answered with \`${answer}\`` }
		: { code: 'already_decided', message: `the action is already \`${action.state}\`` };

/** Who lost a race is told who won, when and how. */
async function lost(
	engine: Engine,
	answering: Answering,
	result: Extract<TransitionResult, { ok: false }>,
): Promise<SubmitResult> {
	const action = await engine.store.actions.get(answering.actionId);
	const winner = winnerOf(result, answering.payloadDigest);
	if (result.why === 'too_late')
		return refuse({ code: 'expired', message: 'the deadline has passed; the fallback takes over' }, action, winner);
	if (result.why === 'revision')
		return refuse({ code: 'changed_since_shown', message: 'somebody changed the action first' }, action, winner);
	return refuse(
		{ code: 'already_decided', message: `somebody was first: the action is \`${result.state ?? 'gone'}\`` },
		action,
		winner,
	);
}

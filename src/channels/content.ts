/** What a message says, before any channel renders it: a review, a case, a note about a decision, or the digest of notices. */
import type { Action } from '../domain/action.ts';
import type { AnswerReason } from '../domain/mail-answer.ts';
import type { Language } from '../domain/verdict.ts';
import { type AnswerNote, answerNoteOf } from './answer-note.ts';
import { bundleOf, type Coded, type RequestBundle } from './bundle.ts';
import { type Card, cardOf, type Viewer } from './card.ts';
import { type CaseCard, caseCardOf } from './case-card.ts';
import { catalogueOf, lookUp } from './catalogue.ts';
import { deedLine, factLineOf } from './fact-line.ts';
import { shortText } from './instant-text.ts';
import { type StepUpCode, stepUpCodeOf } from './step-up-code.ts';
import { showLine } from './untrusted.ts';
import { type WaitingItem, type WaitingList, waitingListOf } from './waiting-list.ts';

/** Something went wrong with what the reader decided: it failed, or nobody knows whether it happened. */
export interface OutcomeNote {
	readonly card: Card;
	readonly kind: 'failed' | 'outcome_unknown';
	/** Why, as the executor said it; null where it said nothing. */
	readonly reason: string | null;
}

/** One notified action: when, what, how it ended. */
export interface NoticeLine {
	readonly actionId: string;
	readonly at: string;
	readonly what: string;
	readonly state: string;
	/** Policy's strictest reason, or null. */
	readonly reason: string | null;
	/** Where it can be reported as wrong, or null. */
	readonly url: string | null;
	/** A spot check: the reader is asked whether it was right, at `url`. */
	readonly asked: boolean;
}

/** The notices of a period in one message to one reader. */
export interface NoticeDigest {
	readonly language: Language;
	readonly reader: { readonly id: string; readonly name: string };
	readonly count: number;
	readonly lines: readonly NoticeLine[];
}

export type Content =
	| { readonly kind: 'review'; readonly card: Card; readonly reminder: boolean }
	| { readonly kind: 'case'; readonly case: CaseCard }
	| { readonly kind: 'note'; readonly note: OutcomeNote }
	/** Several requests in one text message. */
	| { readonly kind: 'bundle'; readonly bundle: RequestBundle }
	/** What was held back for a person, in one message. */
	| { readonly kind: 'waiting'; readonly list: WaitingList }
	/** A one-time code that the person has asked for. */
	| { readonly kind: 'code'; readonly code: StepUpCode }
	/** What became of a person's reply. */
	| { readonly kind: 'answer'; readonly answer: AnswerNote }
	| { readonly kind: 'digest'; readonly digest: NoticeDigest };

/** Please decide. `tier` above 0 makes it a reminder in the same thread. */
export const reviewContent = (action: Action, viewer: Viewer, tier: number): Content => ({
	kind: 'review',
	card: cardOf(action, viewer),
	reminder: tier > 0,
});

/** Please take over. */
export const caseContent = (action: Action, viewer: Viewer): Content => ({ kind: 'case', case: caseCardOf(action, viewer) });

/** Please decide each of these. */
export const bundleContent = (requests: readonly Coded[], viewer: Pick<Viewer, 'reviewer'>): Content => ({
	kind: 'bundle',
	bundle: bundleOf(requests, viewer),
});

/** Please decide these, each on its page. */
export const waitingContent = (items: readonly WaitingItem[], viewer: Omit<Viewer, 'links'>, url: string): Content => ({
	kind: 'waiting',
	list: waitingListOf(items, viewer, url),
});

/** The code that you asked for. */
export const codeContent = (action: Action, { reviewer }: Pick<Viewer, 'reviewer'>, code: string): Content => ({
	kind: 'code',
	code: stepUpCodeOf(action, reviewer, code),
});

/** The answer to a person's mail. */
export const answerContent = (action: Action, viewer: Viewer, why: AnswerReason): Content => ({
	kind: 'answer',
	answer: answerNoteOf(action, viewer, why),
});

/** Something about your decision went wrong. */
export const noteContent = (action: Action, viewer: Viewer): Content => ({
	kind: 'note',
	note: {
		card: cardOf(action, viewer),
		kind: action.state === 'failed' ? 'failed' : 'outcome_unknown',
		reason: action.outcome?.reason === undefined ? null : showLine(action.outcome.reason, 300),
	},
});

/** One notified action, with where to report it. */
export interface Notice {
	readonly action: Action;
	readonly url: string | null;
	/** Whether a spot check of it waits for the reader. Absent: no. */
	readonly asked?: boolean;
}

/** What fits a mail that is not clipped, and a reader's patience. */
export const maxNotices = 60;

/** These ran without asking. In the order given; the first 60 are spelled out, the rest is counted. */
export function digestContent(notices: readonly Notice[], viewer: Omit<Viewer, 'links'>): Content {
	const { language, name } = viewer.reviewer;
	const { states } = catalogueOf(language);
	const lines = notices.slice(0, maxNotices).map(({ action, url, asked = false }): NoticeLine => {
		const reason = action.verdict?.reasons[0];
		const at = action.outcome?.at ?? action.decision?.at ?? action.createdAt;
		return {
			actionId: action.id,
			at: shortText(at, viewer.now, viewer.reviewer),
			what: deedLine(factLineOf(action.proposal, language)),
			state: lookUp(states, action.state) ?? action.state,
			reason: reason === undefined ? null : showLine(reason.text[language], 120),
			url,
			asked,
		};
	});
	return {
		kind: 'digest',
		digest: { language, reader: { id: viewer.id, name: showLine(name, 80) }, count: notices.length, lines },
	};
}

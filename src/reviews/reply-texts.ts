/** What became of an answer, in as few words as a text message has. Pure. */

import type { Viewer } from '../channels/card.ts';
import { nameIn } from '../channels/case-card.ts';
import { catalogueOf, lookUp } from '../channels/catalogue.ts';
import { deedText, factLineOf, operationText } from '../channels/fact-line.ts';
import { shortText } from '../channels/instant-text.ts';
import type { Action } from '../domain/action.ts';
import type { Event } from '../domain/lifecycle.ts';
import type { Decision } from '../domain/review.ts';
import type { SubmitResult } from './submit.ts';

/** Who reads the words: a viewer without links. */
export type Reader = Omit<Viewer, 'links'>;

/** What a refused answer asks of the person. */
export type Refused =
	/** Somebody or something was first. */
	| 'lost'
	/** It was counted before. */
	| 'counted'
	/** More is needed than this channel can give: the page. */
	| 'page'
	/** They may not decide it at all. */
	| 'not_theirs'
	/** Nothing was recorded because something failed: the same again may work. */
	| 'again';

/** The kind of a refusal. */
export function refusedHow({ problem, winner, action }: Extract<SubmitResult, { ok: false }>): Refused {
	switch (problem.code) {
		case 'channel_limit':
		case 'step_up_required':
		case 'phone_not_trusted':
			return 'page';
		case 'reviewer_not_allowed':
		case 'reviewer_disabled':
		case 'separation_of_duties':
		case 'not_found':
			return 'not_theirs';
		case 'already_decided':
			return winner === null && action?.state === 'in_review' ? 'counted' : 'lost';
		case 'expired':
		case 'wrong_state':
		case 'changed_since_shown':
			return 'lost';
		default:
			return 'again';
	}
}

/** `Refund USD 240.00`. */
export const deedOf = (action: Action, { reviewer }: Reader): string => deedText(factLineOf(action.proposal, reviewer.language));

/** An answer that counted. */
export function doneText(action: Action, event: Event, reader: Reader): string {
	const { replies } = catalogueOf(reader.reviewer.language);
	const sentence = lookUpSentence(replies.done, event) ?? replies.done.reply_recorded;
	return sentence(deedOf(action, reader));
}

/** Who was first, when, and what came of it: `Already approved by Ben at 14:02 UTC.` */
export function lostText(action: Action, winner: Decision | null, reader: Reader): string {
	const { language } = reader.reviewer;
	const { replies, states } = catalogueOf(language);
	const { already } = replies;
	if (winner === null) return already.unnamed(lookUp(states, action.state) ?? action.state);
	const sentence = lookUpSentence(already, winner.event) ?? already.other;
	const said = sentence(nameIn({ ...reader, links: noLinks }, winner.by), shortText(winner.at, reader.now, reader.reviewer));
	if (winner.event !== 'deadline_passed') return said;
	const fallback = (action.plan ?? action.verdict?.plan ?? null)?.fallback ?? null;
	// Nothing is promised of a fallback that has failed: a person has it now.
	if (fallback !== null && action.fallbacks > 0) return said;
	const ran = fallback?.handler ?? null;
	return `${said} ${ran === null ? replies.fallbackNothing : replies.fallbackRan(operationText(ran, language))}`;
}

const noLinks = { open: '', approve: '', reject: '', takeOver: '' };

type Sentence = (...values: string[]) => string;

function lookUpSentence(sentences: Readonly<Record<string, Sentence>>, key: string): Sentence | undefined {
	return Object.hasOwn(sentences, key) ? sentences[key] : undefined;
}

/** What we answer to a person's mail: what became of their answer, or why it decided nothing and where to decide instead. */
import type { Action } from '../domain/action.ts';
import type { AnswerReason } from '../domain/mail-answer.ts';
import { type Card, cardOf, type Viewer } from './card.ts';
import { catalogueOf } from './catalogue.ts';
import { standingOf } from './standing.ts';

export interface AnswerNote {
	readonly card: Card;
	readonly title: string;
	readonly lines: readonly string[];
	/** Whether the reader still has something to do on the page. */
	readonly link: boolean;
}

/** The answer to a mail, from how the action stands now. */
export function answerNoteOf(action: Action, viewer: Viewer, why: AnswerReason): AnswerNote {
	const { replies } = catalogueOf(viewer.reviewer.language);
	const { mail: say } = replies;
	const standing = standingOf(action, viewer);
	const outcome = [standing.decision, ...standing.notes].filter((line) => line !== null);
	const open = standing.kind !== 'closed';
	const note = (title: string, lines: readonly string[], link: boolean): AnswerNote => ({
		card: cardOf(action, viewer),
		title,
		lines,
		link,
	});
	switch (why) {
		case 'recorded':
			return note(say.subject.recorded, outcome.length > 0 ? outcome : [standing.state], false);
		case 'lost':
			return note(say.subject.lost, [replies.changedNothing, ...(outcome.length > 0 ? outcome : [standing.state])], open);
		case 'on_the_page':
			return note(say.subject.page, [say.onThePage, ...outcome], open);
		case 'other_sender':
			return note(say.subject.nothing, [say.otherSender, ...outcome], open);
		case 'not_yours':
			return note(say.subject.nothing, [say.notYours], false);
		case 'not_understood':
			return note(say.subject.nothing, [say.notUnderstood, ...outcome], open);
		case 'unverified':
			return note(say.subject.nothing, [say.unverified, ...outcome], open);
		case 'no_review':
			return note(say.subject.nothing, [say.noReview, ...outcome], open);
	}
}

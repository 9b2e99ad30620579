/** A message that can be changed after it was sent: what it should say by now. */
import type { Action } from '../domain/action.ts';
import { isEnd } from '../domain/lifecycle.ts';
import { type Card, cardOf, type Viewer } from './card.ts';
import { caseCardOf } from './case-card.ts';
import { catalogueOf } from './catalogue.ts';
import { type Content, caseContent, reviewContent } from './content.ts';
import { ownerText } from './plain-card.ts';
import { type Standing, standingOf } from './standing.ts';

/** For whom and for which revision the message was sent. */
export interface Addressed {
	readonly revision: number;
	readonly purpose: 'review' | 'case';
}

/**
 * `live`: it still asks, with what has changed meanwhile. `closed`: nothing can be answered through it any more; it says what became
 * of the action, and links to its page where the reader still has something to do there. `replaced`: somebody changed the action,
 * and whoever may answer gets a new message.
 */
export type Copy =
	| { readonly kind: 'live'; readonly content: Content }
	| {
			readonly kind: 'closed' | 'replaced';
			readonly card: Card;
			readonly standing: Standing;
			/** Who has the case, in a sentence; null where it is none, or nobody has it. */
			readonly owner: string | null;
			readonly link: boolean;
	  };

/** What a copy should say of the action as it stands now. Pure. */
export function copyOf(action: Action, viewer: Viewer, { revision, purpose }: Addressed): Copy {
	const standing = standingOf(action, viewer);
	const card = cardOf(action, viewer);
	if (revision !== action.revision) {
		// Until the new revision is decided, what replaced this one is the news.
		const shown = action.decision ?? action.lastEdit;
		return { kind: 'replaced', card, standing: standingOf({ ...action, decision: shown }, viewer), owner: null, link: false };
	}
	if (purpose === 'review' && action.state === 'in_review' && standing.kind === 'open')
		return { kind: 'live', content: reviewContent(action, viewer, 0) };
	const openCase = action.state === 'escalated' && standing.kind === 'open';
	if (purpose === 'case' && ((openCase && action.owner === null) || action.state === 'outcome_unknown'))
		return { kind: 'live', content: caseContent(action, viewer) };
	const owner = openCase && action.owner !== null ? ownerText(caseCardOf(action, viewer), catalogueOf(card.language)) : null;
	return { kind: 'closed', card, standing, owner, link: openCase && action.owner === viewer.id };
}

/** Two copies of the same mark say the same: relative times, which grow by themselves, are no news. */
export function markOf(copy: Copy, version: number): string {
	if (copy.kind === 'live') return `live/${version}`;
	const { card, standing, owner, link } = copy;
	return JSON.stringify([copy.kind, card.facts, standing.decision, standing.notes, standing.comment, owner, link]);
}

/** Whether nothing will change a copy of this action any more. */
export const isFinal = (action: Action): boolean => isEnd(action.state);

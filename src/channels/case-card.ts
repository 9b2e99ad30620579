/** The card of an open case: the same facts, how it came to a person, who has it, and the conversation to read on. */
import type { Action } from '../domain/action.ts';
import { type Card, cardOf, type Viewer } from './card.ts';
import { type Catalogue, catalogueOf } from './catalogue.ts';
import { shortText } from './instant-text.ts';
import { showBlock, showLine } from './untrusted.ts';

/** One message of the conversation, as the agent recorded it: untrusted. */
export interface Utterance {
	readonly who: string;
	readonly fromCustomer: boolean;
	/** Short absolute time, or null where the agent gave none. */
	readonly at: string | null;
	readonly lines: readonly string[];
	readonly shortened: boolean;
}

export interface CaseCard {
	readonly card: Card;
	/** Why a person has it now, in one sentence. */
	readonly opened: string;
	/** Name of the owner, or null while nobody has it. */
	readonly owner: string | null;
	readonly ownedByReader: boolean;
	/** The action was started and its outcome is unknown: nothing may be released, somebody must look. */
	readonly outcomeUnknown: boolean;
	readonly conversation: readonly Utterance[];
	/** Older messages that are not shown. */
	readonly earlier: number;
}

const maxUtterances = 30;
const utteranceLimits = { max: 700, lines: 12 } as const;

/** The case card of an action for one reader. Pure. */
export function caseCardOf(action: Action, viewer: Viewer): CaseCard {
	const { language } = viewer.reviewer;
	const catalogue = catalogueOf(language);
	const all = action.proposal.conversation ?? [];
	const recent = all.slice(-maxUtterances);
	return {
		card: cardOf(action, viewer),
		opened: openedText(action, viewer, catalogue),
		owner: action.owner === null ? null : nameIn(viewer, action.owner),
		ownedByReader: action.owner === viewer.id,
		outcomeUnknown: action.state === 'outcome_unknown',
		conversation: recent.map((message) => {
			const { lines, shortened } = showBlock(message.text, utteranceLimits);
			return {
				who: catalogue.caseText.roles[message.role],
				fromCustomer: message.role === 'user',
				at: message.at === undefined ? null : shortText(message.at, viewer.now, viewer.reviewer),
				lines,
				shortened,
			};
		}),
		earlier: all.length - recent.length,
	};
}

/** A reviewer's name for the reader; the id where nobody knows a name. */
export const nameIn = (viewer: Viewer, id: string): string =>
	showLine(id === viewer.id ? viewer.reviewer.name : (viewer.nameOf?.(id) ?? id), 80);

function openedText(action: Action, viewer: Viewer, { opened }: Catalogue): string {
	if (action.state === 'outcome_unknown') return opened.outcome_unknown;
	if (action.fallbacks > 0) return opened.fallback_failed;
	const takenOver = action.replies.findLast((reply) => reply.answer === 'take_over');
	if (takenOver !== undefined) return opened.taken_over(nameIn(viewer, takenOver.reviewer));
	if (action.verdict === null) return opened.classify_failed;
	return action.verdict.route === 'escalation' ? opened.routed : opened.nobody_reachable;
}

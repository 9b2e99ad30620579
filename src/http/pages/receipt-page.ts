/** What a person sees after answering: whether it counted, what happens next, and how it stands; a loser is told who won. */
import type { Card } from '../../channels/card.ts';
import { catalogueOf } from '../../channels/catalogue.ts';
import { deedText } from '../../channels/fact-line.ts';
import { html, isolated } from '../../channels/markup.ts';
import type { Standing } from '../../channels/standing.ts';
import type { Answer, CaseAnswer } from '../../domain/review.ts';
import { pageFrame } from './layout.ts';
import { readerLine } from './review-page.ts';
import { standingBox } from './standing-box.ts';

export interface ReceiptView {
	readonly card: Card;
	/** How the action stands after the answer. */
	readonly standing: Standing;
	readonly answer: Answer | CaseAnswer | 'edit';
	/** Somebody or something else was first: the answer changed nothing. */
	readonly lost: boolean;
}

/** The receipt, as HTML. */
export function receiptPage({ card, standing, answer, lost }: ReceiptView): string {
	const catalogue = catalogueOf(card.language);
	const { page } = catalogue;
	const partial = standing.kind === 'answered';
	const title = lost ? page.lost : partial ? page.answered : page.receiptTitle[answer];
	const next = lost || partial ? null : page.receiptNext[answer];
	return pageFrame({
		language: card.language,
		title: `${title} · ${deedText(card.facts)}`,
		aside: readerLine(card, page.deciding),
		body: html`<section class="done" role="status"><p class="mark" aria-hidden="true">${lost ? '✕' : '✓'}</p><h1>${title}</h1><p class="whom">${deedText(card.facts)}${
			card.facts.whom === null ? null : html` · ${isolated(card.facts.whom)}`
		}</p>${next === null ? null : html`<p>${next}</p>`}</section>${standingBox(standing, catalogue)}<p><a class="button" href="${card.links.open}">${
			answer === 'take_over' && !lost ? page.backToCase : page.back
		}</a></p>`,
	});
}

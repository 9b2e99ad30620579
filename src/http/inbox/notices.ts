/** What a form of the inbox just did, or why it did nothing; it stands above the page that shows how things are now. */
import type { Card } from '../../channels/card.ts';
import { catalogueOf, lookUp } from '../../channels/catalogue.ts';
import { inboxText } from '../../channels/catalogue-inbox.ts';
import { deedText } from '../../channels/fact-line.ts';
import { html, isolated, type Markup } from '../../channels/markup.ts';
import type { Standing } from '../../channels/standing.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import type { Answer, CaseAnswer } from '../../domain/review.ts';

export interface Receipt {
	readonly card: Card;
	readonly standing: Standing;
	readonly answer: Answer | CaseAnswer | 'edit';
	/** Somebody or something else was first. */
	readonly lost: boolean;
	/** What waits next for this person, or null. */
	readonly nextId: string | null;
}

/** The receipt of an answer. */
export function receiptNotice({ card, standing, answer, lost, nextId }: Receipt): Markup {
	const { page } = catalogueOf(card.language);
	const partial = standing.kind === 'answered';
	const title = lost ? page.lost : partial ? page.answered : page.receiptTitle[answer];
	const next = lost || partial ? null : page.receiptNext[answer];
	return html`<section class="done" role="status"><p class="mark" aria-hidden="true">${lost ? '✕' : '✓'}</p><h2>${title}</h2><p class="whom">${deedText(card.facts)}${
		card.facts.whom === null ? null : html` · ${isolated(card.facts.whom)}`
	}</p>${lost && standing.decision !== null ? html`<p><strong>${isolated(standing.decision)}</strong></p>` : null}${next === null ? null : html`<p>${next}</p>`}${
		nextId === null
			? null
			: html`<p><a class="button" id="next" href="/inbox/actions/${nextId}" autofocus>${inboxText(card.language).action.next}</a></p>`
	}</section>`;
}

/** A sentence for an error code. */
export function problemText(code: ErrorCode, language: Card['language']): string {
	const { errors } = catalogueOf(language);
	const own: Readonly<Record<string, string>> = { ...errors, ...inboxText(language).problems };
	return lookUp(own, code) ?? errors.other;
}

/** Why a form did nothing. */
export const problemNotice = (code: ErrorCode, language: Card['language']): Markup =>
	html`<p class="warn card" role="alert">${problemText(code, language)} <span class="small">(${code})</span></p>`;

/** Something small that worked. */
export const doneNotice = (text: string): Markup =>
	html`<section class="done" role="status"><p>✓ ${isolated(text)}</p></section>`;

/** The page behind a review link: what is asked, and the form while it can still be answered. Looking at it decides nothing. */
import type { Card } from '../../channels/card.ts';
import { type Catalogue, catalogueOf } from '../../channels/catalogue.ts';
import { deedText } from '../../channels/fact-line.ts';
import { html, isolated, type Markup } from '../../channels/markup.ts';
import type { Remark } from '../../channels/remarks.ts';
import type { Standing } from '../../channels/standing.ts';
import type { Language } from '../../domain/verdict.ts';
import type { Difference } from '../../reviews/differences.ts';
import { type FormState, reviewForm } from './answer-form.ts';
import { differenceTable } from './difference-table.ts';
import { agentWords, argumentTable, detailTable, hero, reasonList, remarkList, warningList } from './evidence.ts';
import { pageFrame } from './layout.ts';
import { standingBox } from './standing-box.ts';

export interface ReviewView {
	readonly card: Card;
	readonly standing: Standing;
	/** Null where this reader cannot answer any more. */
	readonly form: FormState | null;
	readonly remarks?: readonly Remark[];
	/** What was changed since the link was sent. */
	readonly changes?: readonly Difference[];
	/** `changed`: the link was sent for an earlier revision. Otherwise a sentence of the catalogue's errors. */
	readonly notice?: 'changed' | keyof Catalogue['errors'];
}

/** The review page, as HTML. */
export function reviewPage({ card, standing, form, notice, remarks = [], changes = [] }: ReviewView): string {
	const catalogue = catalogueOf(card.language);
	const answerable = form !== null && standing.kind === 'open';
	const content = html`${noticeBox(notice, catalogue)}${changeList(changes, card.language)}${answerable ? null : standingBox(standing, catalogue)}${hero(card, catalogue, { open: standing.kind !== 'closed' })}${warningList(card, catalogue)}${reasonList(card, catalogue)}${remarkList(remarks, catalogue)}${agentWords(card, catalogue)}${argumentTable(card, catalogue)}${detailTable(card, catalogue)}`;
	return pageFrame({
		language: card.language,
		title: `${answerable ? catalogue.page.choose : standing.state} · ${deedText(card.facts)}`,
		aside: readerLine(card, catalogue.page.deciding),
		body: html`${answerable ? reviewForm(card, { catalogue, form, content }) : content}<p class="small">${catalogue.page.notYou}</p>`,
	});
}

/** Whose link this is: a forwarded one says so to whoever opens it (R-L7). */
export const readerLine = (card: Card, sentence: (name: string) => string): Markup =>
	html`<span>${isolated(sentence(card.reader.name))}</span>`;

/** What was changed since the link was sent; nothing where nothing was. */
export const changeList = (changes: readonly Difference[], language: Language): Markup | null =>
	changes.length === 0
		? null
		: html`<section><h2>${catalogueOf(language).page.whatChanged}</h2>${differenceTable(changes, language)}</section>`;

/** A sentence above everything else. */
export function noticeBox(notice: ReviewView['notice'], { page, errors }: Catalogue): Markup | null {
	if (notice === undefined) return null;
	return html`<p class="warn card" role="alert">${notice === 'changed' ? page.changed : errors[notice]}</p>`;
}

/** The page on which something that ran without asking is reported as wrong. */
import type { Card } from '../../channels/card.ts';
import { catalogueOf } from '../../channels/catalogue.ts';
import { deedText } from '../../channels/fact-line.ts';
import { html } from '../../channels/markup.ts';
import type { Standing } from '../../channels/standing.ts';
import type { Language } from '../../domain/verdict.ts';
import type { ReportResult } from '../../store/reports.ts';
import { formFields, maxComment } from './answer-form.ts';
import { argumentTable, detailTable, hero } from './evidence.ts';
import { pageFrame } from './layout.ts';
import { readerLine } from './review-page.ts';
import { standingBox } from './standing-box.ts';

/** What can be wrong, by its label: the reasons of a rejection, and what only shows afterwards. */
export function reportLabels(language: Language): Readonly<Record<string, string>> {
	const { rejectionReasons, people } = catalogueOf(language);
	return { ...rejectionReasons, ...people.report.labels };
}

export interface ReportView {
	readonly card: Card;
	readonly standing: Standing;
	/** Null where nothing can be reported. */
	readonly form: { readonly action: string; readonly nonce: string } | null;
	/** What became of the report that was just sent. */
	readonly sent: ReportResult | null;
}

/** The report page, as HTML. Nothing is chosen beforehand: a press alone reports nothing. */
export function reportPage({ card, standing, form, sent }: ReportView): string {
	const catalogue = catalogueOf(card.language);
	const { people, page } = catalogue;
	const say = people.report;
	const title = sent === 'reported' ? say.done : sent === 'again' ? say.again : say.title;
	const chips = Object.entries(reportLabels(card.language)).map(
		([value, label]) =>
			html`<label class="tile"><input type="radio" name="${formFields.reason}" value="${value}" required><span>${label}</span></label>`,
	);
	return pageFrame({
		language: card.language,
		title: `${title} · ${deedText(card.facts)}`,
		aside: readerLine(card, page.deciding),
		body: html`<section role="${sent === null ? 'region' : 'status'}" aria-label="${title}"><h1>${title}</h1>${sent === null ? html`<p>${form === null ? say.notYet : say.intro}</p>` : null}</section>${hero(card, catalogue, { open: false })}${standingBox(standing, catalogue)}${argumentTable(card, catalogue)}${detailTable(card, catalogue)}${
			form === null || sent !== null
				? null
				: html`<form method="post" action="${form.action}"><input type="hidden" name="${formFields.nonce}" value="${form.nonce}"><section><fieldset><legend>${say.label}</legend><div class="tiles list">${chips}</div></fieldset></section><section><label class="field" for="comment">${say.comment}</label><textarea id="comment" name="${formFields.comment}" maxlength="${maxComment}"></textarea></section><button class="button" type="submit">${say.send}</button></form>`
		}`,
	});
}

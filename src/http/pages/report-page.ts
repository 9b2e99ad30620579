/** The page on which something that ran without asking is reported as wrong. */
import type { Card } from '../../channels/card.ts';
import { catalogueOf } from '../../channels/catalogue.ts';
import { type LearningText, learningText } from '../../channels/catalogue-learning.ts';
import { deedText } from '../../channels/fact-line.ts';
import { html, type Markup } from '../../channels/markup.ts';
import type { Standing } from '../../channels/standing.ts';
import type { Language } from '../../domain/verdict.ts';
import type { SpotCheckResult } from '../../reviews/spot-check.ts';
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
	/** Whether a spot check waits for this reader: they are asked as well whether it was right. */
	readonly asked: boolean;
	/** What became of an answer to it that was just sent. */
	readonly checked: SpotCheckResult | null;
}

const checkedText = { recorded: 'recorded', again: 'again', missing: 'notAllowed', not_allowed: 'notAllowed' } as const;

/** The field of an answer to a spot check. */
export const checkField = 'check';

/** Chosen and then sent: whatever opens the links of a mail and presses buttons must not answer it (INVARIANT I8). */
function checkForm(form: NonNullable<ReportView['form']>, say: LearningText['checks']): Markup {
	const tile = (value: string, kind: string, label: string) =>
		html`<label class="tile ${kind}"><input type="radio" name="${checkField}" value="${value}" required><span>${label}</span></label>`;
	return html`<form method="post" action="${form.action}"><input type="hidden" name="${formFields.nonce}" value="${form.nonce}"><section><fieldset><legend>${say.choose}</legend><div class="tiles">${tile('yes', 'ok', say.right)}${tile('no', 'no', say.wrong)}</div></fieldset></section><button class="button" type="submit">${say.send}</button></form>`;
}

/** The report page, as HTML. Nothing is chosen beforehand: a press alone reports nothing. */
export function reportPage({ card, standing, form, sent, asked, checked }: ReportView): string {
	const catalogue = catalogueOf(card.language);
	const { people, page } = catalogue;
	const say = people.report;
	const check = learningText(card.language).checks;
	const checking = form !== null && asked && sent === null && checked === null;
	const title =
		checked !== null
			? check[checkedText[checked]]
			: sent === 'reported'
				? say.done
				: sent === 'again'
					? say.again
					: checking
						? check.title
						: say.title;
	const chips = Object.entries(reportLabels(card.language)).map(
		([value, label]) =>
			html`<label class="tile"><input type="radio" name="${formFields.reason}" value="${value}" required><span>${label}</span></label>`,
	);
	return pageFrame({
		language: card.language,
		title: `${title} · ${deedText(card.facts)}`,
		aside: readerLine(card, page.deciding),
		body: html`<section role="${sent === null && checked === null ? 'region' : 'status'}" aria-label="${title}"><h1>${title}</h1>${sent !== null || checked !== null ? null : html`<p>${checking ? check.intro : form === null ? say.notYet : say.intro}</p>`}</section>${hero(card, catalogue, { open: false })}${standingBox(standing, catalogue)}${argumentTable(card, catalogue)}${detailTable(card, catalogue)}${form !== null && checking ? checkForm(form, check) : null}${
			form === null || sent !== null || checked !== null
				? null
				: html`${checking ? html`<h2>${check.orReport}</h2>` : null}<form method="post" action="${form.action}"><input type="hidden" name="${formFields.nonce}" value="${form.nonce}"><section><fieldset><legend>${say.label}</legend><div class="tiles list">${chips}</div></fieldset></section><section><label class="field" for="comment">${say.comment}</label><textarea id="comment" name="${formFields.comment}" maxlength="${maxComment}"></textarea></section><button class="button" type="submit">${say.send}</button></form>`
		}`,
	});
}

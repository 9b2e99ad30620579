/** The page that asks for a one-time code. It carries the answer that was chosen; without the code it decides nothing. */
import type { Card } from '../../channels/card.ts';
import { catalogueOf } from '../../channels/catalogue.ts';
import { deedText } from '../../channels/fact-line.ts';
import { html, isolated } from '../../channels/markup.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import type { Lack } from '../../policy/channel-limits.ts';
import type { LinkForm } from '../link-form.ts';
import { formFields } from './answer-form.ts';
import { pageFrame } from './layout.ts';
import { readerLine } from './review-page.ts';

/** What became of the code before. */
export type CodeNotice =
	| { readonly kind: 'asked' | 'expired' | 'too_many' | 'no_channel' }
	| { readonly kind: 'wrong'; readonly triesLeft: number };

export interface CodeView {
	readonly card: Card;
	/** The answer as it came; the code goes with it. */
	readonly form: Omit<LinkForm, 'code'>;
	/** Path that the form posts to. */
	readonly action: string;
	readonly why: Lack;
	readonly notice: CodeNotice;
	readonly sent: 'email' | 'sms' | null;
	/** What the page is, for whoever reports it. */
	readonly code: ErrorCode;
}

/** The code page, as HTML. */
export function codePage({ card, form, action, why, notice, sent, code }: CodeView): string {
	const catalogue = catalogueOf(card.language);
	const { page, people } = catalogue;
	const say = people.code;
	const hidden = (name: string, value: string) => html`<input type="hidden" name="${name}" value="${value}">`;
	const fields = [
		hidden(formFields.answer, form.answer),
		hidden(formFields.nonce, form.nonce),
		hidden(formFields.revision, String(form.revision)),
		hidden(formFields.payloadDigest, form.payloadDigest),
		hidden(formFields.reason, form.reason),
		hidden(formFields.comment, form.comment),
		hidden(formFields.typed, form.typed),
	];
	const said = noticeText(notice, say);
	return pageFrame({
		language: card.language,
		title: `${say.title} · ${deedText(card.facts)}`,
		aside: readerLine(card, page.deciding),
		body: html`${said === null ? null : html`<p class="warn card" role="alert">${said}</p>`}<section><h1>${say.title}</h1><p class="whom"><strong>${deedText(card.facts)}</strong>${
			card.facts.whom === null ? null : html` · ${isolated(card.facts.whom)}`
		}</p><p>${say.why[why]}</p>${sent === null ? null : html`<p role="status">${say.sent[sent]}</p>`}<p class="small">${say.otherwise}</p></section>${
			sent === null
				? null
				: html`<section><form method="post" action="${action}">${fields}<label class="field" for="code">${say.label}</label><input class="line" id="code" name="${formFields.code}" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required><p></p><button class="button" type="submit">${say.confirm}</button></form></section><form method="post" action="${action}">${fields}<p><button class="plain" type="submit" name="${formFields.again}" value="1">${say.again}</button></p></form>`
		}<p><a href="${card.links.open}">${page.back}</a></p><p class="small">${code}</p>`,
	});
}

function noticeText(notice: CodeNotice, say: ReturnType<typeof catalogueOf>['people']['code']): string | null {
	switch (notice.kind) {
		case 'asked':
			return null;
		case 'wrong':
			return say.wrong(notice.triesLeft);
		case 'expired':
			return say.expired;
		case 'too_many':
			return say.tooMany;
		case 'no_channel':
			return say.noChannel;
	}
}

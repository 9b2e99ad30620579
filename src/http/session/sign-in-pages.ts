/** The pages of signing in. None of them tells whether an address is known. */
import { type SignInText, signInText } from '../../channels/catalogue-sign-in.ts';
import { html, isolated, type Markup } from '../../channels/markup.ts';
import type { Language } from '../../domain/verdict.ts';
import { pageFrame } from '../pages/layout.ts';
import { nonceField } from './form-proof.ts';

const page = (language: Language, title: string, body: unknown): string =>
	pageFrame({ language, title: `${title} · Countersign`, aside: null, body });

/** Where sign-in begins. `problem`: why the last try did not work. */
export function signInPage(
	language: Language,
	offers: {
		readonly mail: boolean;
		readonly provider: boolean;
		readonly problem?: 'badEmail' | 'tooMany';
		readonly to?: string | null;
	},
): string {
	const say = signInText(language);
	return page(
		language,
		say.title,
		html`<section><h1>${say.title}</h1>${offers.problem === undefined ? null : html`<p class="warn" role="alert">${say[offers.problem]}</p>`}${
			offers.mail ? mailForm(say, offers.to ?? null) : html`<p>${say.noMail}</p>`
		}</section>${offers.provider ? html`<section><p><a class="button" href="/sign-in/oidc${offers.to == null ? '' : `?to=${encodeURIComponent(offers.to)}`}">${say.provider}</a></p></section>` : null}`,
	);
}

const mailForm = (say: SignInText, to: string | null): Markup =>
	html`<p>${say.intro}</p><form method="post" action="/sign-in">${to === null ? null : html`<input type="hidden" name="to" value="${to}">`}<label class="field" for="email">${say.email}</label><p><input class="line" id="email" name="email" type="email" autocomplete="email" required maxlength="254"></p><button class="button" type="submit">${say.send}</button></form>`;

/** The same for every address. */
export function sentPage(language: Language): string {
	const say = signInText(language);
	return page(language, say.sentTitle, html`<section role="status"><h1>${say.sentTitle}</h1><p>${say.sent}</p></section>`);
}

/** What a link opens: a button. Looking signs nobody in. */
export function confirmPage(language: Language, view: { name: string; action: string; nonce: string }): string {
	const say = signInText(language);
	return page(
		language,
		say.title,
		html`<section><h1>${isolated(say.confirmTitle(view.name))}</h1><p>${say.confirmHint}</p><form method="post" action="${view.action}"><input type="hidden" name="${nonceField}" value="${view.nonce}"><button class="button" type="submit">${say.confirm}</button></form></section>`,
	);
}

/** A link that does not sign in (any more): the same for unknown and used ones. */
export function usedPage(language: Language): string {
	const say = signInText(language);
	return page(
		language,
		say.usedTitle,
		html`<section role="alert"><h1>${say.usedTitle}</h1><p>${say.used}</p></section><p><a class="button" href="/sign-in">${say.again}</a></p>`,
	);
}

export function failedPage(language: Language): string {
	const say = signInText(language);
	return page(
		language,
		say.failedTitle,
		html`<section role="alert"><h1>${say.failedTitle}</h1><p>${say.failed}</p></section><p><a class="button" href="/sign-in">${say.title}</a></p>`,
	);
}

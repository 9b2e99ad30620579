/** The mail that signs somebody in: one link, no more. */
import type { Reviewer } from '../domain/review.ts';
import { signInText } from './catalogue-sign-in.ts';
import { block, button, colours, css, mailFrame } from './email-frame.ts';
import { html } from './markup.ts';
import { showLine } from './untrusted.ts';

/** A mail that is no card. */
export interface PlainMail {
	readonly subject: string;
	readonly html: string;
	readonly text: string;
}

/** The sign-in mail for a reviewer, with the link at `url`. */
export function signInMail(person: Pick<Reviewer, 'name' | 'language'>, url: string): PlainMail {
	const { mail } = signInText(person.language);
	const hello = mail.hello(showLine(person.name, 80));
	return {
		subject: mail.subject,
		text: [hello, '', mail.text, '', url, '', mail.footer, ''].join('\n'),
		html: mailFrame({
			language: person.language,
			title: mail.subject,
			preheader: mail.text,
			body: [
				block(html`<p class="t" style="${css.text}">${hello}</p><p class="t" style="${css.text}">${mail.text}</p>`),
				block(
					html`<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>${button(mail.button, url, colours.open)}</tr></table>`,
				),
			],
			footer: [mail.footer],
		}),
	};
}

/** A one-time code that proves a second channel, as a message. It names what it is for, so that nobody confirms one thing for another. */
import type { Action } from '../domain/action.ts';
import type { Reviewer } from '../domain/review.ts';
import type { Language } from '../domain/verdict.ts';
import { catalogueOf } from './catalogue.ts';
import { block, css, mailFrame } from './email-frame.ts';
import { deedText, factLineOf } from './fact-line.ts';
import { html } from './markup.ts';
import { showLine } from './untrusted.ts';

export interface StepUpCode {
	readonly language: Language;
	readonly reader: string;
	/** Six digits. */
	readonly code: string;
	/** `Refund USD 12,000.00`. */
	readonly what: string;
}

/** The code for one reader. */
export const stepUpCodeOf = (
	action: Action,
	{ name, language }: Pick<Reviewer, 'name' | 'language'>,
	code: string,
): StepUpCode => ({
	language,
	reader: showLine(name, 80),
	code,
	what: deedText(factLineOf(action.proposal, language)),
});

/** The subject: without the code, which lock screens show. */
export const codeSubject = ({ language }: StepUpCode): string => catalogueOf(language).people.code.subject;

/** As plain text, lines ended by `\n`. */
export function codeText({ language, reader, code, what }: StepUpCode): string {
	const { people, email } = catalogueOf(language);
	return `${[people.code.mail(code, what), '', people.code.keep, '', '-- ', email.asked(reader)].join('\n')}\n`;
}

/** As the HTML of a mail. */
export function codeMail(given: StepUpCode): string {
	const { people, email } = catalogueOf(given.language);
	return mailFrame({
		language: given.language,
		title: people.code.subject,
		preheader: people.code.subject,
		body: [
			block(
				html`<p class="t" style="${css.amount}">${given.code}</p><p class="t" style="${css.text};margin-top:8px">${people.code.mail(given.code, given.what)}</p>`,
			),
			block(html`<p class="m" style="${css.small}">${people.code.keep}</p>`),
		],
		footer: [email.asked(given.reader)],
	});
}

/** As a text message. */
export const codeSms = ({ language, code, what }: StepUpCode): string => catalogueOf(language).people.code.sms(code, what);

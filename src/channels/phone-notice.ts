/** What a reviewer is told when policy names another number for them: by mail, at the old number and at the new one. */
import type { Reviewer } from '../domain/review.ts';
import { block, css, mailFrame } from './email-frame.ts';
import { html } from './markup.ts';
import type { PlainMail } from './sign-in-mail.ts';
import { showLine } from './untrusted.ts';

const en = {
	subject: 'Your number in Countersign was changed',
	text: 'Countersign: the number for your text messages was changed. Was it not you, tell your administrator at once.',
	hello: (name: string) => `Hello ${name},`,
	mail: 'the number at which Countersign sends you text messages was changed. Answers from the new one count after a while; until then, answer by mail, in Slack or in the inbox.',
	footer: 'You know nothing of it? Then tell your administrator at once.',
};
const zh: typeof en = {
	subject: '你在 Countersign 的手机号已更改',
	text: 'Countersign：你接收短信的号码已更改。若非本人所为，请立即告知管理员。',
	hello: (name) => `${name}，你好：`,
	mail: 'Countersign 向你发送短信的号码已更改。新号码的答复要过一段时间才有效；在此之前，请通过邮件、Slack 或收件箱答复。',
	footer: '你不知情？请立即告知管理员。',
};
const textOf = ({ language }: Pick<Reviewer, 'language'>): typeof en => (language === 'zh-CN' ? zh : en);

/** The text message to either number: one segment in English, one in Chinese. */
export const phoneText = (person: Pick<Reviewer, 'language'>): string => textOf(person).text;

/** The mail. */
export function phoneMail(person: Pick<Reviewer, 'name' | 'language'>): PlainMail {
	const say = textOf(person);
	const hello = say.hello(showLine(person.name, 80));
	return {
		subject: say.subject,
		text: [hello, '', say.mail, '', say.footer, ''].join('\n'),
		html: mailFrame({
			language: person.language,
			title: say.subject,
			preheader: say.mail,
			body: [block(html`<p class="t" style="${css.text}">${hello}</p><p class="t" style="${css.text}">${say.mail}</p>`)],
			footer: [say.footer],
		}),
	};
}

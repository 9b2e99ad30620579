/** Messages as mail: subject, HTML and text. */
import type { AnswerNote } from './answer-note.ts';
import type { Card } from './card.ts';
import type { CaseCard } from './case-card.ts';
import { type Catalogue, catalogueOf } from './catalogue.ts';
import { learningText } from './catalogue-learning.ts';
import type { Content, NoticeDigest, OutcomeNote } from './content.ts';
import { block, button, colours, css, fence, mailFrame, section, warningBox } from './email-frame.ts';
import { html, isolated, leftToRight, type Markup } from './markup.ts';
import { ownerText, plainText, replyNote } from './plain-card.ts';
import { codeMail } from './step-up-code.ts';
import { subjectOf } from './subject.ts';
import { cut, defang } from './untrusted.ts';
import { waitingMail } from './waiting-list.ts';

export interface RenderedMail {
	readonly subject: string;
	readonly html: string;
	readonly text: string;
}

/** Renders a message. `private`: subjects without amounts and persons. */
export const renderMail = (content: Content, options: { private: boolean }): RenderedMail => ({
	subject: subjectOf(content, options),
	html: mailHtml(content),
	text: plainText(content),
});

function mailHtml(content: Content): string {
	switch (content.kind) {
		case 'review':
			return reviewMail(content.card, content.reminder);
		case 'case':
			return caseMail(content.case);
		case 'note':
			return noteMail(content.note);
		case 'digest':
			return digestMail(content.digest);
		case 'waiting':
			return waitingMail(content.list);
		case 'code':
			return codeMail(content.code);
		case 'answer':
			return answerMail(content.answer);
		case 'bundle':
			return bundleMail(content);
	}
}

const maxRows = 30;
const maxValue = 300;
const maxUtterances = 10;

/** Text from outside for a mail: no look of a link (mail programs make links of text), isolated. */
const outside = (text: string): Markup => isolated(defang(text));

function hero(card: Card, title: string | null): Markup {
	const { facts, comparison, language } = card;
	const { card: say } = catalogueOf(language);
	return html`<tr><td class="pad" style="padding:26px 28px 8px">${title === null ? null : html`<p class="m" style="${css.label}">${title}</p>`}<p class="t" style="${css.h1}">${facts.operation}</p>${
		facts.amount === null ? null : html`<p class="t" style="${css.amount}">${leftToRight(facts.amount)}</p>`
	}${facts.whom === null ? null : html`<p class="t" style="${css.whom}">${say.concerns('')}${outside(facts.whom)}</p>`}</td></tr>
${comparison === null ? null : block(warningBox([comparison]))}`;
}

function deadlineBlock(card: Card, { card: say, colon }: Catalogue): Markup {
	const { deadline } = card;
	return block(
		html`${
			deadline === null
				? null
				: html`<p class="t" style="${css.text}"><strong>${say.deadline}${colon}${say.deadlineLine(deadline.short, deadline.passed ? say.passed : deadline.relative)}</strong><br>${deadline.absolute}</p>`
		}<p class="m" style="${css.small};margin-top:4px">${say.fallback}${colon}${card.fallback}</p>${
			card.quorum === null ? null : html`<p class="m" style="${css.small}">${card.quorum}</p>`
		}`,
	);
}

function reviewMail(card: Card, reminder: boolean): string {
	const catalogue = catalogueOf(card.language);
	const { answers, email } = catalogue;
	const { links } = card;
	const answerBlock = block(
		html`<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>${button(answers.approve, links.approve, colours.approve)}<td width="14" style="width:14px;font-size:1px">&nbsp;</td>${button(answers.reject, links.reject, colours.reject)}</tr></table><p class="t" style="${css.text};margin-top:14px"><a class="l" href="${links.takeOver}" style="${css.link};display:inline-block;padding:10px 0">${email.orTakeOver}</a></p>${card.reply?.mail ? html`<p class="m" style="${css.small}">${catalogue.replies.mailHow}</p>` : null}`,
	);
	return mailFrame({
		language: card.language,
		title: subjectOf({ kind: 'review', card, reminder }, { private: true }),
		preheader: preheader(card, reminder ? email.reminder : null),
		body: [
			hero(card, reminder ? email.reminder : null),
			deadlineBlock(card, catalogue),
			answerBlock,
			...evidence(card, catalogue),
		],
		footer: footer(card, catalogue, true),
	});
}

const preheader = (card: Card, lead: string | null): string =>
	[lead, defang(card.risk), defang(card.reasons[0] ?? ''), card.deadline?.relative]
		.filter((part) => part != null && part !== '')
		.join(' · ');

function footer(card: Card, catalogue: Catalogue, review = false): string[] {
	const { email } = catalogue;
	return [email.asked(card.reader.name), email.personal, email.seeCurrent, ...replyNote(card, catalogue, review)];
}

function evidence(card: Card, catalogue: Catalogue): (Markup | null)[] {
	const { card: say, warnings } = catalogue;
	const money = new Set(['over_reference']);
	const alerts = card.warnings.filter(({ code }) => !money.has(code));
	return [
		alerts.length === 0 ? null : section(warnings.title, warningBox(alerts.map(({ text }) => outside(text)))),
		card.reasons.length === 0
			? null
			: section(
					say.why,
					card.reasons.map((reason) => html`<p class="t" style="${css.text}">&bull; ${outside(reason)}</p>`),
				),
		proseBlock(card, say),
		argumentBlock(card, say),
		section(say.details, factTable(card, say)),
	];
}

function proseBlock({ prose }: Card, say: Catalogue['card']): Markup {
	if (prose === null) return section(say.prose, html`<p class="m" style="${css.small}">${say.proseMissing}</p>`);
	return section(
		`${say.prose} · ${say.proseUnverified}`,
		html`${fence(prose.lines.map(outside))}${prose.shortened ? html`<p class="m" style="${css.small}">${say.proseCut}</p>` : null}`,
	);
}

function argumentBlock({ arguments: given }: Card, say: Catalogue['card']): Markup | null {
	if (given.rows.length === 0) return null;
	const rows = given.rows.slice(0, maxRows);
	const leftOut = given.leftOut + given.rows.length - rows.length;
	return section(
		say.arguments,
		html`<table width="100%" cellpadding="0" cellspacing="0" border="0">${rows.map(
			({ path, value }) =>
				html`<tr><th class="m" scope="row" style="${css.head}">${outside(path)}</th><td class="t" style="${css.mono}">${outside(cut(value, maxValue))}</td></tr>`,
		)}</table>${leftOut === 0 ? null : html`<p class="m" style="${css.small}">${say.moreArguments(leftOut)}</p>`}`,
	);
}

function factTable(card: Card, say: Catalogue['card']): Markup {
	const row = (label: string, value: unknown) =>
		html`<tr><th class="m" scope="row" style="${css.head}">${label}</th><td class="t" style="${css.cell}">${value}</td></tr>`;
	return html`<table width="100%" cellpadding="0" cellspacing="0" border="0">${row(say.risk, outside(card.risk))}${
		card.impact === null ? null : row(say.impact, card.impact)
	}${card.details.map(({ label, value, untrusted }) => row(label, untrusted ? outside(value) : value))}</table>`;
}

function caseMail(given: CaseCard): string {
	const { card } = given;
	const catalogue = catalogueOf(card.language);
	const { caseText: say, email, priorities } = catalogue;
	const title = card.priority === 'normal' ? say.title : `${say.title} · ${priorities[card.priority]}`;
	return mailFrame({
		language: card.language,
		title: subjectOf({ kind: 'case', case: given }, { private: true }),
		preheader: [given.opened, defang(card.reasons[0] ?? '')].filter(Boolean).join(' · '),
		body: [
			hero(card, title),
			block(
				html`<p class="t" style="${css.text}"><strong>${given.opened}</strong></p><p class="t" style="${css.text}">${given.outcomeUnknown ? say.unknown : say.untilThen}</p><p class="m" style="${css.small};margin-top:4px">${ownerText(given, catalogue)}</p>`,
			),
			block(oneButton(email.openCase, card.links.open)),
			given.outcomeUnknown ? null : deadlineBlock(card, catalogue),
			conversationBlock(given, catalogue),
			...evidence(card, catalogue),
		],
		footer: footer(card, catalogue),
	});
}

const oneButton = (label: string, href: string): Markup =>
	html`<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>${button(label, href, colours.open)}</tr></table>`;

function conversationBlock({ conversation, earlier }: CaseCard, { caseText: say }: Catalogue): Markup | null {
	if (conversation.length === 0) return null;
	const shown = conversation.slice(-maxUtterances);
	const leftOut = earlier + conversation.length - shown.length;
	return section(
		`${say.conversation} · ${say.conversationUntrusted}`,
		html`${leftOut === 0 ? null : html`<p class="m" style="${css.small}">${say.earlier(leftOut)}</p>`}${shown.map(
			({ who, at, lines }) =>
				html`<p class="m" style="${css.small};margin-top:8px"><strong>${who}</strong>${at === null ? null : html` · ${at}`}</p>${fence(lines.map(outside))}`,
		)}`,
	);
}

function noteMail(note: OutcomeNote): string {
	const { card, kind, reason } = note;
	const catalogue = catalogueOf(card.language);
	const { outcomeNote: say, colon, email } = catalogue;
	return mailFrame({
		language: card.language,
		title: subjectOf({ kind: 'note', note }, { private: true }),
		preheader: kind === 'failed' ? say.failed : say.unknown,
		body: [
			hero(card, kind === 'failed' ? say.failedTitle : say.unknownTitle),
			block(
				html`<p class="t" style="${css.text}">${kind === 'failed' ? say.failed : say.unknown}</p><p class="t" style="${css.text};margin-top:8px"><strong>${say.reason}${colon}</strong>${reason === null ? say.noReason : outside(reason)}</p>`,
			),
			block(oneButton(email.open, card.links.open)),
			...evidence(card, catalogue),
		],
		footer: footer(card, catalogue),
	});
}

function answerMail({ card, title, lines, link }: AnswerNote): string {
	const { email } = catalogueOf(card.language);
	return mailFrame({
		language: card.language,
		title,
		preheader: lines[0] ?? title,
		body: [
			hero({ ...card, comparison: null }, title),
			block(lines.map((line) => html`<p class="t" style="${css.text};margin-top:8px">${outside(line)}</p>`)),
			link ? block(oneButton(email.open, card.links.open)) : null,
		],
		footer: [email.asked(card.reader.name)],
	});
}

function bundleMail(content: Extract<Content, { kind: 'bundle' }>): string {
	const { language, items } = content.bundle;
	const title = subjectOf(content, { private: true });
	const rows = items.map(({ code, what }) => html`<p class="t" style="${css.text}">${code} · ${what}</p>`);
	return mailFrame({ language, title, preheader: title, body: [block(rows)], footer: [] });
}

function digestMail(digest: NoticeDigest): string {
	const { language, lines, count, reader } = digest;
	const { digest: say, email } = catalogueOf(language);
	// One style for the cell and little else: there are many rows, and Gmail cuts a mail off at 102 kB.
	const minor = 'font-size:13px;color:#5a6573';
	const rows = lines.map(
		({ at, what, state, reason, url, asked }) =>
			html`<tr><td class="r t" style="padding:9px 0;border-top:1px solid #dde3ea;${css.text}"><strong>${what}</strong> · ${state}<br><span class="m" style="${minor}">${at}${
				reason === null ? null : html` · ${outside(reason)}`
			}</span>${url === null ? null : html`<br><a class="l" href="${url}" style="${minor};${css.link}">${asked ? html`<strong>${learningText(language).checks.digest}</strong>` : say.report}</a>`}</td></tr>`,
	);
	return mailFrame({
		language,
		title: subjectOf({ kind: 'digest', digest }, { private: true }),
		preheader: say.intro,
		body: [
			html`<tr><td class="pad" style="padding:26px 28px 8px"><p class="t" style="${css.h1}">${say.title}</p><p class="m" style="${css.small};margin-top:4px">${say.intro}</p></td></tr>`,
			block(
				html`<table width="100%" cellpadding="0" cellspacing="0" border="0">${rows}</table>${count > lines.length ? html`<p class="m" style="${css.small}">${say.more(count - lines.length)}</p>` : null}`,
			),
		],
		footer: [email.asked(reader.name)],
	});
}

/** What waits for one reader, in one message: the fact line of each, by when, and where to answer it. */
import type { Action } from '../domain/action.ts';
import type { Language } from '../domain/verdict.ts';
import type { Viewer } from './card.ts';
import { catalogueOf } from './catalogue.ts';
import { block, button, colours, css, mailFrame } from './email-frame.ts';
import { deedLine, factLineOf } from './fact-line.ts';
import { shortText } from './instant-text.ts';
import { html } from './markup.ts';
import { showLine } from './untrusted.ts';

/** One review or case that waits. */
export interface WaitingLine {
	readonly actionId: string;
	readonly kind: 'review' | 'case';
	/** `Refund USD 240.00 · u-1042`. */
	readonly what: string;
	/** `14:30 UTC+8`, or null where it has no deadline. */
	readonly by: string | null;
	readonly url: string;
}

export interface WaitingList {
	readonly language: Language;
	readonly reader: { readonly id: string; readonly name: string };
	readonly count: number;
	/** The most urgent first; not more than a message holds. */
	readonly lines: readonly WaitingLine[];
	/** When the first of them is due, or null. */
	readonly firstBy: string | null;
	/** The page that lists them all. */
	readonly url: string;
}

/** A review or case and the reader's link to it. */
export interface WaitingItem {
	readonly action: Action;
	readonly kind: WaitingLine['kind'];
	readonly url: string;
}

/** What fits a mail and a reader's patience. */
const mostLines = 30;

/** The list for one reader. */
export function waitingListOf(items: readonly WaitingItem[], viewer: Omit<Viewer, 'links'>, url: string): WaitingList {
	const { language, name } = viewer.reviewer;
	const soonest = [...items].sort(
		(a, b) => (a.action.deadlineAt ?? Number.POSITIVE_INFINITY) - (b.action.deadlineAt ?? Number.POSITIVE_INFINITY),
	);
	const timeOf = ({ action }: WaitingItem): string | null =>
		action.deadlineAt === null ? null : shortText(action.deadlineAt, viewer.now, viewer.reviewer);
	const [first] = soonest;
	return {
		language,
		reader: { id: viewer.id, name: showLine(name, 80) },
		count: items.length,
		lines: soonest.slice(0, mostLines).map(
			(item): WaitingLine => ({
				actionId: item.action.id,
				kind: item.kind,
				what: deedLine(factLineOf(item.action.proposal, language)),
				by: timeOf(item),
				url: item.url,
			}),
		),
		firstBy: first === undefined ? null : timeOf(first),
		url,
	};
}

const byText = (list: WaitingList): string => {
	const { waiting } = catalogueOf(list.language).people;
	return list.firstBy === null ? '' : waiting.firstBy(list.firstBy);
};

/** `[5 wait for you] first by 14:30 UTC+1`. Holds no amount and no person in any case. */
export const waitingSubject = (list: WaitingList): string =>
	catalogueOf(list.language).people.waiting.subject(list.count, byText(list));

/** As plain text, lines ended by `\n`. */
export function waitingText(list: WaitingList): string {
	const { people, email, colon } = catalogueOf(list.language);
	const { waiting } = people;
	return `${[
		waiting.title(list.count),
		waiting.intro,
		'',
		...list.lines.flatMap((line) => [`- ${lineText(line, list)}`, `  ${line.url}`]),
		...(list.count > list.lines.length ? [waiting.more(list.count - list.lines.length)] : []),
		'',
		`${waiting.openList}${colon}${list.url}`,
		'',
		'-- ',
		email.asked(list.reader.name),
		email.personal,
		waiting.current,
	].join('\n')}\n`;
}

function lineText({ kind, what, by }: WaitingLine, { language }: WaitingList): string {
	const { people, colon } = catalogueOf(language);
	const { waiting } = people;
	return `${kind === 'case' ? `${waiting.aCase}${colon}` : ''}${what}${by === null ? '' : ` · ${waiting.by(by)}`}`;
}

/** As the HTML of a mail. */
export function waitingMail(list: WaitingList): string {
	const { people, email, colon } = catalogueOf(list.language);
	const { waiting } = people;
	const minor = 'font-size:13px;color:#5a6573';
	const rows = list.lines.map(
		({ kind, what, by, url }) =>
			html`<tr><td class="r t" style="padding:10px 0;border-top:1px solid #dde3ea;${css.text}"><a class="l" href="${url}" style="${css.link}"><strong>${kind === 'case' ? `${waiting.aCase}${colon}` : null}${what}</strong></a>${
				by === null ? null : html`<br><span class="m" style="${minor}">${waiting.by(by)}</span>`
			}</td></tr>`,
	);
	return mailFrame({
		language: list.language,
		title: waitingSubject(list),
		preheader: waiting.intro,
		body: [
			html`<tr><td class="pad" style="padding:26px 28px 8px"><p class="t" style="${css.h1}">${waiting.title(list.count)}</p><p class="m" style="${css.small};margin-top:4px">${waiting.intro}</p></td></tr>`,
			block(
				html`<table width="100%" cellpadding="0" cellspacing="0" border="0">${rows}</table>${
					list.count > list.lines.length
						? html`<p class="m" style="${css.small}">${waiting.more(list.count - list.lines.length)}</p>`
						: null
				}`,
			),
			block(
				html`<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>${button(waiting.openList, list.url, colours.open)}</tr></table>`,
			),
		],
		footer: [email.asked(list.reader.name), email.personal, waiting.current],
	});
}

/** As a text message: how many, by when, where. */
export const waitingSms = (list: WaitingList): string =>
	`${catalogueOf(list.language).people.waiting.sms(list.count, byText(list))} ${list.url}`;

/** Messages as plain text: the text part of a mail, and the terminal. Complete: everything the HTML says, this says. */
import type { AnswerNote } from './answer-note.ts';
import type { RequestBundle } from './bundle.ts';
import type { Card, Prose } from './card.ts';
import type { CaseCard } from './case-card.ts';
import { type Catalogue, catalogueOf } from './catalogue.ts';
import { learningText } from './catalogue-learning.ts';
import type { Content, NoticeDigest, OutcomeNote } from './content.ts';
import { deedText } from './fact-line.ts';
import { codeText } from './step-up-code.ts';
import { defang, isolate } from './untrusted.ts';
import { waitingText } from './waiting-list.ts';

/** Text from outside: visible already; no look of a link, no influence on its neighbours. */
const outside = (text: string): string => isolate(defang(text));
const heading = (text: string): string => `\n${text.toUpperCase()}`;
/** Every line of the fence carries its mark, so that no line can pretend to be outside. */
const fenced = (lines: readonly string[]): string[] => lines.map((line) => `| ${outside(line)}`);

/** The whole message as text, lines ended by `\n`. */
export function plainText(content: Content): string {
	switch (content.kind) {
		case 'review':
			return reviewText(content.card, content.reminder);
		case 'case':
			return caseText(content.case);
		case 'note':
			return noteText(content.note);
		case 'digest':
			return digestText(content.digest);
		case 'waiting':
			return waitingText(content.list);
		case 'code':
			return codeText(content.code);
		case 'bundle':
			return bundleText(content.bundle);
		case 'answer':
			return answerText(content.answer);
	}
}

function factLines({ facts, comparison }: Card, { card: say }: Catalogue): string[] {
	const lines = [deedText(facts)];
	if (facts.whom !== null) lines.push(say.concerns(outside(facts.whom)));
	if (comparison !== null) lines.push(`! ${comparison}`);
	return lines;
}

function deadlineLines(card: Card, { card: say, colon }: Catalogue): string[] {
	const { deadline } = card;
	const by =
		deadline === null
			? []
			: [`${say.deadline}${colon}${say.deadlineLine(deadline.absolute, deadline.passed ? say.passed : deadline.relative)}`];
	return [...by, `${say.fallback}${colon}${card.fallback}`, ...(card.quorum === null ? [] : [card.quorum])];
}

function reviewText(card: Card, reminder: boolean): string {
	const catalogue = catalogueOf(card.language);
	const { answers, colon, email } = catalogue;
	return joined([
		...(reminder ? [email.reminder, ''] : []),
		...factLines(card, catalogue),
		'',
		...deadlineLines(card, catalogue),
		heading(email.howToAnswer),
		`${answers.approve}${colon}${card.links.approve}`,
		`${answers.reject}${colon}${card.links.reject}`,
		`${answers.take_over}${colon}${card.links.takeOver}`,
		...(card.reply?.mail ? [catalogue.replies.mailHow] : []),
		...(card.reply?.code == null ? [] : [catalogue.replies.smsLine(card.reply.code)]),
		...evidence(card, catalogue),
		...footer(card, catalogue, true),
	]);
}

/** Why it came here, what to look at, the details, the arguments and the agent's words. */
function evidence(card: Card, { card: say, colon, warnings }: Catalogue): string[] {
	const shown = card.arguments.rows;
	return [
		...(card.warnings.length === 0 ? [] : [heading(warnings.title), ...card.warnings.map(({ text }) => `! ${outside(text)}`)]),
		...(card.reasons.length === 0 ? [] : [heading(say.why), ...card.reasons.map((reason) => `- ${outside(reason)}`)]),
		heading(say.details),
		`${say.risk}${colon}${outside(card.risk)}`,
		...(card.impact === null ? [] : [`${say.impact}${colon}${card.impact}`]),
		...card.details.map(({ label, value, untrusted }) => `${label}${colon}${untrusted ? outside(value) : value}`),
		...(shown.length === 0
			? []
			: [heading(say.arguments), ...shown.map(({ path, value }) => `${outside(path)} = ${outside(value)}`)]),
		...(card.arguments.leftOut === 0 ? [] : [say.moreArguments(card.arguments.leftOut)]),
		...proseLines(card.prose, say),
	];
}

function proseLines(prose: Prose | null, say: Catalogue['card']): string[] {
	if (prose === null) return [`\n${say.proseMissing}`];
	return [
		`${heading(say.prose)} (${say.proseUnverified})`,
		...fenced(prose.lines),
		...(prose.shortened ? [`(${say.proseCut})`] : []),
	];
}

function footer(card: Card, catalogue: Catalogue, review = false): string[] {
	const { email } = catalogue;
	return ['', '-- ', email.asked(card.reader.name), email.personal, email.seeCurrent, ...replyNote(card, catalogue, review)];
}

/** What a reply to a mail does, where that is not said among the ways to answer. */
export function replyNote({ reply }: Card, { email, replies }: Catalogue, review: boolean): string[] {
	if (!reply?.mail) return [email.noReply];
	return review ? [] : [replies.mailComment];
}

function caseText(given: CaseCard): string {
	const { card } = given;
	const catalogue = catalogueOf(card.language);
	const { caseText: say, colon, email } = catalogue;
	return joined([
		say.title,
		'',
		...factLines(card, catalogue),
		'',
		given.opened,
		given.outcomeUnknown ? say.unknown : say.untilThen,
		ownerText(given, catalogue),
		// What has started does not expire into a fallback.
		...(given.outcomeUnknown ? [] : deadlineLines(card, catalogue)),
		'',
		`${email.openCase}${colon}${card.links.open}`,
		...conversationLines(given, catalogue),
		...evidence(card, catalogue),
		...footer(card, catalogue),
	]);
}

/** Who has the case, for the reader. */
export function ownerText({ owner, ownedByReader }: CaseCard, { caseText: say }: Catalogue): string {
	if (owner === null) return say.nobody;
	return ownedByReader ? say.yours : say.owner(owner);
}

function conversationLines({ conversation, earlier }: CaseCard, { caseText: say, card }: Catalogue): string[] {
	if (conversation.length === 0) return [];
	return [
		`${heading(say.conversation)} (${say.conversationUntrusted})`,
		...(earlier === 0 ? [] : [say.earlier(earlier)]),
		...conversation.flatMap(({ who, at, lines, shortened }) => [
			at === null ? who : `${who} · ${at}`,
			...fenced(lines),
			...(shortened ? [`(${card.proseCut})`] : []),
		]),
	];
}

function noteText({ card, kind, reason }: OutcomeNote): string {
	const catalogue = catalogueOf(card.language);
	const { outcomeNote: say, colon, email } = catalogue;
	return joined([
		kind === 'failed' ? say.failedTitle : say.unknownTitle,
		'',
		...factLines(card, catalogue),
		'',
		kind === 'failed' ? say.failed : say.unknown,
		`${say.reason}${colon}${reason === null ? say.noReason : outside(reason)}`,
		'',
		`${email.open}${colon}${card.links.open}`,
		...evidence(card, catalogue),
		...footer(card, catalogue),
	]);
}

function digestText({ language, lines, count, reader }: NoticeDigest): string {
	const { digest: say, colon, email } = catalogueOf(language);
	return joined([
		say.title,
		say.intro,
		'',
		...lines.flatMap(({ at, what, state, reason, url, asked }) => [
			say.line(at, what, state),
			...(reason === null ? [] : [`    ${outside(reason)}`]),
			...(url === null ? [] : [`    ${asked ? learningText(language).checks.digest : say.report}${colon}${url}`]),
		]),
		...(count > lines.length ? [say.more(count - lines.length)] : []),
		'',
		'-- ',
		email.asked(reader.name),
	]);
}

function bundleText({ language, items }: RequestBundle): string {
	const { replies } = catalogueOf(language);
	return joined([replies.smsBundle(items.length), ...items.map(({ code, what }) => `${code}  ${what}`)]);
}

function answerText({ card, title, lines, link }: AnswerNote): string {
	const catalogue = catalogueOf(card.language);
	const { replies, colon, email } = catalogue;
	return joined([
		title,
		'',
		...factLines({ ...card, comparison: null }, catalogue),
		'',
		...lines.map(outside),
		...(link ? ['', `${replies.mail.useLink}${colon}${card.links.open}`] : []),
		'',
		'-- ',
		email.asked(card.reader.name),
	]);
}

const joined = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

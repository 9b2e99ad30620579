/**
 * Messages as Block Kit: the facts first, what to look at, the deadline and what happens without an answer, why it came here, what
 * would run, the agent's words fenced, and last the buttons.
 */
import type { ActionsBlock, KnownBlock } from '@slack/types';
import type { Card } from './card.ts';
import type { CaseCard } from './case-card.ts';
import { type Catalogue, catalogueOf } from './catalogue.ts';
import { slackText } from './catalogue-slack.ts';
import type { Content, NoticeDigest, OutcomeNote } from './content.ts';
import type { Copy } from './copy.ts';
import { deedText } from './fact-line.ts';
import { ownerText } from './plain-card.ts';
import { button, context, escaped, fields, header, outside, section } from './slack-blocks.ts';
import { buttonValue } from './slack-value.ts';
import { waitingBlocks } from './slack-waiting.ts';
import { subjectOf } from './subject.ts';
import { cut } from './untrusted.ts';

export interface RenderedSlack {
	/** For notifications and screen readers: always there, with its markup escaped. */
	readonly text: string;
	readonly blocks: KnownBlock[];
}

/** Id of the block that holds the answers. */
export const answersBlock = 'answers';

/** Renders a message, or null where it is none for Slack: several requests in one text, answers to mails, codes. */
export function renderSlack(content: Content): RenderedSlack | null {
	if (content.kind === 'bundle' || content.kind === 'answer' || content.kind === 'code') return null;
	return { text: escaped(subjectOf(content, { private: false })), blocks: blocksOf(content) };
}

function blocksOf(content: Exclude<Content, { kind: 'bundle' | 'answer' | 'code' }>): KnownBlock[] {
	switch (content.kind) {
		case 'review':
			return reviewBlocks(content.card, content.reminder);
		case 'case':
			return caseBlocks(content.case);
		case 'note':
			return noteBlocks(content.note);
		case 'digest':
			return digestBlocks(content.digest);
		case 'waiting':
			return waitingBlocks(content.list);
	}
}

/** A copy as it should stand now: a card that still asks, or how it ended, without buttons that answer. */
export function renderCopy(copy: Copy): RenderedSlack | null {
	if (copy.kind === 'live') return renderSlack(copy.content);
	const { card, standing, owner, link } = copy;
	const say = slackText(card.language);
	const ended = standing.decision ?? owner ?? standing.state;
	const lines = [
		...(copy.kind === 'replaced' ? [say.replaced] : []),
		...(standing.kind === 'answered' ? [say.answered] : []),
		ended,
		...(owner === null || owner === ended ? [] : [owner]),
		...standing.notes,
	].map(outside);
	return {
		text: escaped(`${ended} · ${deedText(card.facts)}`),
		blocks: [
			header(deedText(card.facts)),
			...(card.facts.whom === null ? [] : [section([catalogueOf(card.language).card.concerns(outside(card.facts.whom))])]),
			section(lines),
			...(standing.comment === null ? [] : [section(standing.comment.map((line) => `| ${outside(line)}`))]),
			...(link ? [openOnly(card)] : []),
		],
	};
}

/** The facts, each with its name: what is asked stands before everything else. What is wrong with the amount is among the warnings. */
function factBlock({ facts, risk, impact }: Card, { card: say, colon }: Catalogue): KnownBlock {
	return fields([
		`${say.operation}${colon}${facts.operation}`,
		...(facts.amount === null ? [] : [facts.amount]),
		...(facts.whom === null ? [] : [say.concerns(outside(facts.whom))]),
		`${say.risk}${colon}${outside(risk)}`,
		...(impact === null ? [] : [`${say.impact}${colon}${impact}`]),
	]);
}

function warningBlocks({ warnings }: Card, catalogue: Catalogue): KnownBlock[] {
	if (warnings.length === 0) return [];
	return [section([catalogue.warnings.title, ...warnings.slice(0, 8).map(({ text }) => `⚠ ${outside(text)}`)])];
}

function deadlineBlock(card: Card, { card: say, colon }: Catalogue): KnownBlock {
	const { deadline } = card;
	return section([
		...(deadline === null
			? []
			: [`${say.deadline}${colon}${say.deadlineLine(deadline.absolute, deadline.passed ? say.passed : deadline.relative)}`]),
		`${say.fallback}${colon}${card.fallback}`,
		...(card.quorum === null ? [] : [card.quorum]),
	]);
}

/** What is shown of the arguments; the page shows all. A card must not push its own buttons out of view (R-P7). */
const mostArguments = 10;
const longestValue = 160;

/** Why it came here, what would run, and the agent's words. */
function evidenceBlocks(card: Card, { card: say, colon }: Catalogue): KnownBlock[] {
	const { rows, leftOut } = card.arguments;
	const shown = rows.slice(0, mostArguments);
	const rest = leftOut + rows.length - shown.length;
	const { prose } = card;
	return [
		...(card.reasons.length === 0 ? [] : [section([say.why, ...card.reasons.map((reason) => `• ${outside(reason)}`)])]),
		context(
			card.details.map(({ label, value, untrusted }) => `${label}${colon}${untrusted ? outside(value) : value}`).join('  ·  '),
		),
		...(shown.length === 0
			? []
			: [
					section([
						say.arguments,
						...shown.map(({ path, value }) => `${outside(path)} = ${outside(cut(value, longestValue))}`),
						...(rest === 0 ? [] : [say.moreArguments(rest)]),
					]),
				]),
		prose === null
			? context(say.proseMissing)
			: section([
					`${say.prose}${colon}${say.proseUnverified}`,
					...prose.lines.map((line) => `| ${outside(line)}`),
					...(prose.shortened ? [`(${say.proseCut})`] : []),
				]),
	];
}

function reviewBlocks(card: Card, reminder: boolean): KnownBlock[] {
	const catalogue = catalogueOf(card.language);
	const say = slackText(card.language);
	const { deadline } = card;
	const by = deadline === null ? '' : catalogue.subject.by(deadline.short);
	return [
		header(catalogue.subject.review(deedText(card.facts), by)),
		...(reminder ? [context(catalogue.email.reminder)] : []),
		factBlock(card, catalogue),
		...warningBlocks(card, catalogue),
		deadlineBlock(card, catalogue),
		...evidenceBlocks(card, catalogue),
		answerBlock(card, catalogue),
		context(`${catalogue.email.asked(outside(card.reader.name))} ${say.how}`),
	];
}

/** The buttons. Approve and reject ask once more, naming what they are about: nothing is approved by a slip of the finger. */
function answerBlock(card: Card, { answers, card: words }: Catalogue): ActionsBlock {
	const say = slackText(card.language);
	const value = buttonValue(card.links.open, card.payloadDigest);
	const { facts } = card;
	const text = facts.whom === null ? deedText(facts) : `${deedText(facts)}\n${words.concerns(outside(facts.whom))}`;
	const asking = (id: 'approve' | 'reject' | 'take_over') => ({
		id,
		label: answers[id],
		value: value ?? '',
		question: { ...say.confirm[id], text, no: say.cancel },
	});
	return {
		type: 'actions',
		block_id: answersBlock,
		elements: [
			...(value === null
				? []
				: [
						button({ ...asking('approve'), style: 'primary' }),
						button({ ...asking('reject'), style: 'danger' }),
						button(asking('take_over')),
						button({ id: 'edit', label: say.edit, value }),
					]),
			openButton(card),
		],
	};
}

const openButton = (card: Card) => button({ id: 'open', label: slackText(card.language).open, url: card.links.open });

const openOnly = (card: Card): ActionsBlock => ({ type: 'actions', block_id: answersBlock, elements: [openButton(card)] });

/** A case is taken here; how it ends is recorded on its page, which shows the conversation. */
function caseBlocks(given: CaseCard): KnownBlock[] {
	const { card } = given;
	const catalogue = catalogueOf(card.language);
	const { caseText: say, subject, caseAnswers } = catalogue;
	const deed = deedText(card.facts);
	const value = given.outcomeUnknown || given.owner !== null ? null : buttonValue(card.links.open, card.payloadDigest);
	return [
		header(given.outcomeUnknown ? subject.outcomeUnknown(deed) : subject.caseOpened(deed)),
		factBlock(card, catalogue),
		section([outside(given.opened), given.outcomeUnknown ? say.unknown : say.untilThen, outside(ownerText(given, catalogue))]),
		...warningBlocks(card, catalogue),
		// What has started does not expire into a fallback.
		...(given.outcomeUnknown ? [] : [deadlineBlock(card, catalogue)]),
		...evidenceBlocks(card, catalogue),
		{
			type: 'actions',
			block_id: answersBlock,
			elements: [
				...(value === null ? [] : [button({ id: 'own', label: caseAnswers.own, style: 'primary', value })]),
				openButton(card),
			],
		},
		context(catalogue.email.asked(outside(card.reader.name))),
	];
}

function noteBlocks({ card, kind, reason }: OutcomeNote): KnownBlock[] {
	const catalogue = catalogueOf(card.language);
	const { outcomeNote: say, colon } = catalogue;
	return [
		header(kind === 'failed' ? say.failedTitle : say.unknownTitle),
		factBlock(card, catalogue),
		section([
			kind === 'failed' ? say.failed : say.unknown,
			`${say.reason}${colon}${reason === null ? say.noReason : outside(reason)}`,
		]),
		openOnly(card),
		context(catalogue.email.asked(outside(card.reader.name))),
	];
}

/** Lines of a digest in one section: 10 of them stay below its limit, however long they are. */
const linesPerSection = 10;

function digestBlocks({ language, lines, count, reader }: NoticeDigest): KnownBlock[] {
	const { digest: say, email } = catalogueOf(language);
	const rows = lines.map(({ at, what, state, reason }) =>
		cut(`• ${say.line(at, what, state)}${reason === null ? '' : ` · ${outside(reason)}`}`, 290),
	);
	const sections = [];
	for (let i = 0; i < rows.length; i += linesPerSection) sections.push(section(rows.slice(i, i + linesPerSection)));
	return [
		header(say.title),
		section([say.intro]),
		...sections,
		...(count > lines.length ? [context(say.more(count - lines.length))] : []),
		context(email.asked(outside(reader.name))),
	];
}

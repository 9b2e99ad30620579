/**
 * The pieces of Block Kit that our messages are made of. Every text is `plain_text`: Slack finds no link, mention or formatting in
 * it, whoever wrote it (R-C3). Slack refuses a whole message for one text that is too long, so every text is cut to its limit.
 */
import type { Button, ContextBlock, HeaderBlock, PlainTextElement, SectionBlock } from '@slack/types';
import { cut, defang, isolate } from './untrusted.ts';

/** Slack's limits, in characters and pieces. */
export const slackLimits = {
	blocks: 50,
	header: 150,
	section: 3000,
	fields: 10,
	field: 2000,
	context: 2000,
	button: 75,
	value: 2000,
	confirmTitle: 100,
	confirmText: 300,
	confirmButton: 30,
	/** Ours: what a notification shows. */
	notification: 500,
} as const;

/** Text from outside: visible already; no look of a link, no influence on its neighbours. */
export const outside = (text: string): string => isolate(defang(text));

/** Slack wants no text to be empty. */
export const plain = (text: string, max: number): PlainTextElement => ({
	type: 'plain_text',
	text: cut(text === '' ? '–' : text, max),
	emoji: false,
});

export const header = (text: string): HeaderBlock => ({ type: 'header', text: plain(text, slackLimits.header) });

export const section = (lines: readonly string[]): SectionBlock => ({
	type: 'section',
	text: plain(lines.join('\n'), slackLimits.section),
});

export const fields = (rows: readonly string[]): SectionBlock => ({
	type: 'section',
	fields: rows.slice(0, slackLimits.fields).map((row) => plain(row, slackLimits.field)),
});

export const context = (text: string): ContextBlock => ({ type: 'context', elements: [plain(text, slackLimits.context)] });

/** What a button asks before it does anything. */
export interface Question {
	readonly title: string;
	readonly text: string;
	readonly yes: string;
	readonly no: string;
}

export interface ButtonParts {
	/** Which button: the name of an answer, `edit` or `open`. */
	readonly id: string;
	readonly label: string;
	readonly style?: 'primary' | 'danger';
	/** An opaque id; never an amount or a command (R-C4). */
	readonly value?: string;
	readonly url?: string;
	readonly question?: Question;
}

export const button = ({ id, label, style, value, url, question }: ButtonParts): Button => ({
	type: 'button',
	action_id: id,
	text: plain(label, slackLimits.button),
	...(style !== undefined && { style }),
	...(value !== undefined && { value: value.slice(0, slackLimits.value) }),
	...(url !== undefined && { url }),
	...(question !== undefined && {
		confirm: {
			title: plain(question.title, slackLimits.confirmTitle),
			text: plain(question.text, slackLimits.confirmText),
			confirm: plain(question.yes, slackLimits.confirmButton),
			deny: plain(question.no, slackLimits.confirmButton),
			...(style !== undefined && { style }),
		},
	}),
});

/** Text for the `text` of a message, which Slack reads as markup and shows in notifications: its three characters are escaped. */
export const escaped = (text: string): string =>
	cut(outside(text).replaceAll('\n', ' '), slackLimits.notification)
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;');

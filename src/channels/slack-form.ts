/**
 * Editing in Slack: a form of the amount and of those arguments that fit a line, and what its submission changes. What a form
 * cannot show without changing it (nested values, hidden characters, very long texts) is kept as it is.
 */
import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import type { Action, Proposal } from '../domain/action.ts';
import { type Money, parseMoney, toDecimal } from '../domain/money.ts';
import type { Language } from '../domain/verdict.ts';
import { slackText } from './catalogue-slack.ts';
import { deedText, factLineOf } from './fact-line.ts';
import { outside, plain, section } from './slack-blocks.ts';
import { show, showLine } from './untrusted.ts';

export const formCallback = 'countersign.edit';
const inputId = 'value';
const amountBlock = 'amount';
const mostFields = 20;
const longestText = 1000;

/** What a submitted form holds, by block: the text of an input, or the value of the chosen option. */
export type FormValues = Readonly<Record<string, string>>;

type Simple = string | number | boolean;

/** Whether a value can stand in an input and come back as it was. */
const editable = (value: unknown): value is Simple =>
	(typeof value === 'string' &&
		value !== '' &&
		value.length <= longestText &&
		show(value).hidden === 0 &&
		!value.includes('\r')) ||
	(typeof value === 'number' && Number.isFinite(value)) ||
	typeof value === 'boolean';

/** The arguments that a form shows, with the id of their block: a number, so that a name cannot pretend to be another's. */
const fieldsOf = ({ arguments: given }: Proposal): { block: string; name: string; value: Simple }[] =>
	Object.entries(given)
		.map(([name, value], index) => ({ block: `argument-${index}`, name, value: value as unknown }))
		.filter((field): field is { block: string; name: string; value: Simple } => editable(field.value))
		.slice(0, mostFields);

/** The form for an action as it is now. `metadata` comes back with its submission. */
export function editForm(action: Action, language: Language, metadata: string): ModalView {
	const { modal, cancel } = slackText(language);
	const { proposal } = action;
	const { amount } = proposal;
	const shown = fieldsOf(proposal);
	const blocks: KnownBlock[] = [
		section([deedText(factLineOf(proposal, language)), modal.intro]),
		...(amount === undefined ? [] : [textInput(amountBlock, modal.amount(amount.currency), toDecimal(amount))]),
		...shown.map(({ block, name, value }) =>
			typeof value === 'boolean'
				? choice(block, name, { value, yes: modal.yes, no: modal.no })
				: textInput(block, name, String(value)),
		),
		...(shown.length < Object.keys(proposal.arguments).length ? [section([modal.leftOut])] : []),
	];
	return {
		type: 'modal',
		callback_id: formCallback,
		private_metadata: metadata,
		title: plain(modal.title, 24),
		submit: plain(modal.submit, 24),
		close: plain(cancel, 24),
		blocks,
	};
}

const textInput = (block: string, label: string, value: string): InputBlock => ({
	type: 'input',
	block_id: block,
	label: plain(outside(showLine(label, 100)), 150),
	element: {
		type: 'plain_text_input',
		action_id: inputId,
		initial_value: value,
		max_length: longestText,
		...(value.includes('\n') && { multiline: true }),
	},
});

function choice(block: string, label: string, { value, yes, no }: { value: boolean; yes: string; no: string }): InputBlock {
	const option = (text: string, id: string) => ({ text: plain(text, 75), value: id });
	const options = [option(yes, 'true'), option(no, 'false')];
	return {
		type: 'input',
		block_id: block,
		label: plain(outside(showLine(label, 100)), 150),
		element: {
			type: 'static_select',
			action_id: inputId,
			options,
			initial_option: value ? option(yes, 'true') : option(no, 'false'),
		},
	};
}

export interface SubmittedEdit {
	readonly arguments?: Proposal['arguments'];
	readonly amount?: Money;
}

/** What a submission changes of `action`, or what is wrong with it by block, in the reader's language. */
export function readForm(
	action: Action,
	values: FormValues,
	language: Language,
): { readonly edit: SubmittedEdit } | { readonly errors: Record<string, string> } {
	const { modal } = slackText(language);
	const { proposal } = action;
	const errors: Record<string, string> = {};
	const changed: Record<string, Simple> = {};
	const shown = fieldsOf(proposal);
	for (const { block, name, value } of shown) {
		const text = values[block];
		if (text === undefined || text === String(value)) continue;
		const read = parsedAs(text, value);
		if (read === null) errors[block] = modal.badNumber;
		else changed[name] = read;
	}
	let amount: Money | undefined;
	const given = values[amountBlock];
	if (proposal.amount !== undefined && given !== undefined && given.trim() !== toDecimal(proposal.amount)) {
		const money = parseMoney(given.trim(), proposal.amount.currency);
		if (typeof money === 'string') errors[amountBlock] = modal.badAmount(proposal.amount.currency);
		else if (money.minor !== proposal.amount.minor) amount = money;
	}
	if (Object.keys(errors).length > 0) return { errors };
	const names = Object.keys(changed);
	if (names.length === 0 && amount === undefined) {
		const first = proposal.amount !== undefined ? amountBlock : (shown[0]?.block ?? amountBlock);
		return { errors: { [first]: modal.nothing } };
	}
	return {
		edit: {
			...(names.length > 0 && { arguments: { ...proposal.arguments, ...changed } }),
			...(amount !== undefined && { amount }),
		},
	};
}

/** The text as a value of the same type as before; null where it is none. */
function parsedAs(text: string, before: Simple): Simple | null {
	if (typeof before === 'string') return text;
	if (typeof before === 'boolean') return text === 'true' ? true : text === 'false' ? false : null;
	const number = /^-?\d{1,15}(\.\d{1,10})?$/.test(text.trim()) ? Number(text) : Number.NaN;
	return Number.isFinite(number) ? number : null;
}

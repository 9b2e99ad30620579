/** A change that a reviewer makes to an action: fields by the operation's schema, what was sent, what differs. Pure. */
import type { Action, Proposal } from '../../domain/action.ts';
import { digestOf } from '../../domain/digest.ts';
import { parseJson } from '../../domain/json.ts';
import { type Money, parseMoney, toDecimal } from '../../domain/money.ts';
import type { ArgumentSchema } from '../../policy/argument-schema.ts';
import { operationOf, type Policy } from '../../policy/policy.ts';
import type { Edit } from '../../reviews/edit.ts';

/** One field of the form. */
export interface Field {
	readonly name: string;
	readonly kind: 'text' | 'number' | 'choice';
	/** As the field shows it. */
	readonly value: string;
	readonly choices: readonly string[];
	readonly long: boolean;
}

export interface ChangeForm {
	/** Null where no money is at stake. */
	readonly amount: { readonly value: string; readonly currency: string } | null;
	/** Null where the schema is not simple enough: then the arguments are edited as JSON. */
	readonly fields: readonly Field[] | null;
	readonly json: string;
}

type Arguments = Proposal['arguments'];

/** The argument that repeats the amount, where it stands at the top: it follows the amount and has no field of its own. */
function amountKey(policy: Policy, proposal: Proposal): string | null {
	const [key, ...deeper] = operationOf(policy, proposal.operation).amountArgument ?? [];
	return key !== undefined && deeper.length === 0 && proposal.amount !== undefined ? key : null;
}

const schemaOf = (policy: Policy, operation: string): ArgumentSchema | null =>
	Object.hasOwn(policy.document.operations, operation) ? (policy.document.operations[operation]?.arguments ?? null) : null;

/** The form for an action as it stands. */
export function changeForm(policy: Policy, { proposal }: Action): ChangeForm {
	const hidden = amountKey(policy, proposal);
	return {
		amount: proposal.amount === undefined ? null : { value: toDecimal(proposal.amount), currency: proposal.amount.currency },
		fields: fieldsOf(schemaOf(policy, proposal.operation), proposal.arguments, hidden),
		json: JSON.stringify(proposal.arguments, null, 2),
	};
}

function fieldsOf(schema: ArgumentSchema | null, given: Arguments, hidden: string | null): Field[] | null {
	const properties = schema?.properties;
	if (properties === undefined || Object.keys(given).some((key) => !Object.hasOwn(properties, key))) return null;
	const fields: Field[] = [];
	for (const [name, node] of Object.entries(properties)) {
		if (name === hidden) continue;
		const field = fieldOf(name, node, given[name]);
		if (field === null) return null;
		fields.push(field);
	}
	return fields;
}

function fieldOf(name: string, node: ArgumentSchema, value: unknown): Field | null {
	const types = [node.type].flat();
	if (types.some((type) => type === 'object' || type === 'array')) return null;
	if (value !== undefined && value !== null && typeof value === 'object') return null;
	const text = value === undefined || value === null ? '' : String(value);
	if (types.includes('boolean')) return { name, kind: 'choice', value: text, choices: ['true', 'false'], long: false };
	if (node.enum !== undefined) return { name, kind: 'choice', value: text, choices: node.enum.map(String), long: false };
	const numeric = types.every((type) => type === 'number' || type === 'integer');
	// A line break would not survive a field of one line.
	return {
		name,
		kind: numeric ? 'number' : 'text',
		value: text,
		choices: [],
		long: (node.maxLength ?? 0) > 200 || text.includes('\n'),
	};
}

export type ReadChange =
	| { readonly ok: true; readonly edit: Edit }
	| { readonly ok: false; readonly why: 'nothing' | 'notJson' | 'notAmount' | 'notFitting'; readonly path: string };

const refused = (why: Exclude<ReadChange, { ok: true }>['why'], path = ''): ReadChange => ({ ok: false, why, path });

/** The change that a form sent, held against the operation's schema. */
export function readChange(policy: Policy, { proposal }: Action, sent: Readonly<Record<string, unknown>>): ReadChange {
	const amount = amountFrom(proposal, sent.amount);
	if (amount === 'notAmount') return refused('notAmount', 'amount');
	const read = argumentsFrom(policy, proposal, sent);
	if (read === null) return refused('notJson');
	const key = amountKey(policy, proposal);
	const changed =
		key !== null && amount !== null && Object.hasOwn(read, key)
			? { ...read, [key]: typeof read[key] === 'number' ? Number(toDecimal(amount)) : toDecimal(amount) }
			: read;
	const fits = operationOf(policy, proposal.operation).arguments?.safeParse(changed);
	if (fits !== undefined && !fits.success) return refused('notFitting', fits.error.issues[0]?.path.join('.') ?? '');
	const edit: Edit = {
		...(digestOf(changed) !== digestOf(proposal.arguments) && { arguments: changed }),
		...(amount !== null && { amount }),
	};
	return Object.keys(edit).length === 0 ? refused('nothing') : { ok: true, edit };
}

/** Null: the amount stays as it is. */
function amountFrom({ amount }: Proposal, sent: unknown): Money | 'notAmount' | null {
	if (amount === undefined || sent === undefined) return null;
	const money = typeof sent === 'string' ? parseMoney(sent.trim(), amount.currency) : 'amount_type';
	if (typeof money === 'string') return 'notAmount';
	return money.minor === amount.minor ? null : money;
}

function argumentsFrom(policy: Policy, proposal: Proposal, sent: Readonly<Record<string, unknown>>): Arguments | null {
	if (typeof sent.json === 'string') {
		const read = parseJson(sent.json);
		return read.ok && typeof read.value === 'object' && read.value !== null && !Array.isArray(read.value)
			? (read.value as Arguments)
			: null;
	}
	const fields = fieldsOf(schemaOf(policy, proposal.operation), proposal.arguments, amountKey(policy, proposal));
	if (fields === null) return proposal.arguments;
	const changed: Record<string, Arguments[string]> = { ...proposal.arguments };
	for (const field of fields) {
		const text = sent[`argument.${field.name}`];
		// A browser sends line breaks as CRLF, whatever stood there before.
		if (typeof text !== 'string' || text.replaceAll('\r\n', '\n') === field.value.replaceAll('\r\n', '\n')) continue;
		if (text === '' && field.kind !== 'text') delete changed[field.name];
		else changed[field.name] = valueFrom(field, text, proposal.arguments[field.name]);
	}
	return changed;
}

function valueFrom(field: Field, text: string, before: unknown): Arguments[string] {
	const whole = text.replaceAll('\r\n', '\n');
	const numeric = field.kind === 'number' || typeof before === 'number';
	if (numeric || (field.kind === 'choice' && typeof before !== 'string')) {
		const read = parseJson(whole.trim());
		if (read.ok && (typeof read.value === 'number' || typeof read.value === 'boolean')) return read.value;
	}
	return whole;
}

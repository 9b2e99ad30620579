/**
 * The map of somebody's log: which field of a row is which part of a proposal. `countersign submit` and `countersign replay`
 * read rows through the same map, so that both propose the same.
 */
import { z } from 'zod';
import { type Proposal, proposalVersion } from '../domain/action.ts';
import { nearest, problemOfIssue } from '../domain/issue.ts';
import { parseProposal } from '../domain/parse.ts';
import { excerpt } from '../domain/shown.ts';
import { type CompiledSource, compileSource, type FieldSource, isSource, type Row } from './field-source.ts';

/** A document that knows where its values stand (`line` and `column` are the reader's business): `P` is what it calls a problem. */
export interface LocatedDocument<P> {
	readonly value: unknown;
	problem(path: readonly PropertyKey[], message: string, at?: 'key' | 'value'): P;
}

/** One row, read. `label`: whether it was right, where the log knows. `at`: when it happened, in ms since the epoch. */
export type RowReading =
	| {
			readonly ok: true;
			readonly input: Readonly<Record<string, unknown>>;
			readonly proposal: Proposal;
			readonly label: boolean | null;
			readonly at: number | null;
	  }
	| { readonly ok: false; readonly message: string };

export interface RowMap {
	/** Whether rows carry labels and instants. */
	readonly labelled: boolean;
	readonly timed: boolean;
	read(row: unknown): RowReading;
}

const money = z.strictObject({ value: z.unknown(), currency: z.unknown() });
const given = z.unknown().optional();
/** Fields that are text, number or list: one source each. */
const plainFields = [
	'tenant',
	'agent',
	'idempotencyKey',
	'operation',
	'confidence',
	'reasoning',
	'user',
	'payee',
	'conversationId',
	'conversation',
	'deadlineAt',
] as const;
const moneyFields = ['amount', 'referenceAmount', 'quotedAmount'] as const;
/** Fields that are objects: one source for the whole, or one for each name. */
const objectFields = ['arguments', 'context', 'correlation'] as const;

const document = z.strictObject({
	version: z.literal(1),
	proposal: z.strictObject({
		...(Object.fromEntries(plainFields.map((name) => [name, given])) as Record<(typeof plainFields)[number], typeof given>),
		...(Object.fromEntries(moneyFields.map((name) => [name, money.optional()])) as Record<
			(typeof moneyFields)[number],
			z.ZodOptional<typeof money>
		>),
		...(Object.fromEntries(objectFields.map((name) => [name, given])) as Record<(typeof objectFields)[number], typeof given>),
		/** Signal name -> source; the signal is there where the source gives true. */
		signals: z.record(z.string().min(1).max(128), z.unknown()).optional(),
	}),
	/** Gives true where the action was right, false where it was wrong, nothing where nobody knows. */
	label: given,
	/** Gives the instant: ms since the epoch, or ISO 8601 with its zone. */
	at: given,
	/** Paths that are known only afterwards: no source but `label` sees them. */
	knownAfterwards: z.array(z.string().min(1)).max(500).default([]),
});

type Path = readonly (string | number)[];

/** Compiles a map, or names everything that is wrong with it. */
export function parseMap<P>(source: LocatedDocument<P>): { ok: true; map: RowMap } | { ok: false; problems: P[] } {
	const read = document.safeParse(source.value);
	if (!read.success) {
		return { ok: false, problems: read.error.issues.flatMap((issue) => located(source, issue)) };
	}
	const problems: P[] = [];
	const afterwards = read.data.knownAfterwards;
	const compile = (value: unknown, path: Path, label = false): FieldSource => {
		const compiled: CompiledSource = compileSource(value);
		if ('problem' in compiled) problems.push(source.problem([...path, ...compiled.problem.path], compiled.problem.message));
		else if (!label) {
			const seen = compiled.paths.find((each) => afterwards.some((hidden) => each === hidden || each.startsWith(`${hidden}.`)));
			if (seen !== undefined)
				problems.push(source.problem(path, `\`${seen}\` is known only afterwards; a proposal cannot hold it`));
		}
		return 'source' in compiled ? compiled.source : () => undefined;
	};
	const builder = builderOf(read.data.proposal, compile);
	const label = read.data.label === undefined ? null : compile(read.data.label, ['label'], true);
	const at = read.data.at === undefined ? null : compile(read.data.at, ['at']);
	for (const name of ['agent', 'idempotencyKey', 'operation'] as const) {
		if (read.data.proposal[name] === undefined) problems.push(source.problem(['proposal'], `\`${name}\` is required`));
	}
	if (problems.length > 0) return { ok: false, problems };
	return { ok: true, map: { labelled: label !== null, timed: at !== null, read: reader({ builder, label, at, afterwards }) } };
}

/** An issue of the schema as problems at its place, one for each unknown field. */
function located<P>(source: LocatedDocument<P>, issue: z.core.$ZodIssue): P[] {
	if (issue.code !== 'unrecognized_keys') {
		const { message } = problemOfIssue(issue, { input: source.value });
		return [source.problem(issue.path, message.replace(/^the body/, 'the map'))];
	}
	const known = Object.keys(issue.path.length === 0 ? document.shape : document.shape.proposal.shape);
	return issue.keys.map((key) => {
		const near = nearest(key, known);
		const advice = near === null ? 'remove it' : `did you mean \`${near}\`?`;
		return source.problem([...issue.path, key], `field \`${excerpt(key)}\` is unknown; ${advice}`, 'key');
	});
}

type Build = (row: Row) => Record<string, unknown>;
type Compile = (value: unknown, path: Path) => FieldSource;

/** What makes the wire form of a proposal out of a row; errors name the field. */
function builderOf(fields: z.output<typeof document>['proposal'], compile: Compile): Build {
	const parts: [name: string, read: FieldSource][] = [];
	for (const name of plainFields) if (fields[name] !== undefined) parts.push([name, compile(fields[name], ['proposal', name])]);
	for (const name of moneyFields) {
		const pair = fields[name];
		if (pair === undefined) continue;
		const value = compile(pair.value, ['proposal', name, 'value']);
		const currency = compile(pair.currency, ['proposal', name, 'currency']);
		// A row without the number has no amount, whatever its currency.
		parts.push([name, (row) => ((value(row) ?? null) === null ? undefined : { value: value(row), currency: currency(row) })]);
	}
	for (const name of objectFields)
		if (fields[name] !== undefined) parts.push([name, objectSource(fields[name], ['proposal', name], compile)]);
	const signals = Object.entries(fields.signals ?? {}).map(
		([name, each]) => [name, compile(each, ['proposal', 'signals', name])] as const,
	);
	return (row) => {
		const built: Record<string, unknown> = { version: proposalVersion };
		for (const [name, read] of parts) {
			const value = reading(name, read, row);
			if (value !== undefined && value !== null) built[name] = value;
		}
		if (signals.length > 0)
			built.signals = signals.filter(([name, read]) => isTrue(`signals.${name}`, read, row)).map(([name]) => name);
		return built;
	};
}

/** An object from one source, or from one source for each of its names; names without a value are left out. */
function objectSource(value: unknown, path: Path, compile: Compile): FieldSource {
	if (isSource(value) || typeof value !== 'object' || value === null || Array.isArray(value)) return compile(value, path);
	const parts = Object.entries(value).map(([name, each]) => [name, compile(each, [...path, name])] as const);
	return (row) => {
		const found = parts.map(([name, read]) => [name, reading(name, read, row)] as const);
		return Object.fromEntries(found.filter(([, each]) => each !== undefined && each !== null));
	};
}

function reading(name: string, read: FieldSource, row: Row): unknown {
	try {
		return read(row);
	} catch (error) {
		throw new Error(`\`${name}\`: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
	}
}

function isTrue(name: string, read: FieldSource, row: Row): boolean {
	const value = reading(name, read, row) ?? false;
	if (typeof value !== 'boolean') throw new Error(`\`${name}\` must be true or false`);
	return value;
}

interface Parts {
	readonly builder: Build;
	readonly label: FieldSource | null;
	readonly at: FieldSource | null;
	readonly afterwards: readonly string[];
}

function reader({ builder, label, at, afterwards }: Parts): RowMap['read'] {
	return (row) => {
		if (typeof row !== 'object' || row === null || Array.isArray(row)) return { ok: false, message: 'must be a JSON object' };
		try {
			const before = without(row as Row, afterwards);
			const input = builder(before);
			const parsed = parseProposal(input);
			if (!parsed.ok) return { ok: false, message: parsed.problem.message };
			const right = label === null ? null : (reading('label', label, row as Row) ?? null);
			if (right !== null && typeof right !== 'boolean') return { ok: false, message: '`label` must be true, false or nothing' };
			return {
				ok: true,
				input,
				proposal: parsed.proposal,
				label: right,
				at: at === null ? null : instantOf(reading('at', at, before)),
			};
		} catch (error) {
			return { ok: false, message: error instanceof Error ? error.message : String(error) };
		}
	};
}

/** The row without what is known only afterwards: an expression that asks for it fails, rather than deciding by hindsight. */
function without(row: Row, paths: readonly string[]): Row {
	if (paths.length === 0) return row;
	const copy: Record<string, unknown> = { ...row };
	for (const path of paths) {
		const steps = path.split('.');
		let holder: Record<string, unknown> | null = copy;
		for (const each of steps.slice(0, -1)) {
			const inner: unknown = holder[each];
			if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) {
				holder = null;
				break;
			}
			holder[each] = { ...inner };
			holder = holder[each] as Record<string, unknown>;
		}
		if (holder !== null) delete holder[steps.at(-1) as string];
	}
	return copy;
}

/** An instant in ms. Seconds and zoneless times are refused: either would silently shift every window. */
function instantOf(value: unknown): number {
	if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1e11 && value < 1e14) return value;
	if (
		typeof value === 'string' &&
		/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*(Z|[+-]\d\d:?\d\d)$/.test(value) &&
		!Number.isNaN(Date.parse(value))
	)
		return Date.parse(value);
	throw new Error('`at` must be ms since the epoch or ISO 8601 with a zone');
}

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
import { type ObservedReading, observer } from './observe.ts';

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
			/** What the map says that rows share their mistakes with; undefined where it says nothing. */
			readonly cluster?: string;
	  }
	| { readonly ok: false; readonly message: string };

export interface RowMap {
	/** Whether rows carry labels and instants. */
	readonly labelled: boolean;
	readonly timed: boolean;
	/** Whether rows say what they share their mistakes with. */
	readonly clustered: boolean;
	read(row: unknown): RowReading;
	/** Only what calibration needs of a row: much less work than a whole proposal. `cluster` takes the place of the map's. */
	observer(options?: { readonly cluster?: FieldSource; readonly scale?: number }): (row: unknown) => ObservedReading;
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
	/** What shares its mistakes: the conversation, task or customer. Only calibration looks at it. */
	cluster: given,
	/** How many actions the row stands for, where it was sampled: the inverse of the probability. Only calibration looks at it. */
	weight: given,
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
	const compiled = (value: unknown, path: Path): CompiledSource => {
		const made = compileSource(value);
		if ('problem' in made) problems.push(source.problem([...path, ...made.problem.path], made.problem.message));
		return made;
	};
	const orNothing = (made: CompiledSource): FieldSource => ('source' in made ? made.source : () => undefined);
	const labelled = read.data.label === undefined ? null : compiled(read.data.label, ['label']);
	// Whoever proposes the label proposes by hindsight, listed or not.
	const afterwards = [...read.data.knownAfterwards, ...(labelled !== null && 'source' in labelled ? labelled.paths : [])];
	let bare = true;
	const compile: Compile = (value, path) => {
		const made = compiled(value, path);
		if ('problem' in made) return orNothing(made);
		const seen = made.paths.find((each) => afterwards.some((hidden) => each === hidden || each.startsWith(`${hidden}.`)));
		if (seen !== undefined)
			problems.push(source.problem(path, `\`${seen}\` is known only afterwards; a proposal cannot hold it`));
		const holds = made.paths.some((each) => afterwards.some((hidden) => hidden.startsWith(`${each}.`)));
		if (holds || (made.paths.length === 0 && !isConstant(value))) bare = false;
		return made.source;
	};
	const { build, sources } = builderOf(read.data.proposal, compile);
	const label = labelled === null ? null : orNothing(labelled);
	const at = read.data.at === undefined ? null : compile(read.data.at, ['at']);
	const cluster = read.data.cluster === undefined ? null : orNothing(compiled(read.data.cluster, ['cluster']));
	const weight = read.data.weight === undefined ? null : orNothing(compiled(read.data.weight, ['weight']));
	for (const name of ['agent', 'idempotencyKey', 'operation'] as const) {
		if (read.data.proposal[name] === undefined) problems.push(source.problem(['proposal'], `\`${name}\` is required`));
	}
	if (problems.length > 0) return { ok: false, problems };
	// Where no source could reach it, hindsight need not be taken out of each row.
	const before = bare ? (row: Row) => row : (row: Row) => without(row, afterwards);
	return {
		ok: true,
		map: {
			labelled: label !== null,
			timed: at !== null,
			clustered: cluster !== null,
			read: reader({ build, label, at, cluster, before }),
			observer: (options) => observer({ sources, label, at, cluster, weight, before, instantOf }, options),
		},
	};
}

const isConstant = (value: unknown): boolean => typeof value === 'object' && value !== null && 'constant' in value;

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
function builderOf(
	fields: z.output<typeof document>['proposal'],
	compile: Compile,
): { build: Build; sources: ReadonlyMap<string, FieldSource> } {
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
	const build = (row: Row): Record<string, unknown> => {
		const built: Record<string, unknown> = { version: proposalVersion };
		for (const [name, read] of parts) {
			const value = reading(name, read, row);
			if (value !== undefined && value !== null) built[name] = value;
		}
		if (signals.length > 0)
			built.signals = signals.filter(([name, read]) => isTrue(`signals.${name}`, read, row)).map(([name]) => name);
		return built;
	};
	return { build, sources: new Map(parts) };
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
	readonly build: Build;
	readonly label: FieldSource | null;
	readonly at: FieldSource | null;
	readonly cluster: FieldSource | null;
	/** The row without what is known only afterwards. */
	readonly before: (row: Row) => Row;
}

function reader({ build, label, at, cluster, before }: Parts): RowMap['read'] {
	return (row) => {
		if (typeof row !== 'object' || row === null || Array.isArray(row)) return { ok: false, message: 'must be a JSON object' };
		try {
			const known = before(row as Row);
			const input = build(known);
			const parsed = parseProposal(input);
			if (!parsed.ok) return { ok: false, message: parsed.problem.message };
			const right = label === null ? null : (reading('label', label, row as Row) ?? null);
			if (right !== null && typeof right !== 'boolean') return { ok: false, message: '`label` must be true, false or nothing' };
			const shared = cluster === null ? null : (reading('cluster', cluster, row as Row) ?? null);
			return {
				ok: true,
				...(shared !== null && { cluster: String(shared) }),
				input,
				proposal: parsed.proposal,
				label: right,
				at: at === null ? null : instantOf(reading('at', at, known)),
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

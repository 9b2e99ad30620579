/**
 * Where one field of a proposal comes from: a dotted path into the row, several paths joined to a key, a CEL expression over
 * `row`, or a constant.
 */
import { createHash } from 'node:crypto';
import { Environment } from '@marcbachmann/cel-js';

/** A row of somebody's log: one JSON object. */
export type Row = Readonly<Record<string, unknown>>;

/** Reads a value from a row; undefined where there is none. Throws an `Error` that says why an expression failed. */
export type FieldSource = (row: Row) => unknown;

/** What is wrong with a source, and where inside it. */
export interface SourceProblem {
	readonly path: readonly (string | number)[];
	readonly message: string;
}

/** `paths`: what it reads, as far as that can be told without a row. */
export type CompiledSource =
	| { readonly source: FieldSource; readonly paths: readonly string[] }
	| { readonly problem: SourceProblem };

const step = /^[^.[\]\s]+$/;

const kinds: readonly string[] = ['path', 'key', 'cel', 'constant'];

/** Whether an object of the map is a source, and not a list of named sources. */
export const isSource = (given: unknown): boolean =>
	typeof given === 'string' ||
	(typeof given === 'object' && given !== null && Object.keys(given).length === 1 && kinds.includes(Object.keys(given)[0] ?? ''));

/** Compiles `some.path`, `{path: …}`, `{key: [path, …]}`, `{cel: …}` or `{constant: …}`. */
export function compileSource(given: unknown): CompiledSource {
	if (typeof given === 'string') return compilePath(given, []);
	if (typeof given === 'object' && given !== null && !Array.isArray(given)) {
		const [[kind, value] = [], ...more] = Object.entries(given);
		if (more.length === 0 && kind === 'path' && typeof value === 'string') return compilePath(value, ['path']);
		if (more.length === 0 && kind === 'key') return compileKey(value);
		if (more.length === 0 && kind === 'cel' && typeof value === 'string') return compileExpression(value);
		if (more.length === 0 && kind === 'constant') return { source: () => value, paths: [] };
	}
	return {
		problem: { path: [], message: 'must be a path such as `order.id`, or one of {path: …}, {key: […]}, {cel: …}, {constant: …}' },
	};
}

function compilePath(text: string, at: SourceProblem['path']): CompiledSource {
	const steps = text.split('.');
	if (!steps.every((each) => step.test(each)))
		return {
			problem: { path: at, message: `path \`${text.slice(0, 60)}\` must be names joined by dots; use {cel: …} for more` },
		};
	const source: FieldSource = (row) => {
		let value: unknown = row;
		for (const each of steps) {
			if (typeof value !== 'object' || value === null || !Object.hasOwn(value, each)) return undefined;
			value = (value as Row)[each];
		}
		return value;
	};
	return { source, paths: [text] };
}

/** The longest key that is spelled out: ids of the outside world have at most 200 characters. */
const longestKey = 120;

/** An id made of several fields. Different fields never make one key, however long they are and whatever they hold. */
function compileKey(value: unknown): CompiledSource {
	if (!Array.isArray(value) || value.length === 0) return { problem: { path: ['key'], message: 'must be a list of paths' } };
	const parts = value.map((each) => (typeof each === 'string' ? compilePath(each, ['key']) : null));
	const wrong = parts.find((part) => part === null || 'problem' in part);
	if (wrong !== undefined) return wrong ?? { problem: { path: ['key'], message: 'must be a list of paths' } };
	const sources = parts.flatMap((part) => (part !== null && 'source' in part ? [part] : []));
	const source: FieldSource = (row) => {
		const values = sources.map((part) => part.source(row) ?? null);
		if (values.every((each) => each === null)) return undefined;
		const texts = values.map((each) => (typeof each === 'string' ? each : each === null ? '' : JSON.stringify(each)));
		const joined = texts.join('/');
		if (joined.length <= longestKey && !texts.some((text) => text.includes('/'))) return joined;
		const digest = createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 16);
		return `${joined.slice(0, longestKey - 20).toWellFormed()}#${digest}`;
	};
	return { source, paths: sources.flatMap((part) => part.paths) };
}

// Made at first use: a map of paths alone needs no expressions.
let environment: Environment | undefined;
const language = (): Environment => {
	environment ??= new Environment({
		enableOptionalTypes: true,
		homogeneousAggregateLiterals: false,
		limits: { maxAstNodes: 500, maxDepth: 40, maxListElements: 500, maxMapEntries: 500, maxCallArguments: 16 },
	}).registerVariable('row', 'dyn');
	return environment;
};

function compileExpression(text: string): CompiledSource {
	try {
		const program = language().parse(text);
		const checked = program.check();
		if (!checked.valid) return { problem: { path: ['cel'], message: `expression cannot work: ${summary(checked.error)}` } };
		const source: FieldSource = (row) => {
			try {
				return jsonOf(program({ row }));
			} catch (error) {
				throw new Error(summary(error), { cause: error });
			}
		};
		return { source, paths: [] };
	} catch (error) {
		return { problem: { path: ['cel'], message: `expression cannot be read: ${summary(error)}` } };
	}
}

/** What an expression gave, as JSON: CEL's integers are bigints, its instants dates. */
function jsonOf(value: unknown): unknown {
	if (typeof value === 'bigint') {
		if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < -BigInt(Number.MAX_SAFE_INTEGER))
			throw new Error('gives an integer that is not exactly representable');
		return Number(value);
	}
	if (value instanceof Date) return value.getTime();
	if (Array.isArray(value)) return value.map(jsonOf);
	if (value instanceof Map) return Object.fromEntries([...value].map(([key, each]) => [String(key), jsonOf(each)]));
	if (typeof value !== 'object' || value === null) return value;
	const prototype = Object.getPrototypeOf(value);
	if (prototype !== Object.prototype && prototype !== null) throw new Error('gives a value that JSON cannot say');
	return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, jsonOf(each)]));
}

/** The first line of what CEL says, without its drawing of the expression. */
function summary(error: unknown): string {
	const words =
		(error as { summary?: string } | undefined)?.summary ?? (error instanceof Error ? error.message : 'cannot be read');
	const line = words.split('\n', 1)[0] ?? words;
	return (line.charAt(0).toLowerCase() + line.slice(1)).slice(0, 160);
}

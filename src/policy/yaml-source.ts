/** YAML text as plain data that still knows where every value stands, so that each error can name its line and column. */
import {
	type Document,
	isAlias,
	isMap,
	isPair,
	isScalar,
	isSeq,
	LineCounter,
	type Node,
	type Pair,
	parseDocument,
	visit,
} from 'yaml';

/** One thing wrong with a document. `line` and `column` count from 1; `path` is such as `operations.refund.risk_class`. */
export interface PolicyProblem {
	readonly line: number;
	readonly column: number;
	readonly path: string;
	/** What to fix: lower case, no full stop. */
	readonly message: string;
}

/** A place in the data: keys and indices from the root. */
export type Path = readonly PropertyKey[];

export interface YamlSource {
	readonly value: unknown;
	/** A problem at a path: at its key where `at` says so, else at its value; at the nearest parent where it is missing. */
	problem(path: Path, message: string, at?: 'key' | 'value'): PolicyProblem;
}

export type YamlReading =
	| { readonly ok: true; readonly source: YamlSource }
	| { readonly ok: false; readonly problems: readonly PolicyProblem[] };

/** Largest document, in characters. */
export const maxDocumentLength = 1024 * 1024;
/** How often anchors may be used in all: enough to share a list of operations, not enough for a bomb. */
const maxAliases = 100;

/**
 * Reads YAML 1.2: one document, string keys, no custom tags, few aliases. Bytes must be UTF-8. `merge`: whether `<<: *anchor`
 * takes over what it names; else it is a key like any other, and unknown.
 */
export function readYaml(input: string | Uint8Array, { merge = false }: { readonly merge?: boolean } = {}): YamlReading {
	const text = typeof input === 'string' ? input : decode(input);
	if (text === null) return refused('is not UTF-8 text');
	if (text.length > maxDocumentLength) return refused('is larger than 1 MB');
	if (text.startsWith('\ufeff')) return refused('begins with a byte order mark; save it as UTF-8 without one');
	const foreign = /(?![\t\n\r])\p{Cc}|\ufffd/u.exec(text);
	if (foreign !== null || !text.isWellFormed()) return refused('is not UTF-8 text');
	try {
		return parse(text, merge);
	} catch (error) {
		// The parser answers errors as data; what it throws (a RangeError on absurd nesting) is no less the document's fault.
		return refused(`cannot be read: ${sentence(error instanceof Error ? error.message : 'unknown error')}`);
	}
}

const refused = (message: string): YamlReading => ({
	ok: false,
	problems: [{ line: 1, column: 1, path: '', message: `the file ${message}` }],
});

function decode(bytes: Uint8Array): string | null {
	if (bytes.length > 4 * maxDocumentLength) return ' '.repeat(maxDocumentLength + 1);
	try {
		return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		return null;
	}
}

function parse(text: string, merge: boolean): YamlReading {
	const lines = new LineCounter();
	const document = parseDocument(text, {
		version: '1.2',
		schema: 'core',
		merge,
		strict: true,
		stringKeys: true,
		// Looked for below: the parser compares every key with every other, which takes a minute for a megabyte of keys.
		uniqueKeys: false,
		resolveKnownTags: false,
		prettyErrors: false,
		lineCounter: lines,
	});
	// An unresolved tag is only a warning to the parser; here a tag means nothing, so it may not look as if it did.
	const faults = [...document.errors, ...document.warnings];
	if (faults.length > 0) {
		return {
			ok: false,
			problems: faults.slice(0, 20).map((fault) => ({ ...position(fault.pos[0]), path: '', message: sentence(fault.message) })),
		};
	}
	if (document.contents === null) return refused('is empty');
	const unsafe = unsafeNodes(document);
	if (unsafe.length > 0)
		return { ok: false, problems: unsafe.slice(0, 20).map(({ at, message }) => ({ ...position(at), path: '', message })) };
	const value: unknown = document.toJS({ maxAliasCount: maxAliases });
	return { ok: true, source: { value, problem } };

	function position(offset: number): { line: number; column: number } {
		const { line, col } = lines.linePos(offset);
		return { line: Math.max(1, line), column: Math.max(1, col) };
	}

	function problem(path: Path, message: string, at: 'key' | 'value' = 'value'): PolicyProblem {
		return { ...position(offsetOf(path, at)), path: spell(path), message };
	}

	function offsetOf(path: Path, at: 'key' | 'value'): number {
		let node: unknown = document.contents;
		let offset = startOf(node) ?? 0;
		for (const [i, key] of path.entries()) {
			if (isAlias(node)) node = node.resolve(document);
			const pair = isMap(node) ? node.items.find((item) => keyOf(item) === String(key)) : undefined;
			const next: unknown = pair?.value ?? (isSeq(node) ? node.items[Number(key)] : undefined);
			// A collection begins wherever its first element stands; its name says better which one is meant.
			const keyed = pair !== undefined && (!isScalar(next) || (at === 'key' && i === path.length - 1));
			offset = (keyed ? startOf(pair.key) : startOf(next)) ?? offset;
			if (next === undefined || next === null) break;
			node = next;
		}
		return offset;
	}
}

/** What the parser lets through and no document needs: keys that objects inherit from, keys named twice, names of nothing. */
function unsafeNodes(document: Document): { at: number; message: string }[] {
	const found: { at: number; message: string }[] = [];
	visit(document, {
		Map(_, map) {
			const seen = new Set<string>();
			for (const pair of map.items) {
				const key = keyOf(pair);
				const at = startOf(pair.key) ?? 0;
				if (key === '__proto__') found.push({ at, message: '`__proto__` cannot be a key' });
				else if (seen.has(key)) found.push({ at, message: `the key \`${key.slice(0, 60)}\` stands here twice` });
				seen.add(key);
			}
		},
		Alias(_, alias) {
			if (alias.resolve(document) !== undefined) return;
			found.push({ at: startOf(alias) ?? 0, message: `\`*${alias.source.slice(0, 60)}\` names no anchor before it` });
		},
	});
	return found;
}

const keyOf = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : String(pair.key));
const startOf = (node: unknown): number | undefined =>
	isPair(node) ? undefined : ((node as Node | null | undefined)?.range?.[0] ?? undefined);

/** `operations.refund.checks`, `rules[2].when`. */
export const spell = (path: Path): string =>
	path.reduce<string>(
		(text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`),
		'',
	);

const sentence = (message: string): string => {
	const line = message.split('\n', 1)[0] ?? message;
	return (line.charAt(0).toLowerCase() + line.slice(1)).replace(/\.$/, '');
};

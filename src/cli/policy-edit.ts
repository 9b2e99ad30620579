/** Changes in the text of a policy that leave the rest of it alone, comments included, and what they look like as a diff. */
import { applyPatch, createTwoFilesPatch, structuredPatch } from 'diff';
import { type Document, isAlias, isCollection, isMap, parseDocument, visit, type YAMLMap } from 'yaml';

/** A value to put at a path. Objects are written on one line. */
export interface PolicyChange {
	readonly path: readonly string[];
	readonly value: string | number | Readonly<Record<string, string | number>>;
}

/** The text with the changes made. Nothing but their paths has other values afterwards, whatever shares its text with them. */
export function editPolicy(text: string, changes: readonly PolicyChange[]): string {
	const document = parseDocument(text, { version: '1.2', schema: 'core', stringKeys: true });
	const untouched = document.toString(written);
	for (const { path, value } of changes) {
		unshare(document, path);
		if (typeof value !== 'object') {
			document.setIn(path, value);
			continue;
		}
		const there = document.getIn(path);
		// Value by value where the mapping is there: its own comments and order stay.
		if (isMap(there)) for (const [key, each] of Object.entries(value)) there.set(key, each);
		else {
			const made = document.createNode(value) as YAMLMap;
			made.flow = true;
			document.setIn(path, made);
		}
	}
	return asItStood(text, { untouched, changed: document.toString(written) });
}

/** The lines that differ, as a unified diff; empty where none does. */
export const diffOf = (before: string, after: string, names: { readonly before: string; readonly after: string }): string =>
	before === after ? '' : createTwoFilesPatch(names.before, names.after, before, after);

const written = { lineWidth: 0 } as const;

/** Gives the path a text of its own: an alias on it becomes a copy, and so does whatever is an alias of a part of it. */
function unshare(document: Document, path: readonly string[]): void {
	for (let length = 1; length <= path.length; length++) {
		const node: unknown = document.getIn(path.slice(0, length), true);
		if (isAlias(node)) document.setIn(path.slice(0, length), document.createNode(node.resolve(document)?.toJS(document)));
		const { anchor } = isCollection(node) ? node : {};
		if (anchor === undefined) continue;
		visit(document, {
			Alias(_, alias) {
				return alias.source === anchor ? document.createNode(alias.resolve(document)?.toJS(document)) : undefined;
			},
		});
	}
}

const bare = (line: string): string => line.replace(/\s+/g, '');

/** Writing a document anew changes spaces that nobody touched. Only what the changes changed is taken over into the text. */
function asItStood(text: string, { untouched, changed }: { readonly untouched: string; readonly changed: string }): string {
	const patch = structuredPatch('', '', untouched, changed, undefined, undefined, { context: 2 });
	const patched = applyPatch(text, patch, { compareLine: (...[, line, , wanted]) => bare(line) === bare(wanted) });
	return patched === false ? changed : patched;
}

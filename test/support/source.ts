/** The source tree as the architecture tests see it. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A file with its path from the root (with `/`) and its text. */
export interface SourceFile {
	readonly path: string;
	readonly text: string;
}

/** The files that match a glob, sorted by path. */
export const filesOf = (glob: string): SourceFile[] =>
	globSync(glob, { cwd: root })
		.map((path) => path.replaceAll('\\', '/'))
		.sort()
		.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

/** One import, export-from or dynamic import. */
export interface Import {
	readonly specifier: string;
	/** From the root, for own files; null for packages. */
	readonly path: string | null;
	/** `import type` and `export type`: gone at run time. */
	readonly typeOnly: boolean;
}

const statement =
	/^\s*(?:import|export)\b(\s+type\b)?[^;'"`]*?\bfrom\s*'([^']+)'|^\s*import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

/** What a file imports. */
export const importsOf = (file: SourceFile): Import[] =>
	[...file.text.matchAll(statement)].map(([, type, from, bare, dynamic]) => {
		const specifier = from ?? bare ?? dynamic ?? '';
		const path = specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : null;
		return { specifier, path, typeOnly: type !== undefined };
	});

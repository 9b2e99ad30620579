/**
 * Writes the files that are derived from code: `npm run generate`. With `--check` it writes nothing and fails when one of them
 * is not what the code would give, so that a page can never drift from what it describes.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { policyJsonSchema } from '../src/policy/document.ts';
import { errorsPage } from './generated/errors-page.ts';
import { lifecyclePage } from './generated/lifecycle-page.ts';
import { lintArrows } from './generated/lint-arrows.ts';
import { wirePage } from './generated/wire-page.ts';

/** One derived file. */
interface Generated {
	/** From the root of the repository. */
	readonly path: string;
	make(): string;
}

const generated: readonly Generated[] = [
	{ path: 'biome.arrows.json', make: lintArrows },
	{ path: 'docs/lifecycle.md', make: lifecyclePage },
	{ path: 'docs/errors.md', make: errorsPage },
	{ path: 'docs/wire-format.md', make: wirePage },
	{ path: 'policies/policy.schema.json', make: () => `${JSON.stringify(policyJsonSchema(), null, 2)}\n` },
];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const check = process.argv.includes('--check');
const stale: string[] = [];

for (const { path, make } of generated) {
	const target = join(root, path);
	const text = make();
	if (text === read(target)) continue;
	stale.push(path);
	if (check) continue;
	mkdirSync(dirname(target), { recursive: true });
	writeFileSync(target, text);
}

if (check && stale.length > 0) {
	console.error(`not current: ${stale.join(', ')}; run \`npm run generate\` and commit`);
	process.exit(1);
}
console.log(
	check ? `${generated.length} generated files are current` : `written: ${stale.join(', ') || 'nothing, all are current'}`,
);

function read(path: string): string | null {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return null;
	}
}

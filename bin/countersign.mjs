#!/usr/bin/env node
/**
 * `countersign`: what was built; in a clone, where nothing needs to be built, its sources. Plain JavaScript, so that a Node that is
 * too old can say so.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (existsSync(source)) {
	process.argv.splice(2, 0, source);
	await import('../scripts/run.mjs');
} else if (major > 22 || (major === 22 && minor >= 12)) {
	await import('../dist/cli/main.js');
} else {
	console.error(`countersign: Node 22.12 or newer is needed, not ${process.version}`);
	process.exitCode = 1;
}

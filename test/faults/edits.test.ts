/** The harness changes text that it expects to find: a change of the product that moves it must be seen here, and not in a run that proves nothing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../support/source.ts';
import { type Edit, pointNames, points, quick, tracking } from './edits.ts';
import { mutants } from './mutants.ts';
import { plots } from './traffic.ts';

const sets: readonly (readonly [string, readonly Edit[]])[] = [
	['what every run changes', [...tracking, ...points, ...quick]],
	...mutants.map(({ name, edits }): [string, readonly Edit[]] => [name, [...tracking, ...points, ...quick, ...edits]]),
];

test.each(sets)('%s: each anchor stands exactly once where it is changed', (_name, edits) => {
	const texts = new Map<string, string>();
	for (const { file, find, replace } of edits) {
		const text = texts.get(file) ?? readFileSync(join(root, 'src', file), 'utf8');
		expect(text.split(find).length - 1, `${file}: ${find}`).toBe(1);
		texts.set(
			file,
			text.replace(find, () => replace),
		);
	}
});

test('names are names', () => {
	expect(new Set(pointNames).size).toBe(pointNames.length);
	expect(pointNames).not.toContain('');
	expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
	expect(mutants.length).toBeGreaterThanOrEqual(10);
	for (const { point, plots: shown } of mutants) {
		if (point !== undefined) expect(pointNames).toContain(point);
		for (const plot of shown) expect(plots).toContain(plot);
	}
});

/** The table of failure modes tells the truth: F1 to F52, each with tests that are there, and docs/reliability.md shows the same. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { root } from '../support/source.ts';
import { modesSection } from './modes-page.ts';

const row = z.strictObject({
	id: z.string(),
	failure: z.string().min(10),
	sees: z.string().min(10),
	tests: z.array(z.strictObject({ file: z.string().regex(/\.test\.ts$/), title: z.string().min(10) })).min(1),
	missing: z.string().min(10).optional(),
});

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const modes = z.array(row).parse(parse(read('test/failures/modes.yaml')));

test('every failure mode has its row, in order', () => {
	expect(modes.map(({ id }) => id)).toEqual(Array.from({ length: 52 }, (_, i) => `F${i + 1}`));
});

test.each(modes)('$id: the tests it names are there', ({ tests }) => {
	for (const { file, title } of tests) {
		const source = read(file);
		const escaped = title.replaceAll("'", "\\'");
		// As a title begins in the source: in quotes, or after a number that is worked out.
		const begins = ["'", '`', '"', '} '].some((mark) => source.includes(mark + title) || source.includes(mark + escaped));
		expect(begins, `${file}: ${title}`).toBe(true);
	}
});

test('docs/reliability.md shows the table as it is', () => {
	const page = read('docs/reliability.md');
	expect(page).toContain(modesSection(modes));
});

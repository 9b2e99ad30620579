/** Every shipped policy loads without a warning and passes its own cases: the field report's rules among them. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCases, runCases } from '../../src/policy/cases.ts';
import { parsePolicy } from '../../src/policy/load.ts';

const folder = new URL('../../policies/', import.meta.url);
const shipped = readdirSync(folder).filter((file) => file.endsWith('.yaml') && !file.endsWith('.cases.yaml'));

it('ships the default and one policy for each mode', () => {
	expect(shipped).toEqual(
		expect.arrayContaining([
			'support.yaml',
			'allow-list.yaml',
			'block-list.yaml',
			'confidence-only.yaml',
			'recorded-actions.yaml',
		]),
	);
});

describe.each(shipped)('%s', (file) => {
	const text = readFileSync(new URL(file, folder), 'utf8');
	const read = parsePolicy(text, file);

	it('begins with the line that gives editors its schema, and loads without warnings', () => {
		expect(text.split('\n', 1)[0]).toBe('# yaml-language-server: $schema=./policy.schema.json');
		expect(read.ok ? read.policy.warnings : read.problems).toEqual([]);
	});

	const cases = parseCases(readFileSync(new URL(file.replace('.yaml', '.cases.yaml'), folder), 'utf8'));
	if (!read.ok || !cases.ok) {
		it('has cases that parse', () => expect(cases.ok ? [] : cases.problems).toEqual([]));
		return;
	}
	const results = runCases(read.policy, cases.cases);
	it('names every case once', () => expect(new Set(results.map(({ name }) => name)).size).toBe(results.length));
	it.each(results)('$name', ({ problems }) => expect(problems).toEqual([]));
});

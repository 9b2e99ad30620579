/** Loading: a corpus of bad policies with the line of each problem, warnings, limits, and what stays the same. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parsePolicy, policyJsonSchema } from '../../src/policy/load.ts';
import { documentWith, policyWith, problemsWith, processorMs } from './given.ts';

interface BadPolicy {
	readonly name: string;
	readonly text: string;
	readonly problem: { readonly line: number; readonly column?: number; readonly path?: string; readonly message: string };
}
const bad = parse(readFileSync(new URL('bad-policies.yaml', import.meta.url), 'utf8')) as BadPolicy[];

describe('a policy that is refused', () => {
	it.each(bad)('$name', ({ text, problem }) => {
		const read = parsePolicy(text, 'bad.yaml');
		if (read.ok) expect.fail('was accepted');
		const found = read.problems.find(({ message }) => message.includes(problem.message));
		expect(found, JSON.stringify(read.problems)).toBeDefined();
		expect(found?.line).toBe(problem.line);
		if (problem.column !== undefined) expect(found?.column).toBe(problem.column);
		if (problem.path !== undefined) expect(found?.path).toBe(problem.path);
	});

	it('has messages in lower case, without a full stop', () => {
		for (const { text } of bad) {
			const read = parsePolicy(text);
			for (const { message } of read.ok ? [] : read.problems) expect(message).toMatch(/^[^A-Z].*[^.]$/s);
		}
	});

	it('is told every problem at once, in the order of the lines', () => {
		const read = parsePolicy(
			['version: 1', 'modes: both', 'operations: { look: {} }', 'reviewers: { ana: { name: 3 } }'].join('\n'),
		);
		expect(read.ok ? [] : read.problems.map(({ line, path }) => [line, path])).toEqual([
			[2, 'modes'],
			[3, 'operations.look.risk_class'],
			[4, 'reviewers.ana.name'],
		]);
	});

	it('may be no larger than 1 MB, and is refused at once', () => {
		const text = `version: 1\n${'#'.repeat(50 * 1024 * 1024)}`;
		expect(parsePolicy(text)).toMatchObject({ ok: false, problems: [{ line: 1, message: 'the file is larger than 1 MB' }] });
		expect(processorMs(() => parsePolicy(text))).toBeLessThan(500);
	});

	it('may not nest absurdly deep', () => {
		for (const opening of ['[', '- ', '? ']) expect(parsePolicy(`version: ${opening.repeat(10_000)}`).ok).toBe(false);
	});

	it('may not hold so many keys that comparing them takes long', () => {
		const keys = Array.from({ length: 30_000 }, (_, i) => `k${i}: 1`).join('\n');
		expect(processorMs(() => parsePolicy(keys))).toBeLessThan(5000);
	});

	it('must be UTF-8 where it comes as bytes', () => {
		expect(parsePolicy(Buffer.from('version: 1', 'utf16le'))).toMatchObject({
			ok: false,
			problems: [{ message: 'the file is not UTF-8 text' }],
		});
		expect(parsePolicy(Uint8Array.of(0xff, 0xfe, 0x80))).toMatchObject({
			ok: false,
			problems: [{ message: 'the file is not UTF-8 text' }],
		});
		expect(parsePolicy(Buffer.from(JSON.stringify(documentWith()))).ok).toBe(true);
	});

	it('may not hold more rules than anybody can read', () => {
		const rules = Array.from({ length: 10_000 }, (_, i) => ({ id: `r${i}`, when: `action.agent == "a${i}"`, route: 'block' }));
		expect(problemsWith({ rules })).toEqual(['rules: must have at most 1000 elements']);
	});
});

describe('a policy that is accepted', () => {
	it('loads a thousand rules within a second', () => {
		const rules = Array.from({ length: 1000 }, (_, i) => ({ id: `r${i}`, when: `action.agent == "a${i}"`, route: 'block' }));
		expect(processorMs(() => policyWith({ rules }))).toBeLessThan(1000);
	});

	it('has a digest that comments, order of keys and spelled-out defaults do not change', () => {
		const { operations, reviewers } = documentWith();
		const text = `# a comment\nreviewers: ${JSON.stringify(reviewers)}\noperations: ${JSON.stringify(operations)}\nversion: 1\ncurrency: USD\n`;
		const read = parsePolicy(text);
		expect(read.ok && read.policy.digest).toBe(policyWith().digest);
		expect(policyWith({ urgent_above: 2000 }).digest).not.toBe(policyWith().digest);
	});

	it('takes a few aliases', () => {
		const read = parsePolicy(
			'version: 1\noperations: { a: &a { risk_class: read_only }, b: *a }\nreviewers: { ana: { name: Ana, email: ana@example.com } }\n',
		);
		expect(read.ok && read.policy.operations.get('b')?.riskClass).toBe('read_only');
	});

	it.each([
		[
			'amounts that can never matter',
			{
				amounts: [
					{ above: 500, route: 'escalation' },
					{ above: 5000, route: 'approval' },
				],
			},
			'amounts[1]',
		],
		['a rule that is always true', { rules: [{ id: 'a', when: 'true', route: 'notify' }] }, 'rules[0].when'],
		[
			'two rules with one condition',
			{ rules: ['a', 'b'].map((id) => ({ id, when: 'action.known', route: 'notify' })) },
			'rules[1]',
		],
		['a default that is not read', { otherwise: 'block' }, 'otherwise'],
	])('is warned of %s', (_name, fields, path) => {
		expect(policyWith(fields).warnings.map((warning) => warning.path)).toEqual([path]);
	});
});

describe('the JSON Schema for editors', () => {
	type Node = { readonly [key: string]: unknown; readonly description?: string; readonly properties?: Record<string, Node> };
	const undescribed = (node: unknown, path: string): string[] => {
		if (typeof node !== 'object' || node === null) return [];
		const { properties, ...rest } = node as Node;
		const here = Object.entries(properties ?? {}).flatMap(([key, child]) => [
			...(child.description === undefined ? [`${path}.${key}`] : []),
			...undescribed(child, `${path}.${key}`),
		]);
		return [...here, ...Object.entries(rest).flatMap(([key, child]) => undescribed(child, `${path}/${key}`))];
	};

	it('describes every field', () => {
		// The languages of a text describe themselves.
		expect(undescribed(policyJsonSchema(), '').filter((path) => !/\.(en|zh-CN)$/.test(path))).toEqual([]);
	});
});

/** Case files: read strictly, and told what differs. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { casesJsonSchema, parseCases, runCases } from '../../src/policy/cases.ts';
import { formatDuration, parseDuration } from '../../src/policy/duration.ts';
import { policyWith } from './given.ts';

const run = (text: string) => {
	const read = parseCases(text);
	if (!read.ok) throw new Error(JSON.stringify(read.problems));
	return runCases(policyWith(), read.cases);
};

describe('a case file', () => {
	it('says what differs from what was expected', () => {
		const [one, two, three] = run(`
- name: passes
  proposal: { operation: pay, amount: 501, confidence: 1 }
  expect: { route: approval, rules: [amount.above_500], not_rules: [amount.above_5000], priority: normal }
- name: fails
  proposal: { operation: pay, amount: 501, confidence: 1 }
  expect: { route: auto, rules: [check.repeat], not_rules: [amount.above_500], priority: high }
- name: is no proposal
  proposal: { operation: pay, confidence: 7 }
  expect: { route: auto }
`);
		expect(one).toMatchObject({ name: 'passes', ok: true, problems: [] });
		expect(two?.problems).toEqual([
			'went to approval, not to auto (amount.above_500, threshold.financial)',
			'has priority normal, not high',
			'lacks the reason check.repeat (has amount.above_500, threshold.financial)',
			'has the reason amount.above_500',
		]);
		expect(three).toMatchObject({ ok: false, verdict: null });
		expect(three?.problems[0]).toContain('the proposal does not parse: confidence');
	});

	it('takes over what a merge key names, under what the case says itself', () => {
		const results = run(`
- name: the whole
  proposal: &large { operation: pay, amount: 501, confidence: 1 }
  expect: { route: approval, rules: [amount.above_500] }
- name: another amount
  proposal: { amount: 20, <<: *large }
  expect: { route: auto, rules: [threshold.financial] }
`);
		expect(results.map(({ problems }) => problems)).toEqual([[], []]);
	});

	it.each([
		['{}', 1, 'must be a list, not a mapping'],
		['- { name: a, proposal: {}, expect: { rout: auto } }', 1, 'did you mean `route`?'],
		['- { name: a, proposal: {}, expect: { route: run } }', 1, 'must be one of `auto`'],
		['\n- { name: a, proposal: {}, facts: { refusal: 1 }, expect: { route: auto } }', 2, 'did you mean `refusals`?'],
	])('%s is refused', (text, line, message) => {
		const read = parseCases(text);
		const found = read.ok ? undefined : read.problems.find((problem) => problem.message.includes(message));
		expect(found?.line, JSON.stringify(read)).toBe(line);
	});
});

it('has its schema for editors beside the shipped policies', () => {
	const shipped = readFileSync(new URL('../../policies/cases.schema.json', import.meta.url), 'utf8');
	expect(shipped).toBe(`${JSON.stringify(casesJsonSchema(), null, 2)}\n`);
});

describe('durations', () => {
	it.each([
		['45s', 45_000],
		['30m', 1_800_000],
		['1h30m', 5_400_000],
		['7d', 604_800_000],
		['0s', 0],
		['90m', 5_400_000],
	])('%s is %d ms', (text, ms) => {
		expect(parseDuration(text)).toBe(ms);
		expect(parseDuration(formatDuration(ms))).toBe(ms);
	});

	it.each(['', '30', 'm', '1.5h', '30m1h', '-5m', '30 m', '1w', '99999999s'])('%j is none', (text) => {
		expect(parseDuration(text)).toBeNull();
	});
});

/** Regular expressions of a policy: only those whose work is linear in the text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patternProblem } from '../../src/policy/linear-pattern.ts';
import { processorMs } from './given.ts';

describe('a pattern', () => {
	it.each([
		'abc',
		'^#W[0-9]{7}$',
		'^[a-z]+$',
		'^[A-Z]{2}[0-9]{2}([ ]?[0-9]{4}){2,3}$',
		'^(?:yes|no)?$',
		'[a-z]{1,20}@example\\.com',
		'^\\d+(\\.\\d{1,2})?$',
		'^[^@]{1,64}@[a-z.]{1,60}$',
		'^.*\\.pdf$',
		'',
		'[\\]x]{2}',
		'^a{2,}b$',
	])('%s is accepted', (pattern) => {
		expect(patternProblem(pattern)).toBeNull();
	});

	it.each([
		['(', 'is not a valid regular expression'],
		['^(a+)+$', 'repeats a group without a bound'],
		['^(a|aa)+$', 'repeats a group without a bound'],
		['^(a|a){50}$', 'could match in too many ways'],
		['^a*a*b$', 'more than once'],
		['^(a*)(b*)$', 'more than once'],
		['a+b', 'must begin with `^`'],
		['^a+|b+', 'more than once'],
		['x|^a+', 'have no `|` outside a group'],
		['^(a+){2}$', 'repeats something that is itself unbounded'],
		['^(?=a)b', 'look-around'],
		['^(?<!a)b', 'look-around'],
		['^(?<name>a)', 'named group'],
		['^(a)\\1$', 'refers back'],
		['^a{1,5000}$', 'repeats more than 1000 times'],
		[`^${'a?'.repeat(30)}${'a'.repeat(30)}$`, 'could match in too many ways'],
		['(((((((((((((a)))))))))))))', 'nests groups deeper than 10'],
	])('%s is refused', (pattern, problem) => {
		expect(patternProblem(pattern)).toContain(problem);
	});

	it('that is accepted is quick on any text made to stop it', () => {
		const atoms = fc.constantFrom('a', 'b', '[ab]', '.', '(a|b)', '(?:ab)', '\\w');
		const quantifiers = fc.constantFrom('', '*', '+', '?', '{2,9}', '{3}');
		const patterns = fc
			.array(
				fc.tuple(atoms, quantifiers).map((parts) => parts.join('')),
				{ minLength: 1, maxLength: 6 },
			)
			.map((parts) => `^${parts.join('')}$`);
		fc.assert(
			fc.property(patterns, fc.constantFrom('a', 'ab', 'b'), (pattern, unit) => {
				fc.pre(patternProblem(pattern) === null);
				expect(processorMs(() => new RegExp(pattern).test(`${unit.repeat(5000)}!`))).toBeLessThan(200);
			}),
			{ numRuns: 300 },
		);
	});
});

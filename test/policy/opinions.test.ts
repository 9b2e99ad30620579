/** When a second opinion is asked for, and that it never lets anything run. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Opinion } from '../../src/domain/opinion.ts';
import { type Route, routes } from '../../src/domain/verdict.ts';
import { questionsFor } from '../../src/policy/opinions.ts';
import { judged, policyWith, problemsWith, proposalWith, usd } from './given.ts';

const rank = (route: Route): number => routes.indexOf(route);
const ask = 'Is this plausible for what the customer said?';
const policy = policyWith({
	second_opinion: {
		questions: [
			{ id: 'band', ask, operations: ['pay'], within: 0.005 },
			{ id: 'large', ask, above: '100.00', on_no: 'escalation', on_unsure: 'approval' },
		],
	},
});
const asked = (given: Record<string, unknown>) =>
	questionsFor(policy, proposalWith(given), judged(policy, given)).map(({ id }) => id);
const said = (answer: Opinion['answer'], question = 'large'): Opinion => ({
	question,
	answer,
	reason: 'because',
	source: 'asked',
});

describe('asking', () => {
	test('only about what would run, in the band and above the amount', () => {
		expect(asked({ confidence: 1, amount: usd('20') })).toEqual([]);
		expect(asked({ confidence: 0.992, amount: usd('20') })).toEqual(['band']);
		expect(asked({ confidence: 1, amount: usd('101') })).toEqual(['large']);
		expect(asked({ confidence: 0.953, amount: usd('400') })).toEqual(['band', 'large']);
		expect(asked({ confidence: 0.9, amount: usd('400') })).toEqual([]);
		expect(asked({ confidence: 1, amount: usd('6000') })).toEqual([]);
		expect(questionsFor(policyWith(), proposalWith(), judged(policyWith()))).toEqual([]);
	});

	test('what makes no sense is refused', () => {
		const problems = (section: object) => problemsWith({ second_opinion: section });
		expect(problems({ questions: [] })).toHaveLength(1);
		expect(
			problems({
				questions: [
					{ id: 'a', ask },
					{ id: 'a', ask },
				],
			})[0],
		).toContain('is used twice');
		expect(problems({ questions: [{ id: 'a', ask, operations: ['pays'] }] })[0]).toContain('unknown operation `pays`');
		expect(problems({ questions: [{ id: 'a', ask, on_no: 'auto' }] })[0]).toContain('on_no');
		expect(problems({ questions: [{ id: 'a', ask, above: '1.005' }] })[0]).toContain('more decimals');
	});
});

describe('what was said', () => {
	test('no and unsure hold it where policy says; yes changes nothing', () => {
		const verdict = (...opinions: Opinion[]) => judged(policy, { confidence: 1, amount: usd('200') }, { opinions });
		expect(verdict(said('yes')).route).toBe('auto');
		expect(verdict(said('no'))).toMatchObject({
			route: 'escalation',
			reasons: [{ rule: 'opinion.large' }, {}],
			opinions: [said('no')],
		});
		expect(verdict(said('unsure')).route).toBe('approval');
		expect(verdict(said('no', 'unknown')).route).toBe('auto');
	});

	test('never makes a route laxer, whatever it says', () => {
		const opinion = fc.record({
			question: fc.constantFrom('band', 'large', 'unknown'),
			answer: fc.constantFrom('yes', 'no', 'unsure' as const),
			reason: fc.string({ maxLength: 40 }),
			source: fc.constantFrom('asked', 'cache', 'unreachable' as const),
		}) as fc.Arbitrary<Opinion>;
		const proposals = fc.record({
			operation: fc.constantFrom('look', 'note', 'change', 'pay', 'anything'),
			confidence: fc.double({ min: 0, max: 1, noNaN: true }),
			amount: fc.constantFrom('20', '400', '6000').map(usd),
		});
		fc.assert(
			fc.property(proposals, fc.array(opinion, { maxLength: 4 }), (proposal, opinions) => {
				const [without, given] = [judged(policy, proposal), judged(policy, proposal, { opinions })];
				expect(rank(given.route)).toBeGreaterThanOrEqual(rank(without.route));
				if (opinions.every(({ answer }) => answer === 'yes')) expect(given.route).toBe(without.route);
			}),
		);
	});
});

/** What people said of similar actions bears on thresholds alone, within bounds, and never overrides anything. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Route, routes } from '../../src/domain/verdict.ts';
import { explain } from '../../src/policy/explain.ts';
import { judged, policyWith, problemsWith, usd } from './given.ts';

const rank = (route: Route): number => routes.indexOf(route);
const many = { approved: 400, rejected: 0, for: 400, against: 0 };

const strict = {
	memory: { max_gain: 0.1 },
	operations: {
		look: { risk_class: 'read_only' },
		note: { risk_class: 'low_risk_write' },
		change: { risk_class: 'high_risk_write', at_least: 'approval' },
		pay: { risk_class: 'financial', amount: 'optional' },
	},
	rules: [
		{ id: 'unsure', when: 'action.confidence < 0.97', route: 'approval', operations: ['pay'] },
		{ id: 'sure', when: 'action.confidence >= 0.9', route: 'auto', operations: ['note'] },
	],
};

describe('memory', () => {
	const policy = policyWith({ memory: { max_gain: 0.1 } });

	test('raises what is just below a threshold, and says so', () => {
		const without = judged(policy, { confidence: 0.95 });
		const verdict = judged(policy, { confidence: 0.95 }, { similar: many });
		expect([without.route, verdict.route]).toEqual(['notify', 'auto']);
		expect(verdict).toMatchObject({ reportedConfidence: 0.95, similar: { approved: 400, rejected: 0 } });
		expect(verdict.confidence).toBeGreaterThan(0.99);
		expect(explain(verdict).join('\n')).toContain('reported as 0.95');
	});

	test('overrides no rule that asks for the confidence: rules see the lower one', () => {
		const ruled = policyWith({ ...strict });
		const held = judged(ruled, { confidence: 0.96 }, { similar: many });
		expect(held.reasons.map(({ rule }) => rule)).toContain('rule.unsure');
		expect(held.route).toBe('approval');
		const rejected = { approved: 0, rejected: 3, for: 0, against: 3 };
		const base = { operation: 'note', confidence: 0.91 };
		expect([judged(ruled, base).route, judged(ruled, base, { similar: rejected }).route]).toEqual(['auto', 'notify']);
	});

	test('lowers what looks like something that was rejected', () => {
		const similar = { approved: 0, rejected: 3, for: 0, against: 3 };
		expect(judged(policy, { confidence: 1 }, { similar }).route).toBe('approval');
	});

	test('is not asked where the policy has none, or for other operations', () => {
		expect(judged(policyWith(), { confidence: 0.95 }, { similar: many })).toMatchObject({ route: 'notify', confidence: 0.95 });
		const scoped = policyWith({ memory: { operations: ['note'] } });
		expect(judged(scoped, { confidence: 0.95 }, { similar: many })).not.toHaveProperty('similar');
	});

	test('never makes a route laxer than the highest confidence it could lend, with rules, checks and amounts as they are', () => {
		const bound = policyWith(strict);
		const bare = policyWith({ ...strict, memory: undefined });
		const facts = fc.record({
			approved: fc.nat(500),
			rejected: fc.nat(500),
			for: fc.double({ min: 0, max: 500, noNaN: true }),
			against: fc.double({ min: 0, max: 500, noNaN: true }),
		});
		const proposals = fc.record({
			operation: fc.constantFrom('look', 'note', 'change', 'pay', 'anything'),
			confidence: fc.double({ min: 0, max: 1, noNaN: true }),
			amount: fc.constantFrom('20', '499', '501', '6000').map(usd),
			referenceAmount: fc.constantFrom('20', '10000').map(usd),
			signals: fc.subarray(['legal_matter', 'asks_for_person']),
		});
		fc.assert(
			fc.property(proposals, facts, (proposal, similar) => {
				const verdict = judged(bound, proposal, { similar });
				const lent = judged(bare, { ...proposal, confidence: Math.min(1, proposal.confidence + 0.1) });
				expect(rank(verdict.route)).toBeGreaterThanOrEqual(rank(lent.route));
				// What holds an action whatever the confidence, holds it all the same.
				const held = judged(bare, proposal).reasons.filter(
					({ rule, route }) => !rule.startsWith('threshold.') && rank(route) >= 2,
				);
				for (const { rule } of held) expect(verdict.reasons.map((each) => each.rule)).toContain(rule);
			}),
			{ numRuns: 500 },
		);
	});

	test('is refused where it would be unbounded or lopsided', () => {
		expect(problemsWith({ memory: { max_gain: 0.5 } })).toEqual(['memory.max_gain: must be at most 0.3']);
		expect(problemsWith({ memory: { at_least: { people: 1 } } })).toEqual(['memory.at_least.people: must be at least 2']);
		expect(problemsWith({ memory: { one_source: 1 } })).toEqual(['memory.one_source: must be at most 0.9']);
		expect(problemsWith({ memory: { features: ['reason'] } })[0]).toContain('must be a path such as `arguments.reason`');
		expect(problemsWith({ memory: { operations: ['pays'] } })[0]).toContain('unknown operation `pays`');
	});
});

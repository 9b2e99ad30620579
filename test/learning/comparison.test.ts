import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Reason, type Route, routes, type Verdict } from '../../src/domain/verdict.ts';
import { upperBound } from '../../src/learning/bounds.ts';
import { Comparison } from '../../src/learning/comparison.ts';
import { GroupTallies, otherGroups, RouteTally } from '../../src/learning/replay-tally.ts';
import { reviewerLoad } from '../../src/learning/reviewer-load.ts';

const verdict = (route: Route, ...rules: [rule: string, route: Route][]): Verdict =>
	({
		route,
		reasons: rules.map(([rule, asks]): Reason => ({ rule, route: asks, text: { en: '', 'zh-CN': '' } })),
	}) as unknown as Verdict;
const row = (line: number, label: boolean | null = null) => ({ line, key: `k${line}`, operation: 'refund', agent: 'bot', label });

describe('a comparison', () => {
	test('tells what moved, and the rules of the policy that is stricter', () => {
		const comparison = new Comparison();
		expect(comparison.add(row(1), verdict('auto', ['threshold.a', 'auto']), verdict('auto', ['threshold.b', 'auto']))).toBeNull();
		const stricter = comparison.add(
			row(2, false),
			verdict('auto', ['threshold.a', 'auto']),
			verdict('approval', ['rule.x', 'approval'], ['check.y', 'approval'], ['threshold.b', 'auto']),
		);
		expect(stricter).toMatchObject({ from: 'auto', to: 'approval', because: ['rule.x', 'check.y'] });
		comparison.add(
			row(3, true),
			verdict('escalation', ['amount.z', 'escalation'], ['rule.x', 'approval']),
			verdict('notify', ['t', 'notify']),
		);
		comparison.add(row(4, true), verdict('auto', ['t', 'auto']), verdict('approval', ['rule.x', 'approval']));
		expect(comparison.result()).toMatchObject({
			changed: 3,
			stricter: 2,
			laxer: 1,
			moves: [
				{ from: 'auto', to: 'approval', actions: 2, right: 1, wrong: 1 },
				{ from: 'escalation', to: 'notify', actions: 1, right: 1, wrong: 0 },
			],
			because: [
				{ rule: 'rule.x', change: 'stricter', actions: 2 },
				{ rule: 'check.y', change: 'stricter', actions: 1 },
				{ rule: 'amount.z', change: 'laxer', actions: 1 },
			],
		});
		expect(comparison.result().first.map(({ line }) => line)).toEqual([2, 3, 4]);
	});

	test('keeps only the first changes of a large file', () => {
		const comparison = new Comparison();
		for (let i = 0; i < 1000; i++) comparison.add(row(i), verdict('auto'), verdict('block'));
		expect(comparison.result()).toMatchObject({ changed: 1000, first: { length: 20 } });
	});
});

describe('counts', () => {
	test('groups add up to the whole, and no log makes more than a thousand of them', () => {
		const counted = fc.record({
			route: fc.constantFrom(...routes),
			label: fc.constantFrom(true, false, null),
			cluster: fc.option(fc.nat(5).map(String)),
		});
		fc.assert(
			fc.property(fc.array(counted), (given) => {
				const whole = new RouteTally();
				const groups = new GroupTallies();
				for (const [i, each] of given.entries()) {
					whole.add(each);
					groups.add(`g${i % 3}`, each);
				}
				const parts = Object.values(groups.result());
				for (const name of ['actions', 'executed', 'wrongExecuted', 'wrongCaught', 'goodHeld', 'labelled'] as const)
					expect(parts.reduce((sum, each) => sum + each[name], 0)).toBe(whole.result()[name]);
				const { errorRate, errorRateUpper95, errorRateUpper95Clusters, errorRateLower95 } = whole.result();
				expect(errorRateUpper95Clusters).toBeGreaterThanOrEqual(errorRateUpper95 - 1e-7);
				if (errorRate !== null) expect(errorRateLower95).toBeLessThanOrEqual(errorRate);
			}),
		);
		const many = new GroupTallies();
		for (let i = 0; i < 5000; i++) many.add(`g${i}`, { route: 'auto', label: null, cluster: null });
		expect(Object.keys(many.result())).toHaveLength(1001);
		expect(many.result()[otherGroups]?.actions).toBe(4000);
	});

	test('rows of one cluster are one piece of evidence', () => {
		const tally = new RouteTally();
		for (let i = 0; i < 100; i++) tally.add({ route: 'auto', label: true, cluster: `c${i % 10}` });
		expect(tally.result()).toMatchObject({
			errorRateUpper95: upperBound(0, 100),
			errorRateUpper95Clusters: expect.closeTo(upperBound(0, 10), 9),
		});
	});
});

describe('the load of reviewers', () => {
	const counts = (approval: number, escalation = 0) => {
		const tally = new RouteTally();
		for (let i = 0; i < approval; i++) tally.add({ route: 'approval', label: null, cluster: null });
		for (let i = 0; i < escalation; i++) tally.add({ route: 'escalation', label: null, cluster: null });
		return tally.result();
	};

	test('counts days without an action', () => {
		const byDay = { '2026-01-01': counts(4), '2026-01-04': counts(2, 2) };
		expect(reviewerLoad(counts(6, 2), { byDay, minutes: 5 })).toMatchObject({
			days: 4,
			reviews: 6,
			cases: 2,
			perDay: 2,
			busiestDay: 4,
			minutesPerDay: 10,
			perThousand: 1000,
			perDayLow: 0,
			perDayHigh: expect.closeTo(2 + 1.96 * Math.sqrt(16 / 3 / 4), 9),
		});
	});

	test('without instants it knows shares, and of one day no interval', () => {
		expect(reviewerLoad(counts(3), { byDay: null, minutes: 5 })).toMatchObject({ days: null, perDay: null, reviews: 3 });
		expect(reviewerLoad(counts(3), { byDay: { '2026-01-01': counts(3) }, minutes: 5 })).toMatchObject({
			perDay: 3,
			perDayLow: null,
		});
	});
});

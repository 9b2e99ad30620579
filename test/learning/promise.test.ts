import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldsOf, splitOf } from '../../src/learning/folds.ts';
import { allRows, groupsOf, History, stepOf } from '../../src/learning/history.ts';
import { measurePromise } from '../../src/learning/promise.ts';
import { chance } from '../../src/learning/shuffle.ts';
import { aimAt } from '../../src/learning/threshold-search.ts';

function historyOf(clusters: readonly number[]): History {
	const history = new History();
	for (const [i, cluster] of clusters.entries())
		history.add({ agent: `a${i % 2}`, operation: `o${i % 3}`, cluster: `c${cluster}`, confidence: 0.5, right: true });
	return history;
}

describe('splits', () => {
	test('every row is held out in one fold, and no cluster stands on both sides', () => {
		fc.assert(
			fc.property(
				fc.array(fc.nat(20), { minLength: 1, maxLength: 200 }),
				fc.integer({ min: 2, max: 6 }),
				fc.nat(),
				(given, count, seed) => {
					const history = historyOf(given);
					const folds = foldsOf(history, allRows(history), { count, seed });
					expect(folds.flatMap(({ heldOut }) => [...heldOut]).sort((a, b) => a - b)).toEqual([...allRows(history)]);
					for (const { fit, heldOut } of [...folds, splitOf(history, allRows(history), { share: 0.5, seed })]) {
						const known = new Set(fit.map((row) => history.cluster[row] as number));
						expect([...heldOut].filter((row) => known.has(history.cluster[row] as number))).toEqual([]);
						expect(fit.length + heldOut.length).toBe(history.length);
					}
				},
			),
		);
	});

	test('the same seed splits the same way, another one another way', () => {
		const history = historyOf(Array.from({ length: 100 }, (_, i) => i));
		const split = (seed: number) => [...splitOf(history, allRows(history), { share: 0.3, seed }).heldOut];
		expect(split(1)).toEqual(split(1));
		expect(split(1)).toHaveLength(30);
		expect(split(1)).not.toEqual(split(2));
	});
});

describe('a history', () => {
	test('a step is reached exactly by the confidences that reach its threshold', () => {
		fc.assert(
			fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(10_000), (confidence, k) => {
				expect(stepOf(confidence) >= k).toBe(confidence >= k / 10_000);
			}),
			{ numRuns: 2000 },
		);
		for (let k = 0; k <= 10_000; k++) expect(stepOf(k / 10_000)).toBe(k);
	});

	test('groups take each row once, or leave it out', () => {
		const history = historyOf([1, 2, 3, 4, 5, 6, 7]);
		const groups = groupsOf(history, allRows(history), (agent, operation) =>
			operation === 'o0' ? null : `${agent} ${operation}`,
		);
		expect([...groups].map(([name, rows]) => [name, ...rows])).toEqual([
			['a0 o1', 4],
			['a0 o2', 2],
			['a1 o1', 1],
			['a1 o2', 5],
		]);
	});
});

describe('the promise', () => {
	const question = { splits: 100, heldOut: 0.5, seed: 1, groupOf: () => 'all' };

	test('shared mistakes break the one that counts rows, and not the one that counts clusters', () => {
		const random = chance(3);
		const history = new History();
		for (let cluster = 0; cluster < 150; cluster++) {
			const right = random() < 0.88;
			for (let i = 0; i < 12; i++)
				history.add({ agent: 'a', operation: 'o', cluster: `c${cluster}`, confidence: random(), right });
		}
		const kept = measurePromise(history, { ...question, aims: [aimAt(0.88, 0.95)] });
		const of = (name: string) => kept.find(({ estimator }) => estimator === name);
		expect(of('clusters')?.kept).toBeGreaterThanOrEqual(0.95);
		expect(of('clopper_pearson')?.kept).toBeLessThan(0.9);
		expect(of('naive')?.kept).toBeLessThan(0.7);
	});

	test('counts splits in which nothing would run as kept, and tells how many there are', () => {
		const history = historyOf(Array.from({ length: 20 }, (_, i) => i));
		const [naive, , clusters] = measurePromise(history, { ...question, aims: [aimAt(0.95, 0.95)] });
		expect(naive).toMatchObject({ splitsWithThreshold: 100, kept: 1, keptWithThreshold: 1, executed: 1, meanRate: 1 });
		expect(clusters).toMatchObject({ splitsWithThreshold: 0, kept: 1, keptWithThreshold: null, executed: 0, meanRate: null });
	});
});

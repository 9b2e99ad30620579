import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundBy, estimators } from '../../src/learning/estimators.ts';
import { allRows, History, type Observation } from '../../src/learning/history.ts';
import { chance } from '../../src/learning/shuffle.ts';
import { type Tail, tailsOf } from '../../src/learning/tails.ts';
import { aimAt, searchThreshold, sequence, whatIsMissing } from '../../src/learning/threshold-search.ts';

interface Row {
	readonly cluster: number;
	readonly confidence: number;
	readonly right: boolean;
	readonly weight: number;
}

const historyOf = (rows: readonly Row[]): History => {
	const history = new History();
	for (const { cluster, ...row } of rows)
		history.add({ agent: 'a', operation: 'o', cluster: `c${cluster}`, ...row } satisfies Observation);
	return history;
};
const tailsOfRows = (rows: readonly Row[]): Tail[] => {
	const history = historyOf(rows);
	return tailsOf(history, allRows(history));
};

const row = fc.record({
	cluster: fc.nat(60),
	confidence: fc.integer({ min: 0, max: 20 }).map((twentieth) => twentieth / 20),
	right: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
	weight: fc.constantFrom(1, 1, 1, 4),
});
const rows = fc.array(row, { minLength: 1, maxLength: 400 });
const aim = fc
	.tuple(fc.constantFrom(0.5, 0.7, 0.8, 0.9, 0.95), fc.constantFrom(0.8, 0.95, 0.99))
	.map(([target, confidence]) => aimAt(target, confidence));

describe('tails', () => {
	test('are the sums over the rows at or above each confidence', () => {
		fc.assert(
			fc.property(rows, (given) => {
				const confidences = [...new Set(given.map(({ confidence }) => confidence))].sort((a, b) => b - a);
				const expected = confidences.map((least) => {
					const above = given.filter(({ confidence }) => confidence >= least);
					const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
					const weight = sum(above.map((each) => each.weight));
					const clusters = Map.groupBy(above, ({ cluster }) => cluster);
					return {
						step: Math.round(least * 10_000),
						rows: above.length,
						clusters: clusters.size,
						rate: sum(above.filter(({ right }) => right).map((each) => each.weight)) / weight,
						rowSize: weight ** 2 / sum(above.map((each) => each.weight ** 2)),
						clusterSize: weight ** 2 / sum([...clusters.values()].map((each) => sum(each.map((one) => one.weight)) ** 2)),
					};
				});
				const found = tailsOfRows(given);
				expect(found).toHaveLength(expected.length);
				for (const [i, tail] of found.entries())
					for (const [name, value] of Object.entries(expected[i] ?? {})) expect(tail[name as keyof Tail]).toBeCloseTo(value, 9);
			}),
		);
	});

	test('clusters never count for more than rows', () => {
		fc.assert(
			fc.property(rows, (given) => {
				for (const { rows: count, clusters, rowSize, clusterSize } of tailsOfRows(given)) {
					expect(clusterSize).toBeLessThanOrEqual(rowSize + 1e-9);
					expect(clusterSize).toBeLessThanOrEqual(clusters + 1e-9);
					expect(rowSize).toBeLessThanOrEqual(count + 1e-9);
				}
			}),
		);
	});
});

describe('a threshold', () => {
	test('never has a bound below the target, and its figures are those of the rows above it', () => {
		fc.assert(
			fc.property(rows, aim, fc.constantFrom(...estimators), (given, wanted, estimator) => {
				const found = searchThreshold(tailsOfRows(given), estimator, wanted);
				if (found === null) return;
				expect(found.bound).toBeGreaterThanOrEqual(wanted.target);
				expect(found.rate).toBeGreaterThanOrEqual(found.bound);
				const above = given.filter(({ confidence }) => confidence >= found.threshold);
				expect(found.rows).toBe(above.length);
			}),
		);
	});

	test('is never lowered, and never found anew, by an approval that turns into a rejection', () => {
		fc.assert(
			fc.property(rows, fc.nat(), fc.tuple(aim, fc.constantFrom(...estimators)), (given, pick, [wanted, estimator]) => {
				const place = pick % given.length;
				const worse = given.map((each, i) => (i === place ? { ...each, right: false } : each));
				const before = searchThreshold(tailsOfRows(given), estimator, wanted);
				const after = searchThreshold(tailsOfRows(worse), estimator, wanted);
				if (after !== null) expect(after.threshold).toBeGreaterThanOrEqual(before?.threshold ?? Number.POSITIVE_INFINITY);
			}),
			{ numRuns: 500 },
		);
	});

	test('does not depend on the order of the rows', () => {
		fc.assert(
			fc.property(rows, aim, fc.constantFrom(...estimators), (given, wanted, estimator) => {
				expect(searchThreshold(tailsOfRows(given.toReversed()), estimator, wanted)?.threshold).toBe(
					searchThreshold(tailsOfRows(given), estimator, wanted)?.threshold,
				);
			}),
		);
	});

	test('of a careful estimator is no lower than that of a careless one, where both look at the same thresholds', () => {
		// One confidence only: the sequences have one step.
		fc.assert(
			fc.property(rows, aim, (given, wanted) => {
				const tails = tailsOfRows(given.map((each) => ({ ...each, confidence: 0.9, weight: 1 })));
				const found = estimators.map((estimator) => searchThreshold(tails, estimator, wanted) !== null);
				expect(found).toEqual(found.toSorted((a, b) => Number(b) - Number(a)));
			}),
		);
	});

	test('the sequence is chosen without a look at labels', () => {
		fc.assert(
			fc.property(rows, aim, fc.constantFrom('clopper_pearson', 'clusters'), (given, wanted, estimator) => {
				const steps = (each: readonly Row[]) => sequence(tailsOfRows(each), estimator, wanted).map(({ step }) => step);
				expect(steps(given.map((each) => ({ ...each, right: !each.right })))).toEqual(steps(given));
			}),
		);
	});
});

describe('what is missing', () => {
	const perfect = (clusters: number, rowsEach = 1): Row[] =>
		Array.from({ length: clusters * rowsEach }, (_, i) => ({ cluster: i % clusters, confidence: 0.9, right: true, weight: 1 }));
	const wanted = aimAt(0.95, 0.95);

	test('without labels: as many clusters as it takes without a mistake', () => {
		expect(whatIsMissing([], wanted)).toEqual({ code: 'not_enough_evidence', best: null, moreClusters: 59 });
	});

	test('as many more clusters make it, one fewer does not', () => {
		const few = perfect(20, 3);
		expect(searchThreshold(tailsOfRows(few), 'clusters', wanted)).toBeNull();
		expect(whatIsMissing(tailsOfRows(few), wanted)).toEqual({
			code: 'not_enough_evidence',
			best: { threshold: 0.9, rate: 1, clusters: 20 },
			moreClusters: 39,
		});
		expect(searchThreshold(tailsOfRows(perfect(59, 3)), 'clusters', wanted)).toMatchObject({ threshold: 0.9, clusters: 59 });
		expect(searchThreshold(tailsOfRows(perfect(58, 3)), 'clusters', wanted)).toBeNull();
		// Sixty rows of one conversation are no evidence for the careful one, and plenty for the other.
		expect(searchThreshold(tailsOfRows(perfect(1, 60)), 'clusters', wanted)).toBeNull();
		expect(searchThreshold(tailsOfRows(perfect(1, 60)), 'clopper_pearson', wanted)).not.toBeNull();
	});

	test('an agent that is too often wrong does not need more labels, but to be better', () => {
		const poor = perfect(200).map((each) => ({ ...each, right: each.cluster % 10 > 0 }));
		expect(whatIsMissing(tailsOfRows(poor), wanted)).toMatchObject({ code: 'target_not_met', moreClusters: null });
	});
});

/** Clusters of `size` rows that share one outcome with chance `shared`, and are right at `rate` (above 0.5) or half as often. */
function simulated(
	random: () => number,
	{ clusters, size, shared, rate }: Record<'clusters' | 'size' | 'shared' | 'rate', number>,
) {
	return Array.from({ length: clusters }, (_, cluster) => {
		const together = random() < shared;
		const fate = random() < rate;
		return Array.from({ length: size }, (): Row => {
			const sure = random() < 0.6;
			const right = sure ? (together ? fate : random() < rate) : random() < rate / 2;
			return { cluster, confidence: sure ? 0.9 : random() * 0.8, right, weight: 1 };
		});
	}).flat();
}

describe('where the truth is known', () => {
	const promised = (estimator: 'clopper_pearson' | 'clusters', world: { shared: number; rate: number }): number => {
		const random = chance(7);
		const wanted = aimAt(0.9, 0.95);
		let broken = 0;
		for (let i = 0; i < 200; i++) {
			const tails = tailsOfRows(simulated(random, { clusters: 150, size: 8, ...world }));
			if (searchThreshold(tails, estimator, wanted) !== null) broken += 1;
		}
		return broken / 200;
	};

	test('shared mistakes: the rate is just below the target, and only counting clusters says so', () => {
		const world = { shared: 0.9, rate: 0.895 };
		expect(promised('clusters', world)).toBeLessThanOrEqual(0.06);
		expect(promised('clopper_pearson', world)).toBeGreaterThan(0.2);
	});

	test('an agent that is good enough gets its threshold', () => {
		expect(promised('clusters', { shared: 0.9, rate: 0.98 })).toBeGreaterThan(0.95);
	});

	test('the bound of one tail holds as often as it says', () => {
		const random = chance(11);
		let short = 0;
		for (let i = 0; i < 400; i++) {
			const [tail] = tailsOfRows(
				simulated(random, { clusters: 80, size: 6, shared: 1, rate: 0.9 }).filter(({ confidence }) => confidence === 0.9),
			);
			if (tail !== undefined && boundBy('clusters', tail, 0.9) > 0.9) short += 1;
		}
		expect(short / 400).toBeLessThanOrEqual(0.13);
	});
});

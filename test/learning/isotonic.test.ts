import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isotonic } from '../../src/learning/isotonic.ts';

/** The same by its closed form: the largest over all beginnings of the smallest over all ends of the mean between them. */
function brute(values: readonly number[], weights: readonly number[]): number[] {
	const mean = (from: number, to: number): number => {
		let [sum, weight] = [0, 0];
		for (let i = from; i <= to; i++) [sum, weight] = [sum + (values[i] ?? 0) * (weights[i] ?? 0), weight + (weights[i] ?? 0)];
		return sum / weight;
	};
	const all = values.map((_, i) => i);
	return all.map((i) => Math.max(...all.slice(0, i + 1).map((from) => Math.min(...all.slice(i).map((to) => mean(from, to))))));
}

const pairs = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 9 })), {
	minLength: 1,
	maxLength: 25,
});

describe('isotonic regression', () => {
	test('is what the closed form says', () => {
		fc.assert(
			fc.property(pairs, (given) => {
				const [values, weights] = [given.map(([value]) => value), given.map(([, weight]) => weight)];
				for (const [i, expected] of brute(values, weights).entries())
					expect(isotonic(values, weights)[i]).toBeCloseTo(expected, 9);
			}),
			{ numRuns: 500 },
		);
	});

	test('never falls, keeps the weighted mean, and leaves what already rises', () => {
		fc.assert(
			fc.property(pairs, (given) => {
				const [values, weights] = [given.map(([value]) => value), given.map(([, weight]) => weight)];
				const fitted = isotonic(values, weights);
				expect(fitted).toEqual(fitted.toSorted((a, b) => a - b));
				const mean = (of: readonly number[]) => of.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0);
				expect(mean(fitted)).toBeCloseTo(mean(values), 7);
				const rising = values.toSorted((a, b) => a - b);
				for (const [i, value] of isotonic(rising, weights).entries()) expect(value).toBeCloseTo(rising[i] ?? -1, 9);
			}),
		);
	});

	test('what weighs nothing takes the value of a neighbour', () => {
		expect(isotonic([0.2, 0.9, 0.5], [1, 0, 1])).toEqual([0.2, 0.2, 0.5]);
		expect(isotonic([0.4, 0.1], [0, 0])).toEqual([0, 0]);
		expect(isotonic([], [])).toEqual([]);
	});
});

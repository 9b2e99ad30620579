import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lowerBound, sizeFor, upperBound } from '../../src/learning/bounds.ts';

/** P(at most `events` in `trials`) at the rate `per`/`of`, in exact rational arithmetic; as a double at the end. */
function exactly(events: number, trials: number, [per, of]: [bigint, bigint]): number {
	let sum = 0n;
	let choose = 1n;
	for (let k = 0; k <= events; k++) {
		sum += choose * per ** BigInt(k) * (of - per) ** BigInt(trials - k);
		choose = (choose * BigInt(trials - k)) / BigInt(k + 1);
	}
	const scale = 10n ** 18n;
	return Number((sum * scale) / of ** BigInt(trials)) / Number(scale);
}

describe('the upper bound on a rate', () => {
	test.each([
		// The 0.95 quantile of Beta(events + 1, trials - events), worked out with exact fractions outside this project.
		[0, 1, 0.95],
		[0, 10, 0.2588655509],
		[1, 10, 0.3941633024],
		[5, 10, 0.777558899],
		[9, 10, 0.9948838031],
		[0, 59, 0.0495076099],
		[3, 120, 0.063343941],
		[2, 37, 0.1605421674],
	])('%i in %i: %f', (events, trials, bound) => {
		expect(upperBound(events, trials)).toBeCloseTo(bound, 9);
	});

	test('nothing tried says nothing, and all wrong says all', () => {
		expect(upperBound(0, 0)).toBe(1);
		expect(upperBound(7, 7)).toBe(1);
	});

	test('at the bound, so few events have exactly the chance that is left', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 2, max: 300 }),
				fc.nat(),
				fc.constantFrom(0.8, 0.95, 0.99, 0.999),
				(trials, pick, confidence) => {
					const events = pick % trials;
					const bound = upperBound(events, trials, confidence);
					const of = 2n ** 60n;
					const per = BigInt(Math.round(bound * 2 ** 60));
					expect(exactly(events, trials, [per, of])).toBeCloseTo(1 - confidence, 7);
				},
			),
			{ numRuns: 150 },
		);
	});

	test('more events raise it, more trials lower it, and it is above what was seen', () => {
		fc.assert(
			fc.property(fc.integer({ min: 2, max: 100_000 }), fc.nat(), (trials, pick) => {
				const events = pick % (trials - 1);
				const bound = upperBound(events, trials);
				expect(bound).toBeGreaterThan(events / trials);
				expect(upperBound(events + 1, trials)).toBeGreaterThan(bound);
				expect(upperBound(events, trials + 1)).toBeLessThan(bound);
			}),
			{ numRuns: 300 },
		);
	});

	test('large samples meet the normal approximation, quickly', () => {
		const started = performance.now();
		const [events, trials] = [300_000, 1_000_000];
		const near = 0.3 + 1.6448536 * Math.sqrt((0.3 * 0.7) / trials);
		expect(upperBound(events, trials)).toBeCloseTo(near, 5);
		expect(performance.now() - started).toBeLessThan(500);
	});

	test.each([
		[-1, 10],
		[11, 10],
		[1, Number.NaN],
		[1, Number.POSITIVE_INFINITY],
	])('%d in %d is no sample', (events, trials) => {
		expect(() => upperBound(events, trials)).toThrow(RangeError);
	});
});

describe('the lower bound on a rate', () => {
	test('is the upper bound seen from the other side', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(), fc.constantFrom(0.8, 0.95, 0.999), (trials, pick, confidence) => {
				const events = pick % (trials + 1);
				expect(lowerBound(events, trials, confidence)).toBeCloseTo(1 - upperBound(trials - events, trials, confidence), 9);
			}),
		);
	});

	test('fractions of trials lie between whole ones', () => {
		expect(lowerBound(0, 0)).toBe(0);
		fc.assert(
			fc.property(fc.double({ min: 1, max: 500, noNaN: true }), fc.double({ min: 0.5, max: 1, noNaN: true }), (size, rate) => {
				const bound = (n: number) => lowerBound(rate * n, n);
				expect(bound(size)).toBeGreaterThanOrEqual(bound(Math.floor(size)) - 1e-9);
				expect(bound(size)).toBeLessThanOrEqual(bound(Math.ceil(size)) + 1e-9);
			}),
		);
	});
});

describe('how large a sample must be', () => {
	test('without an error, 59 give 95 % at 95 %', () => {
		expect(Math.ceil(sizeFor(1, 0.95))).toBe(59);
	});

	test('just so large that the bound reaches the target', () => {
		fc.assert(
			fc.property(
				fc.double({ min: 0.6, max: 0.97, noNaN: true }),
				fc.double({ min: 0.01, max: 0.03, noNaN: true }),
				(target, more) => {
					const size = sizeFor(target + more, target);
					expect(lowerBound((target + more) * size, size)).toBeGreaterThanOrEqual(target);
					expect(lowerBound((target + more) * (size - 1), size - 1)).toBeLessThan(target);
				},
			),
		);
	});

	test('a rate below the target never gets there', () => {
		expect(sizeFor(0.95, 0.95)).toBe(Number.POSITIVE_INFINITY);
	});
});

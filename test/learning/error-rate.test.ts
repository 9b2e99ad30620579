/** Spot checks: the draw, the weights, and the measured error rate. In simulation it is unbiased, and its interval holds the truth. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SpotCheck } from '../../src/domain/spot-check.ts';
import { errorRate, shareOf } from '../../src/learning/error-rate.ts';
import { bandOf, chanceOf, clusterOf, drawOf } from '../../src/learning/strata.ts';

/** A generator that gives the same numbers for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

const check = (given: Partial<SpotCheck>): SpotCheck => ({
	actionId: 'act_1',
	tenant: 'default',
	operation: 'refund',
	agent: 'agent',
	band: '0.99-1',
	route: 'auto',
	policyDigest: 'p',
	cluster: 'c',
	probability: 1,
	ranAt: 0,
	answer: { right: true, reviewer: 'ana', at: 0 },
	...given,
});

/** A common operation that is nearly always right, and a rare one that is often wrong. */
const strata = [
	{ operation: 'reply', count: 3000, wrong: 0.01 },
	{ operation: 'refund', count: 60, wrong: 0.3 },
] as const;
const ran = strata.reduce((sum, { count }) => sum + count, 0);

/** One week: what ran, what was drawn, who answered. Gives the checks and the true rate. */
function week(seed: number, { answering = 1 } = {}): { checks: SpotCheck[]; truth: number } {
	const random = randomOf(seed);
	const checks: SpotCheck[] = [];
	let wrongs = 0;
	for (const { operation, count, wrong } of strata) {
		for (let seen = 0; seen < count; seen++) {
			const right = random() >= wrong;
			if (!right) wrongs += 1;
			const probability = chanceOf({ share: 0.05, atLeast: 10 }, seen);
			if (drawOf(`key-${seed}`, `${operation}/${seen}`) >= probability) continue;
			const answer = random() < answering ? { right, reviewer: 'ana', at: 0 } : null;
			checks.push(check({ operation, probability, cluster: `${operation}/${seen}`, answer }));
		}
	}
	return { checks, truth: wrongs / ran };
}

describe('the measured error rate', () => {
	/** Each week as everybody answered, and as half of them did. */
	const weeks = Array.from({ length: 250 }, (_, seed) => [1, 0.5].map((answering) => week(seed, { answering })));
	const estimates = weeks.map((both) => both.map(({ checks, truth }) => ({ ...errorRate(checks, ran), truth })));
	const of = (which: 0 | 1) => estimates.map((both) => both[which] as (typeof both)[number]);
	const error = ({ rate, truth }: { rate: number | null; truth: number }) => (rate ?? 0) - truth;
	const mean = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

	test('is unbiased over many weeks, where counting answers as they come is not', () => {
		const errors = of(0).map(error);
		const spread = Math.sqrt(mean(errors.map((error) => error ** 2)));
		// Three standard errors of the mean.
		expect(Math.abs(mean(errors))).toBeLessThan((3 * spread) / Math.sqrt(weeks.length));
		const naive = weeks.map(([both]) => {
			const { checks, truth } = both as { checks: SpotCheck[]; truth: number };
			return checks.filter(({ answer }) => answer?.right === false).length / checks.length - truth;
		});
		expect(mean(naive)).toBeGreaterThan(0.02);
	});

	test('stays close where only half of the people answer, and its interval holds the truth in 95 % of the weeks or more', () => {
		expect(Math.abs(mean(of(1).map(error)))).toBeLessThan(0.002);
		for (const which of [0, 1] as const) {
			const held = of(which).filter(({ low, high, truth }) => low <= truth && truth <= high);
			expect(held.length / weeks.length).toBeGreaterThanOrEqual(0.95);
		}
	});

	test('answers of one conversation count as one', () => {
		const together = Array.from({ length: 40 }, () => check({ cluster: 'one' }));
		const apart = together.map((each, i) => ({ ...each, cluster: `${i}` }));
		expect(errorRate(together, 40).effective).toBeCloseTo(1);
		expect(errorRate(apart, 40).effective).toBeCloseTo(40);
		expect(errorRate(together, 40).high).toBeGreaterThan(errorRate(apart, 40).high);
	});

	test('nobody answered: nothing is known', () => {
		expect(errorRate([check({ answer: null })], 100)).toMatchObject({ rate: null, low: 0, high: 1, asked: 1, answered: 0 });
		expect(errorRate([], 0)).toMatchObject({ rate: null, high: 1 });
		expect(shareOf(0, 0)).toEqual({ rate: null, low: 0, high: 1 });
		expect(shareOf(5, 100).low).toBeCloseTo(0.0164, 3);
		expect(shareOf(5, 100).high).toBeCloseTo(0.1128, 3);
	});

	test('is always a rate inside its interval', () => {
		const checks = fc.array(
			fc.record({ probability: fc.double({ min: 0.001, max: 1, noNaN: true }), right: fc.boolean(), cluster: fc.nat(5) }),
			{ maxLength: 40 },
		);
		fc.assert(
			fc.property(checks, fc.nat(1000), (given, more) => {
				const all = given.map(({ probability, right, cluster }) =>
					check({ probability, cluster: String(cluster), answer: { right, reviewer: 'ana', at: 0 } }),
				);
				const { rate, low, high } = errorRate(all, all.length + more);
				expect(low).toBeGreaterThanOrEqual(0);
				expect(high).toBeLessThanOrEqual(1);
				if (rate !== null) expect(low <= rate && rate <= high).toBe(true);
			}),
		);
	});
});

describe('the draw', () => {
	test('takes the first of a stratum, then less and less, down to the share', () => {
		const chances = { share: 0.02, atLeast: 5 };
		expect([0, 4, 5, 9, 99, 1e6].map((seen) => chanceOf(chances, seen))).toEqual([1, 1, 5 / 6, 0.5, 0.05, 0.02]);
	});

	test('cannot be foreseen without the key, and is even', () => {
		const drawn = Array.from({ length: 20_000 }, (_, i) => drawOf('key', `act_${i}`));
		expect(drawn.filter((each) => each < 0.1).length / drawn.length).toBeCloseTo(0.1, 1);
		expect(Math.max(...drawn)).toBeLessThan(1);
		expect(drawOf('key', 'act_1')).toBe(drawOf('key', 'act_1'));
		expect(drawOf('other', 'act_1')).not.toBe(drawOf('key', 'act_1'));
	});

	test('bands are those of the thresholds', () => {
		expect([0, 0.49, 0.5, 0.95, 0.989, 0.99, 1].map(bandOf)).toEqual([
			'0-0.5',
			'0-0.5',
			'0.5-0.7',
			'0.95-0.99',
			'0.95-0.99',
			'0.99-1',
			'0.99-1',
		]);
	});

	test('clusters are conversations, else users, else single actions', () => {
		const given = { agent: 'a', idempotencyKey: 'k' };
		expect(clusterOf({ ...given, conversationId: 'c', user: 'u' })).toBe('conversation/a/c');
		expect(clusterOf({ ...given, user: 'u' })).toBe('user/u');
		expect(clusterOf(given)).toBe('action/a/k');
	});
});

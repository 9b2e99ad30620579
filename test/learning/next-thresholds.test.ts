import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askAlways, nextThresholds } from '../../src/learning/next-thresholds.ts';

const share = fc.integer({ min: 0, max: 10_000 }).map((n) => n / 10_000);
const current = fc.tuple(share, share, share).map((given) => {
	const [approval = 0, notify = 0, auto = 0] = given.toSorted((a, b) => a - b);
	return { auto, notify, approval };
});

test('a proposal is in order, never below the evidence, and never more than a step laxer', () => {
	fc.assert(
		fc.property(current, share, fc.constantFrom(0.01, 0.05, 0.2), (now, found, step) => {
			const { thresholds: next, change } = nextThresholds(now, found, step);
			expect(next.auto).toBeGreaterThanOrEqual(next.notify);
			expect(next.notify).toBeGreaterThanOrEqual(next.approval);
			expect(next.notify).toBeGreaterThanOrEqual(found);
			expect(next.notify).toBeGreaterThanOrEqual(now.notify - step - 1e-9);
			expect(next.auto).toBeGreaterThanOrEqual(now.auto - step - 1e-9);
			// What runs unseen has run and been told before.
			expect(next.auto).toBeGreaterThanOrEqual(Math.min(now.notify, now.auto));
			if (found > now.notify) expect(next.auto).toBeGreaterThanOrEqual(now.auto);
			if (change === 'keep') expect(next).toMatchObject({ auto: now.auto, notify: now.notify });
		}),
		{ numRuns: 1000 },
	);
});

test('step by step it comes to the evidence, and stays', () => {
	let now = { auto: 0.99, notify: 0.95, approval: 0.8 };
	for (let i = 0; i < 20; i++) now = { ...nextThresholds(now, 0.7, 0.05).thresholds };
	expect(now).toEqual({ auto: 0.7, notify: 0.7, approval: 0.7 });
	expect(nextThresholds(now, 0.7, 0.05)).toMatchObject({ change: 'keep', more: false });
	expect(nextThresholds({ auto: 0.9, notify: 0.6, approval: 0.2 }, 0.8, 0.05)).toMatchObject({
		change: 'tighten',
		thresholds: { auto: 0.9, notify: 0.8, approval: 0.2 },
	});
	expect(askAlways(now)).toMatchObject({ change: 'tighten', thresholds: { auto: 1, notify: 1 }, more: false });
});

/** The guards of a promotion, and what demotes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { demotionOf } from '../../src/learning/demotion.ts';
import { errorRate } from '../../src/learning/error-rate.ts';
import { differencesOf, type Evidence, promotionOf } from '../../src/learning/rollout-guard.ts';
import type { Tally } from '../../src/learning/tallies.ts';

const guards = { stages: [0.05, 0.25, 1], stay: 3_600_000, at_least: 60, max_error: 0.05, confidence: 0.95 };
const evidence = (given: Partial<Evidence> = {}, [answered, rejected]: readonly [number, number] = [100, 0]): Evidence => ({
	differences: { judged: 500, routes: [], answered, rejected },
	errors: null,
	share: 0,
	heldMs: 7_200_000,
	demoted: [],
	...given,
});
const none = errorRate([], 0);

describe('promotion', () => {
	test('goes one stage at a time, to the last', () => {
		for (const [share, next] of [
			[0, 0.05],
			[0.05, 0.25],
			[0.25, 1],
		] as const)
			expect(promotionOf(evidence({ share }), guards)).toEqual({ ok: true, share: next });
		expect(promotionOf(evidence({ share: 1 }), guards)).toMatchObject({ ok: false, why: 'complete' });
	});

	test('says how many judged actions are missing rather than guess', () => {
		expect(promotionOf(evidence({}, [12, 0]), guards)).toMatchObject({ why: 'not_enough_evidence', needs: 48 });
		expect(promotionOf(evidence({}, [0, 0]), guards)).toMatchObject({ why: 'not_enough_evidence', needs: 60 });
	});

	test.each([
		['too soon', evidence({ heldMs: 1_800_000 }), 'at this stage for 0.5 h'],
		['people did not approve too many', evidence({}, [100, 3]), 'people did not approve 3'],
		['something is demoted', evidence({ demoted: ['refund'] }), 'demoted: refund'],
		[
			'what it let run is surely wrong too often',
			evidence({ share: 0.05, errors: { ...none, rate: 0.3, low: 0.1, high: 0.5, answered: 40 } }),
			'is wrong in 30 %',
		],
	] as const)('is held: %s', (_name, given, words) => {
		const held = promotionOf(given, guards);
		expect(held.ok ? '' : held.lacks.join()).toContain(words);
		expect(held).toMatchObject({ why: 'guarded' });
	});

	test('more rejections never turn a no into a yes', () => {
		fc.assert(
			fc.property(fc.nat(400), fc.nat(40), (answered, rejected) => {
				const before = promotionOf(evidence({}, [answered + rejected, rejected]), guards);
				const after = promotionOf(evidence({}, [answered + rejected + 1, rejected + 1]), guards);
				// A labelled action more may be what was missing; one that speaks against it must not be enough by itself.
				if (!before.ok && before.why === 'guarded') expect(after.ok).toBe(false);
				if (after.ok) expect(rejected + 1).toBeLessThanOrEqual(0.05 * (answered + rejected + 1));
			}),
		);
	});
});

test('differences are read from either side: in shadow, and where the candidate judged', () => {
	const words = (kind: string, version: string, ...rest: readonly string[]): Tally => ({
		words: [kind, 'default', 'refund', 'bot', version, ...rest],
		by: 2,
	});
	const [live, candidate] = ['l'.repeat(12), 'c'.repeat(12)];
	expect(
		differencesOf(
			[
				words('shadow', live, 'approval', candidate, 'auto'),
				words('shadow', candidate, 'auto', live, 'approval'),
				words('shadow', candidate, 'approval', live, 'approval'),
				words('shadow_ended', live, 'approval', candidate, 'auto', 'approved'),
				words('shadow_ended', live, 'approval', candidate, 'auto', 'edited'),
				words('shadow_ended', live, 'approval', candidate, 'auto', 'unanswered'),
				words('shadow_ended', live, 'approval', candidate, 'approval', 'rejected'),
				words('shadow', live, 'approval', 'another', 'auto'),
				words('routed', live, 'approval'),
			],
			`${candidate}${'0'.repeat(52)}`,
		),
	).toEqual({
		judged: 6,
		answered: 4,
		rejected: 2,
		routes: [
			{ live: 'approval', candidate: 'auto', count: 4 },
			{ live: 'approval', candidate: 'approval', count: 2 },
		],
	});
});

describe('demotion', () => {
	const bounds = { max_error: 0.02, max_rejections: 0.5, max_reports: 5, confidence: 0.9 };
	const checks = (wrong: number, right: number) =>
		errorRate(
			Array.from({ length: wrong + right }, (_, i) => ({
				actionId: `${i}`,
				tenant: 't',
				operation: 'refund',
				agent: 'a',
				band: 'b',
				route: 'auto' as const,
				policyDigest: 'p',
				cluster: `${i}`,
				probability: 1,
				ranAt: 0,
				answer: { right: i >= wrong, reviewer: 'ana', at: 0 },
			})),
			wrong + right,
		);
	const conduct = { errors: none, asked: 0, rejected: 0, reported: 0 };

	test('comes when a rate is surely above its bound, in both languages', () => {
		expect(demotionOf({ ...conduct, errors: checks(5, 20) }, bounds)?.en).toContain('20 % of what was spot-checked');
		expect(demotionOf({ ...conduct, errors: checks(5, 20) }, bounds)?.['zh-CN']).toContain('20 %');
		expect(demotionOf({ ...conduct, asked: 20, rejected: 15 }, bounds)?.en).toBe('people rejected 15 of 20');
		expect(demotionOf({ ...conduct, reported: 6 }, bounds)?.en).toBe('6 were reported as wrong');
	});

	test('does not come of one bad answer among few, of nothing, or of what is within the bounds', () => {
		expect(demotionOf(conduct, bounds)).toBeNull();
		expect(demotionOf({ ...conduct, errors: checks(1, 19) }, bounds)).toBeNull();
		expect(demotionOf({ ...conduct, errors: checks(0, 500) }, bounds)).toBeNull();
		expect(demotionOf({ ...conduct, asked: 2, rejected: 2 }, { ...bounds, max_rejections: 0.7 })).toBeNull();
		expect(demotionOf({ ...conduct, reported: 5 }, bounds)).toBeNull();
	});
});

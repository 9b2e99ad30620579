/** Memory of similar cases: what approvals and rejections may do to a confidence, held by properties. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Proposal } from '../../src/domain/action.ts';
import { amountBand, cellOf, type Example, type MemorySettings, weigh } from '../../src/learning/similar.ts';
import { memory as memoryEntry } from '../../src/policy/document-learning.ts';
import { withSimilar } from '../../src/policy/similar.ts';
import { confidenceOf } from '../../src/policy/thresholds.ts';

const day = 86_400_000;
const now = 1000 * day;
const settingsOf = (given: object = {}) => memoryEntry.parse(given);
const defaults = settingsOf();

const example = fc.record({
	person: fc.constantFrom('ana', 'ben', 'cai'),
	agent: fc.constantFrom('one', 'two'),
	cluster: fc.constantFrom('c1', 'c2', 'c3', 'c4', 'c5', 'c6'),
	at: fc.integer({ min: now - 200 * day, max: now }),
});
const examples = fc.array(example, { maxLength: 30 });
const settings = fc
	.record({
		max_gain: fc.double({ min: 0, max: 0.3, noNaN: true }),
		max_loss: fc.double({ min: 0, max: 1, noNaN: true }),
		same_agent: fc.boolean(),
		at_least: fc.record({ people: fc.integer({ min: 2, max: 3 }), clusters: fc.integer({ min: 1, max: 6 }) }),
		one_source: fc.double({ min: 0.5, max: 0.9, noNaN: true }),
		prior: fc.double({ min: 1, max: 50, noNaN: true }),
	})
	.map(settingsOf);
const memories = fc.record({ approved: examples, rejected: examples });
const share = fc.double({ min: 0, max: 1, noNaN: true });

const learned = (
	confidence: number,
	remembered: { approved: readonly Example[]; rejected: readonly Example[] },
	given: typeof defaults,
): number => withSimilar(confidenceOf(confidence), weigh(remembered, now, given), given).effective;

const approvals = (count: number, given: (i: number) => Partial<Example> = () => ({})): Example[] =>
	Array.from({ length: count }, (_, i) => ({
		person: i % 2 === 0 ? 'ana' : 'ben',
		agent: 'one',
		cluster: `c${i}`,
		at: now,
		...given(i),
	}));
const raised = (approved: readonly Example[], given: MemorySettings & typeof defaults = defaults): number =>
	learned(0.9, { approved, rejected: [] }, given);

describe('properties', () => {
	test('a rejection never raises the effective confidence, whoever it comes from', () => {
		fc.assert(
			fc.property(fc.tuple(share, settings), memories, example, ([confidence, given], known, one) => {
				const before = learned(confidence, known, given);
				const after = learned(confidence, { ...known, rejected: [...known.rejected, one] }, given);
				expect(after).toBeLessThanOrEqual(before + 1e-12);
			}),
			{ numRuns: 1000 },
		);
	});

	test('the change stays within what policy allows, and a higher confidence never becomes a lower one', () => {
		fc.assert(
			fc.property(fc.tuple(share, share), memories, settings, ([one, other], known, given) => {
				const [low, high] = one <= other ? [one, other] : [other, one];
				const after = learned(low, known, given);
				expect(after).toBeLessThanOrEqual(Math.min(1, low + given.max_gain) + 1e-12);
				expect(after).toBeGreaterThanOrEqual(Math.max(0, low - given.max_loss) - 1e-12);
				expect(learned(high, known, given)).toBeGreaterThanOrEqual(after - 1e-12);
			}),
			{ numRuns: 1000 },
		);
	});

	test('one person never makes up more than their part', () => {
		fc.assert(
			fc.property(examples, settings, (given, rules) => {
				const approved = given.map((each, i) => ({ ...each, cluster: `c${i}` }));
				const weight = weigh({ approved, rejected: [] }, now, rules).for;
				for (const person of new Set(approved.map((each) => each.person))) {
					const others = approved.filter((each) => each.person !== person);
					const rest = others.reduce((sum, { at }) => sum + 2 ** (-(now - at) / rules.half_life), 0);
					expect(weight).toBeLessThanOrEqual(rest / (1 - rules.one_source) + 1e-9);
				}
			}),
		);
	});
});

describe('what counts', () => {
	test('enough people in enough conversations; then it is bounded', () => {
		expect(raised(approvals(4))).toBe(0.9);
		expect(raised(approvals(40, () => ({ person: 'ana' })))).toBe(0.9);
		expect(raised(approvals(12))).toBeGreaterThan(0.92);
		expect(raised(approvals(1000))).toBeCloseTo(0.95);
	});

	test('a rejection by a third person does not make the approvals of two enough', () => {
		const given = settingsOf({ at_least: { people: 3, clusters: 5 } });
		const rejected = [{ person: 'cai', agent: 'one', cluster: 'c99', at: now }];
		expect(learned(0.5, { approved: approvals(100), rejected: [] }, given)).toBe(0.5);
		expect(learned(0.5, { approved: approvals(100), rejected }, given)).toBeLessThan(0.5);
	});

	test('ten thousand easy approvals by one reviewer weigh as much as what the others say', () => {
		const honest = approvals(6, () => ({ person: 'ben' }));
		const flood = Array.from({ length: 10_000 }, (_, i) => ({ person: 'eve', agent: 'one', cluster: `flood-${i}`, at: now }));
		expect(weigh({ approved: [...honest, ...flood], rejected: [] }, now, defaults).for).toBeCloseTo(12);
	});

	test('ten thousand by one agent as well, where agents are not kept apart', () => {
		const given = settingsOf({ same_agent: false });
		const honest = approvals(6, () => ({ agent: 'two' }));
		const flood = Array.from({ length: 10_000 }, (_, i) => ({
			person: i % 2 === 0 ? 'ana' : 'ben',
			agent: 'evil',
			cluster: `flood-${i}`,
			at: now,
		}));
		expect(weigh({ approved: [...honest, ...flood], rejected: [] }, now, given).for).toBeCloseTo(12);
	});

	test('many approvals in one conversation are one', () => {
		expect(weigh({ approved: approvals(50, () => ({ cluster: 'same' })), rejected: [] }, now, defaults)).toMatchObject({
			approved: 1,
			for: 0,
		});
	});

	test('examples fade: after a half-life they count half', () => {
		const old = approvals(10, () => ({ at: now - 30 * day }));
		expect(weigh({ approved: old, rejected: [] }, now, defaults).for).toBeCloseTo(5);
		expect(weigh({ approved: [], rejected: old }, now, defaults).against).toBeCloseTo(5);
	});

	test('a rejection counts at once, and no confidence stays none', () => {
		const rejected = approvals(1);
		expect(learned(0.99, { approved: [], rejected }, defaults)).toBeLessThan(0.95);
		const similar = weigh({ approved: approvals(100), rejected: [] }, now, defaults);
		expect(withSimilar(confidenceOf(undefined), similar, defaults)).toEqual(confidenceOf(undefined));
		expect(withSimilar(confidenceOf('high'), similar, defaults)).toEqual(confidenceOf('high'));
	});

	test('what is no number counts against the action', () => {
		const broken = { approved: 1, rejected: 0, for: Number.NaN, against: 0 };
		expect(withSimilar(confidenceOf(0.9), broken, defaults).effective).toBeCloseTo(0.4);
		expect(withSimilar(confidenceOf(0.9), { ...broken, for: -3 }, defaults).effective).toBeCloseTo(0.4);
	});
});

describe('what is similar', () => {
	const proposal: Proposal = {
		version: 1,
		tenant: 'default',
		agent: 'a',
		idempotencyKey: 'k',
		operation: 'refund',
		arguments: { reason: 'damaged', note: 'x' },
		signals: [],
		context: {},
	};
	const given = settingsOf({ features: ['arguments.reason'] });

	test('the same operation, agent, band of the amount and named features', () => {
		const cell = cellOf(proposal, 2400, given);
		expect(cellOf({ ...proposal, arguments: { reason: 'damaged', note: 'y' } }, 4900, given)).toBe(cell);
		for (const [other, minor] of [
			[{ ...proposal, arguments: { reason: 'late' } }, 2400],
			[{ ...proposal, agent: 'b' }, 2400],
			[{ ...proposal, operation: 'reply' }, 2400],
			[{ ...proposal, tenant: 'other' }, 2400],
			[proposal, 240_000],
			[proposal, null],
		] as [Proposal, number | null][])
			expect(cellOf(other, minor, given)).not.toBe(cell);
		expect(cellOf({ ...proposal, agent: 'b' }, 2400, { ...given, same_agent: false })).toBe(
			cellOf(proposal, 2400, { ...given, same_agent: false }),
		);
	});

	test('bands grow with the amount', () => {
		expect([0, 1, 19, 20, 49, 50, 99, 100, 2400, 240_000, -30].map(amountBand)).toEqual([
			'0',
			'1',
			'10',
			'20',
			'20',
			'50',
			'50',
			'100',
			'2000',
			'200000',
			'20',
		]);
		expect(amountBand(null)).toBe('none');
	});
});

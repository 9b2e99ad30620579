/** Money in policy: conversion by the rate table, which never counts an amount as less than it is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRate, isAbove, mostMinor, type Rates, toBase } from '../../src/policy/rates.ts';
import { judged, now, policyWith, rulesOf, usd } from './given.ts';

const decimal = fc
	.tuple(fc.bigInt(0n, 10n ** 9n), fc.bigInt(0n, 10n ** 12n - 1n))
	.map(([whole, part]) => `${whole}.${String(part).padStart(12, '0')}`)
	.filter((text) => /[1-9]/.test(text));
const minor = fc.integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });

function ratesOf(to: Record<string, string>, base = 'USD'): Rates {
	const byCurrency = new Map(
		Object.entries(to).map(([code, rate]) => [
			code,
			compileRate(code, base, rate) as NonNullable<ReturnType<typeof compileRate>>,
		]),
	);
	return { base, byCurrency, staleAt: Number.POSITIVE_INFINITY };
}

describe('a conversion', () => {
	it('is exact or rounds up, and by less than one minor unit', () => {
		fc.assert(
			fc.property(decimal, fc.integer({ min: 0, max: 1e9 }), (rate, amount) => {
				const converted = toBase({ minor: amount, currency: 'EUR' }, ratesOf({ EUR: rate })) as number;
				// cents * (rate * 10^12) compared with cents of the base, all in whole numbers
				const exact = BigInt(amount) * BigInt(rate.replace('.', ''));
				const given = BigInt(converted) * 10n ** 12n;
				if (converted === mostMinor) return;
				expect(given >= exact).toBe(true);
				expect(given - exact < 10n ** 12n).toBe(true);
			}),
		);
	});

	it('is a safe integer, whatever the amount and the rate', () => {
		fc.assert(
			fc.property(decimal, minor, fc.constantFrom('EUR', 'JPY', 'BHD'), (rate, amount, currency) => {
				const converted = toBase({ minor: amount, currency }, ratesOf({ [currency]: rate })) as number;
				expect(Number.isSafeInteger(converted) && converted >= 0).toBe(true);
				expect(converted > 0).toBe(amount !== 0);
			}),
		);
	});

	it('knows the decimals of both currencies', () => {
		const rates = ratesOf({ JPY: '0.0068', BHD: '2.65' });
		expect(toBase({ minor: 1000, currency: 'JPY' }, rates)).toBe(680);
		expect(toBase({ minor: 1000, currency: 'BHD' }, rates)).toBe(265);
		expect(toBase({ minor: 1, currency: 'BHD' }, rates)).toBe(1);
		expect(toBase({ minor: -500, currency: 'USD' }, rates)).toBe(500);
		expect(toBase({ minor: 1, currency: 'SEK' }, rates)).toBeNull();
	});

	it('compares amounts of two currencies exactly', () => {
		const rates = ratesOf({ EUR: '1.1', JPY: '0.01' });
		expect(isAbove({ minor: 100, currency: 'EUR' }, { minor: 110, currency: 'USD' }, rates)).toBe(false);
		expect(isAbove({ minor: 101, currency: 'EUR' }, { minor: 111, currency: 'USD' }, rates)).toBe(true);
		expect(isAbove({ minor: 110, currency: 'JPY' }, { minor: 100, currency: 'EUR' }, rates)).toBe(false);
		expect(isAbove({ minor: 111, currency: 'JPY' }, { minor: 100, currency: 'EUR' }, rates)).toBe(true);
		expect(isAbove({ minor: 1, currency: 'SEK' }, { minor: 1, currency: 'EUR' }, rates)).toBeNull();
	});
});

describe('amount rules', () => {
	it('hold for every amount above them and none at or below, in any currency', () => {
		const policy = policyWith({ rates: { as_of: '2026-08-01', to_base: { EUR: '1.17' } } });
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.constantFrom('USD', 'EUR'), (cents, currency) => {
				const value = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
				const { route } = judged(policy, { amount: { value, currency } });
				const worth = currency === 'USD' ? cents * 100 : cents * 117;
				expect(route).toBe(worth > 50_000_000 ? 'escalation' : worth > 5_000_000 ? 'approval' : 'auto');
			}),
		);
	});

	it('count the larger of the amount proposed and the one in the arguments', () => {
		const policy = policyWith({ operations: { pay: { risk_class: 'financial', amount_argument: 'sum.total' } } });
		const verdict = judged(policy, { amount: usd(1), arguments: { sum: { total: '5000.01' } } });
		expect(verdict.route).toBe('escalation');
		expect(rulesOf(verdict)).toEqual(
			expect.arrayContaining(['amount.above_5000', 'amount.above_500', 'check.amount_contradiction']),
		);
		expect(judged(policy, { amount: usd(1), arguments: { sum: { total: 1 } } }).route).toBe('auto');
		expect(judged(policy, { amount: usd(1), arguments: { sum: 'x' } }).route).toBe('auto');
		expect(judged(policy, { amount: usd(1), arguments: { sum: { total: ['1'] } } }).route).toBe('approval');
	});

	it('ask where the rates are older than they may be', () => {
		const rates = { as_of: '2026-08-01', max_age: '7d', to_base: { EUR: '1.17' } };
		expect(rulesOf(judged(policyWith({ rates }), { amount: { value: 1, currency: 'EUR' } }))).toContain('amount.rates_stale');
		expect(judged(policyWith({ rates }), { amount: usd(1) }).route).toBe('auto');
		expect(
			judged(policyWith({ rates: { ...rates, as_of: '2026-08-30' } }), { amount: { value: 1, currency: 'EUR' } }).route,
		).toBe('auto');
		expect(now).toBe(Date.parse('2026-09-01T12:00:00Z'));
	});
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	decimalsOf,
	formatMoney,
	isCurrency,
	type MoneyError,
	moneyOnWire,
	parseMoney,
	toDecimal,
} from '../../src/domain/money.ts';

const currencies = Intl.supportedValuesOf('currency');
const money = fc.record({
	minor: fc.maxSafeInteger(),
	currency: fc.constantFrom(...currencies),
});

describe('parseMoney', () => {
	test.each<[string | number, string, number]>([
		['240.00', 'USD', 24_000],
		['240', 'USD', 24_000],
		[240, 'USD', 24_000],
		[0.1, 'USD', 10],
		[2400.5, 'USD', 240_050],
		['10.500', 'USD', 1050],
		['-10.5', 'USD', -1050],
		['0007', 'USD', 700],
		['500', 'JPY', 500],
		['500.000', 'JPY', 500],
		['1.234', 'BHD', 1234],
		['90071992547409.91', 'USD', Number.MAX_SAFE_INTEGER],
		['-90071992547409.91', 'USD', -Number.MAX_SAFE_INTEGER],
	])('%j %s is %d minor units', (value, currency, minor) => {
		expect(parseMoney(value, currency)).toEqual({ minor, currency });
	});

	test.each<[string | number, string, MoneyError]>([
		['10.001', 'USD', 'currency_decimals'],
		['10.5', 'JPY', 'currency_decimals'],
		['1.2345', 'BHD', 'currency_decimals'],
		['90071992547409.92', 'USD', 'amount_range'],
		['9007199254740992', 'JPY', 'amount_range'],
		['1'.repeat(24), 'USD', 'amount_range'],
		[1e21, 'USD', 'amount_range'],
		[Number.NaN, 'USD', 'amount_type'],
		[Number.POSITIVE_INFINITY, 'USD', 'amount_type'],
		['', 'USD', 'amount_type'],
		[' 1', 'USD', 'amount_type'],
		['1 ', 'USD', 'amount_type'],
		['1\n', 'USD', 'amount_type'],
		['+1', 'USD', 'amount_type'],
		['--1', 'USD', 'amount_type'],
		['1.', 'USD', 'amount_type'],
		['.5', 'USD', 'amount_type'],
		['1e3', 'USD', 'amount_type'],
		['0x10', 'USD', 'amount_type'],
		['1,000', 'USD', 'amount_type'],
		['1,5', 'EUR', 'amount_type'],
		['1_000', 'USD', 'amount_type'],
		['２４０', 'USD', 'amount_type'],
		['$240', 'USD', 'amount_type'],
		['NaN', 'USD', 'amount_type'],
		['240', 'usd', 'currency_unknown'],
		['240', 'US', 'currency_unknown'],
		['240', 'DEM', 'currency_unknown'],
		['240', 'BTC', 'currency_unknown'],
		['240', '__proto__', 'currency_unknown'],
	])('%j %s is refused as %s', (value, currency, error) => {
		expect(parseMoney(value, currency)).toBe(error);
	});

	test('a sum of binary fractions is refused, not rounded', () => {
		expect(parseMoney(0.1 + 0.2, 'USD')).toBe('currency_decimals');
	});

	test('minus zero is zero, also for the digest', () => {
		for (const value of ['-0', '-0.00', -0]) {
			const parsed = parseMoney(value, 'USD');
			expect(Object.is((parsed as { minor: number }).minor, 0)).toBe(true);
		}
	});

	test('whatever is accepted is exact: no digit of the input is lost', () => {
		const decimal = fc.tuple(fc.boolean(), fc.bigInt(0n, 10n ** 17n), fc.stringMatching(/^\d{0,6}$/));
		fc.assert(
			fc.property(decimal, fc.constantFrom(...currencies), ([negative, whole, fraction], currency) => {
				const text = `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
				const parsed = parseMoney(text, currency);
				if (typeof parsed === 'string') {
					expect(['currency_decimals', 'amount_range']).toContain(parsed);
					return;
				}
				// Compared in millionths, the finest that the form allows.
				const millionths = (whole * 10n ** 6n + BigInt(fraction.padEnd(6, '0'))) * (negative ? -1n : 1n);
				expect(BigInt(parsed.minor) * 10n ** BigInt(6 - decimalsOf(currency))).toBe(millionths);
			}),
			{ numRuns: 2000 },
		);
	});

	test('any text and any number is answered, never thrown at', () => {
		fc.assert(
			fc.property(
				fc.oneof(fc.string({ unit: 'binary' }), fc.double()),
				fc.oneof(fc.string(), fc.constantFrom(...currencies)),
				(value, currency) => {
					const parsed = parseMoney(value, currency);
					if (typeof parsed !== 'string') expect(Number.isSafeInteger(parsed.minor)).toBe(true);
				},
			),
		);
	});
});

describe('toDecimal and formatMoney', () => {
	test('the decimal form reads back as the same amount', () => {
		fc.assert(
			fc.property(money, (amount) => {
				expect(parseMoney(toDecimal(amount), amount.currency)).toEqual(amount);
			}),
			{ numRuns: 2000 },
		);
	});

	test.each([
		[{ minor: 240_000, currency: 'USD' }, '2400.00', 'USD 2,400.00'],
		[{ minor: -5, currency: 'USD' }, '-0.05', 'USD -0.05'],
		[{ minor: 0, currency: 'USD' }, '0.00', 'USD 0.00'],
		[{ minor: 1_234_567, currency: 'JPY' }, '1234567', 'JPY 1,234,567'],
		[{ minor: -100_000, currency: 'CNY' }, '-1000.00', 'CNY -1,000.00'],
		[{ minor: 1, currency: 'BHD' }, '0.001', 'BHD 0.001'],
	])('%j is %s and shown as %s', (amount, decimal, shown) => {
		expect(toDecimal(amount)).toBe(decimal);
		expect(formatMoney(amount)).toBe(shown);
	});
});

describe('currencies', () => {
	test('the platform knows the current ISO 4217 codes and their decimals', () => {
		for (const [code, decimals] of [
			['USD', 2],
			['EUR', 2],
			['CNY', 2],
			['JPY', 0],
			['KRW', 0],
			['BHD', 3],
		] as const) {
			expect(isCurrency(code), code).toBe(true);
			expect(decimalsOf(code), code).toBe(decimals);
		}
	});
});

describe('moneyOnWire', () => {
	test('gives minor units', () => {
		expect(moneyOnWire.parse({ value: '240.00', currency: 'USD' })).toEqual({ minor: 24_000, currency: 'USD' });
	});

	test('carries the code of the refusal, for the edge to answer with', () => {
		const refused = moneyOnWire.safeParse({ value: '10.001', currency: 'USD' });
		expect(refused.error?.issues).toMatchObject([{ code: 'custom', params: { code: 'currency_decimals' } }]);
	});

	test.each([
		{ value: '1' },
		{ currency: 'USD' },
		{ value: '1', currency: 'USD', extra: 1 },
		{ value: null, currency: 'USD' },
		'1 USD',
		240,
		null,
	])('refuses %j', (input) => {
		expect(moneyOnWire.safeParse(input).success).toBe(false);
	});
});

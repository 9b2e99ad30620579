/**
 * Money is an integer count of minor units with an ISO 4217 code. Outside, an amount is a decimal string (or a number that
 * a decimal string could have been); inside there are no fractions, and nothing is ever rounded silently.
 */
import { z } from 'zod';

/** An amount of money. `minor` is a safe integer in the currency's minor unit (cents, yen, fils). */
export interface Money {
	readonly minor: number;
	readonly currency: string;
}

/** Why a decimal is not an amount: the codes that the edges answer with. */
export type MoneyError = 'amount_type' | 'amount_range' | 'currency_unknown' | 'currency_decimals';

const known = new Set(Intl.supportedValuesOf('currency'));

/** Whether `code` is a current ISO 4217 code as the platform's CLDR data lists them. */
export const isCurrency = (code: string): boolean => known.has(code);

const digits = new Map<string, number>();

/** How many decimals the currency has: 2 for USD, 0 for JPY, 3 for BHD (CLDR, through `Intl.NumberFormat`). */
export function decimalsOf(currency: string): number {
	let count = digits.get(currency);
	if (count === undefined) {
		count = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
		digits.set(currency, count);
	}
	return count;
}

/** Longer than any amount, so that what is out of range is told so, and what has too many decimals is told that. */
const decimalForm = /^(-?)(\d{1,32})(?:\.(\d{1,32}))?$/;

/**
 * Reads a decimal amount. Trailing zeros beyond the currency's decimals are accepted (`10.500 USD`), other digits there are
 * refused as `currency_decimals`, because rounding somebody's money is not ours to do.
 */
export function parseMoney(value: string | number, currency: string): Money | MoneyError {
	if (!isCurrency(currency)) return 'currency_unknown';
	if (typeof value === 'number' && !Number.isFinite(value)) return 'amount_type';
	const text = typeof value === 'number' ? String(value) : value;
	const match = decimalForm.exec(text);
	if (match === null) return typeof value === 'number' ? 'amount_range' : 'amount_type';
	const [, sign, whole = '0', fraction = ''] = match;
	const decimals = decimalsOf(currency);
	if (/[1-9]/.test(fraction.slice(decimals))) return 'currency_decimals';
	const minor = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0')) * (sign === '-' ? -1n : 1n);
	if (minor > BigInt(Number.MAX_SAFE_INTEGER) || minor < -BigInt(Number.MAX_SAFE_INTEGER)) return 'amount_range';
	// `+ 0` turns -0 into 0: "-0" is nothing, and must digest like nothing.
	return { minor: Number(minor) + 0, currency };
}

/** The amount as a decimal string, without grouping: `{minor: 24000, currency: 'USD'}` is `240.00`. */
export function toDecimal(money: Money): string {
	const decimals = decimalsOf(money.currency);
	const text = String(Math.abs(money.minor)).padStart(decimals + 1, '0');
	const sign = money.minor < 0 ? '-' : '';
	if (decimals === 0) return sign + text;
	return `${sign}${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
}

/** The amount for a person: ISO code first, then the decimal with thousands grouped (`USD 2,400.00`), the same in every language. */
export function formatMoney(money: Money): string {
	const [whole = '0', fraction] = toDecimal(money).split('.');
	const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
	return `${money.currency} ${fraction === undefined ? grouped : `${grouped}.${fraction}`}`;
}

/** Money as it travels: `{value: "240.00", currency: "USD"}`; a JSON number is accepted where it is exact. */
export const moneyOnWire = z
	.strictObject({ value: z.union([z.string().max(24), z.number()]), currency: z.string().max(8) })
	.transform((given, context): Money => {
		const money = parseMoney(given.value, given.currency);
		if (typeof money !== 'string') return money;
		context.addIssue({ code: 'custom', params: { code: money }, message: moneyMessages[money], input: given });
		return z.NEVER;
	});

const moneyMessages: Record<MoneyError, string> = {
	amount_type: 'must be a decimal string such as "240.00"',
	amount_range: 'must be a decimal whose minor units fit a safe integer (about 90 trillion USD)',
	currency_unknown: 'must carry an ISO 4217 currency code such as USD',
	currency_decimals: 'has more decimals than its currency; round it before you propose it',
};

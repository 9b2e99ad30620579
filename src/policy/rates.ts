/**
 * The dated rate table: money of any currency in minor units of the policy's. Exact bigint arithmetic; a conversion rounds up,
 * so that an amount is never counted as less than it is.
 */
import { decimalsOf, isCurrency, type Money } from '../domain/money.ts';

/** Amounts are compared as safe integers; more than this is counted as this. */
export const mostMinor = Number.MAX_SAFE_INTEGER;

/** What one minor unit of a currency is worth in minor units of the base: `times / per`. */
interface Rate {
	readonly times: bigint;
	readonly per: bigint;
}

export interface Rates {
	readonly base: string;
	readonly byCurrency: ReadonlyMap<string, Rate>;
	/** When the table stops being trusted, ms since the epoch. */
	readonly staleAt: number;
}

const decimalForm = /^(\d{1,12})(?:\.(\d{1,12}))?$/;

/** Compiles decimal strings (`EUR: "1.08"`: one euro in base units). Null where one is no positive decimal. */
export function compileRate(from: string, base: string, decimal: string): Rate | null {
	const match = decimalForm.exec(decimal);
	if (match === null || !isCurrency(from) || !isCurrency(base)) return null;
	const [, whole = '', fraction = ''] = match;
	const digits = BigInt(whole + fraction);
	if (digits === 0n) return null;
	return { times: digits * 10n ** BigInt(decimalsOf(base)), per: 10n ** BigInt(decimalsOf(from) + fraction.length) };
}

/** The absolute value in minor units of the base, rounded up; null where the table has no rate. */
export function toBase(money: Money, rates: Rates): number | null {
	const minor = Math.abs(money.minor);
	if (money.currency === rates.base) return minor;
	const rate = rates.byCurrency.get(money.currency);
	if (rate === undefined) return null;
	const converted = (BigInt(minor) * rate.times + rate.per - 1n) / rate.per;
	return converted > BigInt(mostMinor) ? mostMinor : Number(converted);
}

/** Whether the absolute value of `left` is above that of `right`, exactly; null where a rate is missing. */
export function isAbove(left: Money, right: Money, rates: Rates): boolean | null {
	if (left.currency === right.currency) return Math.abs(left.minor) > Math.abs(right.minor);
	const one: Rate = { times: 1n, per: 1n };
	const leftRate = left.currency === rates.base ? one : rates.byCurrency.get(left.currency);
	const rightRate = right.currency === rates.base ? one : rates.byCurrency.get(right.currency);
	if (leftRate === undefined || rightRate === undefined) return null;
	return (
		BigInt(Math.abs(left.minor)) * leftRate.times * rightRate.per > BigInt(Math.abs(right.minor)) * rightRate.times * leftRate.per
	);
}

/** How much a reviewer may decide at once in the inbox. */
import { z } from 'zod';
import { formatMoney, type Money, parseMoney } from '../domain/money.ts';
import { amount } from './vocabulary.ts';

/** The part of the policy document. */
export const bulk = z.strictObject({
	max_count: z.number().int().min(2).max(100).default(20).describe('At most so many at once. Default 20.'),
	max_sum: amount
		.default('1000.00')
		.describe("Approving together moves at most so much in all, in the policy's currency. Default 1000."),
});

/** The caps of a policy, or null where deciding together is switched off. */
export function bulkCaps(document: {
	readonly currency: string;
	readonly bulk: z.output<typeof bulk> | false;
}): { readonly count: number; readonly sum: Money; readonly sumText: string } | null {
	if (document.bulk === false) return null;
	const sum = parseMoney(document.bulk.max_sum, document.currency);
	// The loader has refused what is no amount; were it one all the same, nothing could be approved together.
	const cap = typeof sum === 'string' ? { minor: 0, currency: document.currency } : sum;
	return { count: document.bulk.max_count, sum: cap, sumText: formatMoney(cap) };
}

/**
 * Three answers to one question: what share of the actions above a confidence is right? Side by side, because the first two
 * promise more than they keep where rows share their mistakes.
 */
import { lowerBound } from './bounds.ts';
import type { Tail } from './tails.ts';

/**
 * - `naive`: the share that was seen, taken at its word, as in the field report.
 * - `clopper_pearson`: its exact lower bound (Clopper and Pearson 1934), as if rows were independent.
 * - `clusters`: the same bound for the effective number of clusters, with the rows of one cluster counted as one vote in the worst
 *   case (Kish 1965, design effect at an intra-cluster correlation of 1; bound for effective sizes: Korn and Graubard 1998).
 */
export const estimators = ['naive', 'clopper_pearson', 'clusters'] as const;
export type Estimator = (typeof estimators)[number];

/** The size of the sample that an estimator takes a tail for; `naive` takes any for large enough. */
export const sizeBy: Readonly<Record<Estimator, (tail: Tail) => number>> = {
	naive: () => Number.POSITIVE_INFINITY,
	clopper_pearson: ({ rowSize }) => rowSize,
	clusters: ({ clusterSize }) => clusterSize,
};

/** The least share of right actions in a tail that an estimator vouches for. */
export function boundBy(estimator: Estimator, tail: Tail, confidence: number): number {
	if (estimator === 'naive') return tail.rate;
	const size = sizeBy[estimator](tail);
	// Weights round: a rate of 1 - 1e-17 is no failure.
	return lowerBound(Math.min(tail.rate * size, size), size, confidence);
}

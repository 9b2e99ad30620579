/**
 * The lowest confidence above which enough is right, or a refusal that says what is missing.
 *
 * Looking at many thresholds and taking the best finds luck. The bounds are therefore tested in a fixed sequence: from the top
 * down, in an order that is chosen without looking at a single label, and the first that fails ends it. The chance that any
 * threshold in the answer falls short is then that of one test (Wiens 2003; Angelopoulos et al. 2021, "Learn then test").
 */
import { sizeFor } from './bounds.ts';
import { boundBy, type Estimator, sizeBy } from './estimators.ts';
import { confidenceAt } from './history.ts';
import type { Tail } from './tails.ts';

/** What is to be kept. */
export interface Aim {
	/** The share of actions above the threshold that must be right, 0 to 1. */
	readonly target: number;
	/** With which confidence, 0 to 1. */
	readonly confidence: number;
	/** The smallest sample that can keep it: without a single mistake. */
	readonly leastSize: number;
	/** The sample that keeps it with half of the mistakes that the target allows. */
	readonly easySize: number;
}

/** @throws RangeError unless both lie strictly between 0 and 1 */
export function aimAt(target: number, confidence: number): Aim {
	if (!(target > 0 && target < 1)) throw new RangeError(`no target of ${target}`);
	return {
		target,
		confidence,
		leastSize: sizeFor(1, target, confidence),
		easySize: sizeFor((1 + target) / 2, target, confidence),
	};
}

/** A threshold that keeps the aim, as far as its estimator can tell. */
export interface Found {
	/** 0 to 1. */
	readonly threshold: number;
	/** The least share of right actions above it; never below the target. */
	readonly bound: number;
	/** What was seen above it. */
	readonly rate: number;
	readonly rows: number;
	readonly clusters: number;
}

export interface Missing {
	/**
	 * `not_enough_evidence`: with so few labels the target cannot be vouched for at any threshold.
	 * `target_not_met`: even the surest actions are right less often than that; more of the same would not help.
	 */
	readonly code: 'not_enough_evidence' | 'target_not_met';
	/** The threshold that comes closest, and what was seen above it. Null where there are no labels. */
	readonly best: { readonly threshold: number; readonly rate: number; readonly clusters: number } | null;
	/** How many more labelled clusters it takes at least, if they go as those at `best` did. Null for `target_not_met`. */
	readonly moreClusters: number | null;
}

/** A step of the sequence adds at least this share of evidence: one unlucky row does not end it, and few bounds are worked out. */
const growth = 1.05;
/** So many effective clusters say something about a rate; fewer only about what is possible. */
const fewClusters = 10;

/** The lowest threshold that an estimator vouches for, or null. `tails` from the highest confidence down. */
export function searchThreshold(tails: readonly Tail[], estimator: Estimator, aim: Aim): Found | null {
	const found = estimator === 'naive' ? lowestOf(tails, aim) : inSequence(tails, estimator, aim);
	if (found === null) return null;
	return {
		threshold: confidenceAt(found.step),
		bound: boundBy(estimator, found, aim.confidence),
		rate: found.rate,
		rows: found.rows,
		clusters: found.clusters,
	};
}

/** The field report's way: the lowest confidence above which enough was right. */
const lowestOf = (tails: readonly Tail[], { target }: Aim): Tail | null => tails.findLast(({ rate }) => rate >= target) ?? null;

function inSequence(tails: readonly Tail[], estimator: Estimator, aim: Aim): Tail | null {
	let last: Tail | null = null;
	for (const tail of sequence(tails, estimator, aim)) {
		if (boundBy(estimator, tail, aim.confidence) < aim.target) break;
		last = tail;
	}
	return last;
}

/** The tails to test, chosen by their sizes alone: a choice that looked at labels would spoil the guarantee. */
export function sequence(tails: readonly Tail[], estimator: Estimator, { leastSize, easySize }: Aim): Tail[] {
	const sizeOf = sizeBy[estimator];
	// Where there is plenty, it begins with room for a few mistakes; else where the target can be kept at all.
	const plenty = tails.findIndex((tail) => sizeOf(tail) >= easySize);
	const start = plenty >= 0 ? plenty : tails.findIndex((tail) => sizeOf(tail) >= leastSize);
	return start < 0 ? [] : spaced(tails.slice(start), sizeOf);
}

function spaced(tails: readonly Tail[], sizeOf: (tail: Tail) => number): Tail[] {
	let size = 0;
	return tails.filter((tail, i) => {
		if (sizeOf(tail) < size * growth && i < tails.length - 1) return false;
		size = Math.max(size, sizeOf(tail));
		return true;
	});
}

/** Says what is missing where no threshold was found: always in clusters, since more rows of known clusters add little. */
export function whatIsMissing(tails: readonly Tail[], { target, confidence, leastSize }: Aim): Missing {
	const looked = spaced(tails, ({ clusterSize }) => clusterSize);
	const above = looked.filter(({ rate }) => rate > target);
	const telling = above.filter(({ clusterSize }) => clusterSize >= fewClusters);
	let least: { readonly tail: Tail; readonly more: number } | null = null;
	for (const tail of telling.length > 0 ? telling : above) {
		const wanted = (tail.clusters * sizeFor(tail.rate, target, confidence)) / tail.clusterSize;
		const more = Math.max(1, Math.ceil(wanted - tail.clusters));
		if (least === null || more < least.more) least = { tail, more };
	}
	if (least !== null) return { code: 'not_enough_evidence', best: bestOf(least.tail), moreClusters: least.more };
	const best = looked.reduce<Tail | null>((a, b) => (a === null || b.rate > a.rate ? b : a), null);
	const thin = looked.every(({ clusterSize }) => clusterSize < fewClusters);
	return {
		code: thin ? 'not_enough_evidence' : 'target_not_met',
		best: best === null ? null : bestOf(best),
		moreClusters: thin ? Math.ceil(leastSize) : null,
	};
}

const bestOf = ({ step, rate, clusters }: Tail): NonNullable<Missing['best']> => ({
	threshold: confidenceAt(step),
	rate,
	clusters,
});

/**
 * Exact bounds on a rate that was seen in a sample (Clopper and Pearson 1934), as quantiles of the beta distribution. No normal
 * approximation: error rates are small. Counts need not be whole: an effective sample size has a bound too (Korn and Graubard
 * 1998). Good to eight digits.
 */
import jstat from 'jstat';

/**
 * The one-sided upper bound on a rate after `events` in `trials`: the largest rate at which so few events would still turn up
 * with probability 1 - `confidence`. 1 where nothing was tried.
 *
 * @throws RangeError unless 0 <= events <= trials are finite and 0 < confidence < 1
 */
export function upperBound(events: number, trials: number, confidence = 0.95): number {
	refuse(events, trials, confidence);
	if (events === trials) return 1;
	if (events === 0) return -Math.expm1(Math.log(1 - confidence) / trials);
	return jstat.beta.inv(confidence, events + 1, trials - events);
}

/** The one-sided lower bound on a rate: the smallest at which so many events would still turn up. 0 where nothing was tried. */
export function lowerBound(events: number, trials: number, confidence = 0.95): number {
	refuse(events, trials, confidence);
	if (events === 0) return 0;
	if (events === trials) return (1 - confidence) ** (1 / trials);
	return jstat.beta.inv(1 - confidence, events, trials - events + 1);
}

/**
 * How large a sample must be for the lower bound on its `rate` to reach `target`. Infinity where the rate itself does not
 * exceed the target: more of the same would not help.
 */
export function sizeFor(rate: number, target: number, confidence = 0.95): number {
	if (rate >= 1) return Math.log(1 - confidence) / Math.log(target);
	if (rate <= target) return Number.POSITIVE_INFINITY;
	let [low, high] = [1, 2];
	while (lowerBound(rate * high, high, confidence) < target) {
		if (high > 1e12) return Number.POSITIVE_INFINITY;
		[low, high] = [high, high * 2];
	}
	while (high - low > 0.01) {
		const middle = (low + high) / 2;
		if (lowerBound(rate * middle, middle, confidence) < target) low = middle;
		else high = middle;
	}
	return high;
}

function refuse(events: number, trials: number, confidence: number): void {
	if (!(events >= 0 && events <= trials && trials < Number.POSITIVE_INFINITY))
		throw new RangeError(`no rate of ${events} in ${trials}`);
	if (!(confidence > 0 && confidence < 1)) throw new RangeError(`no confidence of ${confidence}`);
}

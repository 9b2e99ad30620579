/** Exact bounds on a rate that was seen in a sample (Clopper and Pearson 1934). No normal approximation: error rates are small. */

/**
 * The one-sided upper bound on a rate after `events` in `trials`: the largest rate at which so few events would still turn up
 * with probability 1 - `confidence`. 1 where nothing was tried.
 *
 * @throws RangeError unless 0 <= events <= trials are integers and 0 < confidence < 1
 */
export function upperBound(events: number, trials: number, confidence = 0.95): number {
	if (!Number.isSafeInteger(events) || !Number.isSafeInteger(trials) || events < 0 || events > trials) {
		throw new RangeError(`no rate of ${events} in ${trials}`);
	}
	if (!(confidence > 0 && confidence < 1)) throw new RangeError(`no confidence of ${confidence}`);
	const tail = 1 - confidence;
	if (events === trials) return 1;
	if (events === 0) return -Math.expm1(Math.log(tail) / trials);
	// The chance of at most `events` falls as the rate grows, so halving finds the one rate where it equals the tail.
	let [low, high] = [events / trials, 1];
	for (let i = 0; i < 200; i++) {
		const middle = (low + high) / 2;
		if (middle <= low || middle >= high) break;
		if (atMost(events, trials, middle) > tail) low = middle;
		else high = middle;
	}
	return high;
}

/** The probability of at most `events` in `trials` at `rate`. Needs `events` < `rate` x `trials`, or so: terms must fall downwards. */
function atMost(events: number, trials: number, rate: number): number {
	// From the largest term down, each by its ratio to the one before; the sum stops where a term no longer counts.
	let term = 1;
	let sum = 1;
	const odds = (1 - rate) / rate;
	for (let k = events; k > 0; k--) {
		term *= (k / (trials - k + 1)) * odds;
		sum += term;
		if (term < sum * 1e-17) break;
	}
	const largest = logChoose(trials, events) + events * Math.log(rate) + (trials - events) * Math.log1p(-rate);
	return Math.exp(largest + Math.log(sum));
}

const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

const small = [0];
for (let n = 1; n < 256; n++) small.push((small[n - 1] as number) + Math.log(n));

/** ln n!, by the table below 256 and by Stirling's series above, where its next term is below 1e-20. */
function logFactorial(n: number): number {
	const known = small[n];
	if (known !== undefined) return known;
	const square = n * n;
	const series = (1 / 12 - (1 / 360 - 1 / (1260 * square)) / square) / n;
	return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + series;
}

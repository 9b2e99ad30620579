/** How far stated confidence is from what happens: expected calibration error, Brier score, and the bins of a reliability diagram. */

/** One forecast and what came of it. */
export interface Forecast {
	/** 0 to 1. */
	readonly confidence: number;
	readonly right: boolean;
	readonly weight: number;
}

/** Forecasts of about the same confidence. */
export interface ReliabilityBin {
	/** From here on, up to the next bin. */
	readonly from: number;
	readonly to: number;
	readonly rows: number;
	readonly weight: number;
	/** Mean confidence, and the share that was right. */
	readonly confidence: number;
	readonly rate: number;
}

export interface Reliability {
	/** Expected calibration error: the mean distance between confidence and rate over the bins, by weight (Naeini et al. 2015). */
	readonly ece: number;
	/** Mean squared distance between confidence and outcome (Brier 1950). */
	readonly brier: number;
	/** Ten bins of equal width, without those that are empty. */
	readonly bins: readonly ReliabilityBin[];
}

const binCount = 10;

/** Measures forecasts; zeros and no bins where there are none. */
export function reliabilityOf(forecasts: Iterable<Forecast>): Reliability {
	const sums = Array.from({ length: binCount }, () => ({ rows: 0, weight: 0, confidence: 0, right: 0 }));
	let [squared, weight] = [0, 0];
	for (const each of forecasts) {
		const sum = sums[Math.min(binCount - 1, Math.floor(each.confidence * binCount))];
		if (sum === undefined) continue;
		const right = each.right ? 1 : 0;
		sum.rows += 1;
		sum.weight += each.weight;
		sum.confidence += each.weight * each.confidence;
		sum.right += each.weight * right;
		squared += each.weight * (each.confidence - right) ** 2;
		weight += each.weight;
	}
	const bins = sums.flatMap((sum, i): ReliabilityBin[] =>
		sum.weight === 0
			? []
			: [
					{
						from: i / binCount,
						to: (i + 1) / binCount,
						rows: sum.rows,
						weight: sum.weight,
						confidence: sum.confidence / sum.weight,
						rate: sum.right / sum.weight,
					},
				],
	);
	const distance = bins.reduce((sum, bin) => sum + bin.weight * Math.abs(bin.confidence - bin.rate), 0);
	return { ece: weight === 0 ? 0 : distance / weight, brier: weight === 0 ? 0 : squared / weight, bins };
}

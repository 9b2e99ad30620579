/** The non-decreasing sequence nearest to given values: pool adjacent violators (Ayer et al. 1955), in linear time. */

/**
 * Weighted least squares under the constraint that no value is below the one before it. Weights of 0 count for nothing.
 *
 * @param values in the order of what they are to rise with
 * @param weights one for each value, not negative
 */
export function isotonic(values: readonly number[], weights: readonly number[]): number[] {
	const blocks: { sum: number; weight: number; length: number }[] = [];
	for (const [i, value] of values.entries()) {
		const weight = weights[i] ?? 0;
		let last = { sum: value * weight, weight, length: 1 };
		let before = blocks.at(-1);
		// A block of no weight takes the value of its neighbour.
		while (
			before !== undefined &&
			(before.weight === 0 || last.weight === 0 || before.sum / before.weight >= last.sum / last.weight)
		) {
			last = { sum: before.sum + last.sum, weight: before.weight + last.weight, length: before.length + last.length };
			blocks.pop();
			before = blocks.at(-1);
		}
		blocks.push(last);
	}
	return blocks.flatMap(({ sum, weight, length }) => Array<number>(length).fill(weight === 0 ? 0 : sum / weight));
}

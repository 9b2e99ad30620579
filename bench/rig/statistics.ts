/** Medians and percentiles. */

/** The middle value; the mean of the two in the middle of an even number. NaN where there is none. */
export function median(values: readonly number[]): number {
	const ordered = [...values].sort((a, b) => a - b);
	const middle = ordered.length / 2;
	if (ordered.length === 0) return Number.NaN;
	const [low, high] = [ordered[Math.ceil(middle) - 1] as number, ordered[Math.floor(middle)] as number];
	return (low + high) / 2;
}

/** The smallest value that `part` (0 to 1) of the values do not exceed (nearest rank). NaN where there is none. */
export function percentile(values: readonly number[], part: number): number {
	const ordered = [...values].sort((a, b) => a - b);
	return ordered[Math.max(0, Math.ceil(part * ordered.length) - 1)] ?? Number.NaN;
}

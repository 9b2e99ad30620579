/** Splits by cluster: rows that share their mistakes never stand on both sides, or the held-out side would only repeat the other. */
import type { History, Rows } from './history.ts';
import { chance, shuffled } from './shuffle.ts';

export interface Split {
	readonly fit: Rows;
	readonly heldOut: Rows;
}

/** The rows in `count` folds of about as many clusters each; every row is held out once. */
export function foldsOf(history: History, rows: Rows, { count, seed }: { count: number; seed: number }): Split[] {
	const foldOf = assigned(history, rows, { seed, fold: (place, clusters) => Math.floor((place * count) / clusters) });
	return Array.from({ length: count }, (_, fold) => ({
		fit: rows.filter((row) => foldOf(row) !== fold),
		heldOut: rows.filter((row) => foldOf(row) === fold),
	}));
}

/** One random split; `share` of the clusters are held out. */
export function splitOf(history: History, rows: Rows, { share, seed }: { share: number; seed: number }): Split {
	const sideOf = assigned(history, rows, { seed, fold: (place, clusters) => (place < share * clusters ? 1 : 0) });
	return { fit: rows.filter((row) => sideOf(row) === 0), heldOut: rows.filter((row) => sideOf(row) === 1) };
}

function assigned(
	history: History,
	rows: Rows,
	{ seed, fold }: { seed: number; fold: (place: number, clusters: number) => number },
): (row: number) => number {
	const present = new Uint8Array(history.clusters.count);
	for (const row of rows) present[history.cluster[row] as number] = 1;
	const clusters = [...present.keys()].filter((cluster) => present[cluster] === 1);
	const folds = new Uint16Array(present.length);
	for (const [place, i] of shuffled(clusters.length, chance(seed)).entries())
		folds[clusters[i] as number] = fold(place, clusters.length);
	return (row) => folds[history.cluster[row] as number] as number;
}

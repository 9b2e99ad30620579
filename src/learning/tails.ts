/** What lies at or above each confidence: the sums that every estimate of a threshold is made from. */
import { confidenceSteps, type History, type Rows } from './history.ts';

/** The rows at or above one confidence. */
export interface Tail {
	/** The lowest step of confidence in it. */
	readonly step: number;
	readonly rows: number;
	readonly clusters: number;
	/** Share of right actions, by weight. */
	readonly rate: number;
	/** Size as if rows were independent: (sum of weights)² / sum of their squares. Equal weights give the number of rows. */
	readonly rowSize: number;
	/**
	 * Size as if every row of a cluster had the same outcome: (sum of weights)² / sum of the squared weights of clusters (Kish 1965,
	 * the design effect at an intra-cluster correlation of 1). Clusters of one size give the number of clusters.
	 */
	readonly clusterSize: number;
}

/** The tails at every confidence that occurs, from the highest down. */
export function tailsOf(history: History, rows: Rows): Tail[] {
	const byStep = sortedByStep(history, rows);
	const weights = new ClusterWeights(history, rows);
	const tails: Tail[] = [];
	let [weight, right, squaredRows, squaredClusters] = [0, 0, 0, 0];
	for (const [i, row] of byStep.entries()) {
		const own = history.weight[row] as number;
		const before = weights.add(history.cluster[row] as number, own);
		weight += own;
		right += own * (history.right[row] as number);
		squaredRows += own * own;
		squaredClusters += own * (2 * before + own);
		const step = history.step[row] as number;
		const next = byStep[i + 1];
		if (next !== undefined && history.step[next] === step) continue;
		tails.push({
			step,
			rows: i + 1,
			clusters: weights.count,
			rate: right / weight,
			rowSize: weight ** 2 / squaredRows,
			clusterSize: weight ** 2 / squaredClusters,
		});
	}
	return tails;
}

/** Effective number of clusters among rows: `clusterSize` of the tail that holds them all. 0 for no rows. */
export function clusterSizeOf(history: History, rows: Rows): number {
	const weights = new ClusterWeights(history, rows);
	let [weight, squared] = [0, 0];
	for (const row of rows) {
		const own = history.weight[row] as number;
		const before = weights.add(history.cluster[row] as number, own);
		weight += own;
		squared += own * (2 * before + own);
	}
	return squared === 0 ? 0 : weight ** 2 / squared;
}

/** The weight of each cluster so far: in a column where most clusters have a row, by name where few have. */
class ClusterWeights {
	count = 0;
	readonly #column: Float64Array | null;
	readonly #named = new Map<number, number>();

	constructor(history: History, rows: Rows) {
		const clusters = history.clusters.count;
		this.#column = clusters <= 16 * rows.length ? new Float64Array(clusters) : null;
	}

	/** Adds to a cluster; gives what it weighed before. */
	add(cluster: number, weight: number): number {
		const before = (this.#column === null ? this.#named.get(cluster) : this.#column[cluster]) ?? 0;
		if (this.#column === null) this.#named.set(cluster, before + weight);
		else this.#column[cluster] = before + weight;
		if (before === 0) this.count += 1;
		return before;
	}
}

/** Rows from the highest confidence down, by counting. */
function sortedByStep({ step }: History, rows: Rows): Rows {
	const places = new Uint32Array(confidenceSteps + 2);
	const placeOf = (row: number): number => confidenceSteps - (step[row] as number);
	for (const row of rows) places[placeOf(row) + 1] = (places[placeOf(row) + 1] as number) + 1;
	for (let i = 1; i < places.length; i++) places[i] = (places[i] as number) + (places[i - 1] as number);
	const sorted = new Uint32Array(rows.length);
	for (const row of rows) {
		const place = places[placeOf(row)] as number;
		sorted[place] = row;
		places[placeOf(row)] = place + 1;
	}
	return sorted;
}

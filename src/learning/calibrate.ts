/** Thresholds out of labelled actions: for each group the lowest confidence above which enough was right, by three estimators. */
import { type Estimator, estimators } from './estimators.ts';
import { groupsOf, type History, type Rows } from './history.ts';
import { tailsOf } from './tails.ts';
import { type Aim, type Found, type Missing, searchThreshold, whatIsMissing } from './threshold-search.ts';

export interface CalibratedGroup {
	readonly group: string;
	readonly rows: number;
	readonly clusters: number;
	/** Share of right actions, whatever their confidence. */
	readonly rate: number;
	/** Rows for each cluster as far as they count: how many rows make one independent one, at worst. */
	readonly designEffect: number;
	/** The lowest threshold of each estimator, or null. */
	readonly thresholds: Readonly<Record<Estimator, Found | null>>;
	/** What the estimator `clusters` lacks where it has no threshold. */
	readonly missing: Missing | null;
	/** The agent with the most weight, where several act and it has more than half; `without` is the threshold of the others alone. */
	readonly dominant: { readonly agent: string; readonly share: number; readonly without: Found | Missing } | null;
}

export interface Calibration {
	readonly aim: Aim;
	readonly groups: readonly CalibratedGroup[];
}

/** Calibrates every group. `groupOf`: null leaves rows out. */
export function calibrate(
	history: History,
	{
		rows,
		aim,
		groupOf,
	}: { readonly rows: Rows; readonly aim: Aim; readonly groupOf: (agent: string, operation: string) => string | null },
): Calibration {
	const groups = [...groupsOf(history, rows, groupOf)].map(([group, own]) => groupFor(history, own, { group, aim }));
	return { aim, groups };
}

function groupFor(history: History, rows: Rows, { group, aim }: { group: string; aim: Aim }): CalibratedGroup {
	const tails = tailsOf(history, rows);
	const all = tails.at(-1);
	const dominant = dominantAgent(history, rows, aim);
	const thresholds = Object.fromEntries(
		estimators.map((estimator) => [estimator, searchThreshold(tails, estimator, aim)]),
	) as Record<Estimator, Found | null>;
	const held = heldTo(thresholds.clusters, dominant);
	return {
		group,
		rows: rows.length,
		clusters: all?.clusters ?? 0,
		rate: all?.rate ?? 0,
		designEffect: all === undefined ? 1 : all.rowSize / all.clusterSize,
		thresholds: { ...thresholds, clusters: held === 'refused' ? null : held },
		missing: held === null ? whatIsMissing(tails, aim) : held === 'refused' ? (dominant?.without as Missing) : null,
		dominant,
	};
}

/**
 * One agent's many easy approvals must not loosen the threshold of all: where an agent has more than half of the weight, the others
 * alone must reach the target too. Where they are too few to tell, the threshold stands and the dominance is told.
 */
function heldTo(found: Found | null, dominant: CalibratedGroup['dominant']): Found | null | 'refused' {
	if (found === null || dominant === null) return found;
	if ('threshold' in dominant.without) return dominant.without.threshold > found.threshold ? dominant.without : found;
	return dominant.without.code === 'target_not_met' ? 'refused' : found;
}

function dominantAgent(history: History, rows: Rows, aim: Aim): CalibratedGroup['dominant'] {
	const weights = new Map<number, number>();
	let total = 0;
	for (const row of rows) {
		const weight = history.weight[row] as number;
		const agent = history.agent[row] as number;
		weights.set(agent, (weights.get(agent) ?? 0) + weight);
		total += weight;
	}
	const [agent, weight] = [...weights].reduce((a, b) => (b[1] > a[1] ? b : a), [-1, 0]);
	if (weights.size < 2 || weight <= total / 2) return null;
	const others = tailsOf(
		history,
		rows.filter((row) => history.agent[row] !== agent),
	);
	const name = history.agents.list[agent] as string;
	return { agent: name, share: weight / total, without: searchThreshold(others, 'clusters', aim) ?? whatIsMissing(others, aim) };
}

/** The same history with other confidences: those that a map gives. */
export function withConfidences(history: History, stepOfRow: (row: number) => number): History {
	const changed = Object.assign(Object.create(Object.getPrototypeOf(history)) as History, history);
	changed.step = Uint16Array.from({ length: history.step.length }, (_, row) => (row < history.length ? stepOfRow(row) : 0));
	return changed;
}

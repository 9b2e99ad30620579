/**
 * Whether a threshold keeps what it promises: fitted on some clusters, held against the others, many times over. The figure that
 * counts is how often the held-out share of right actions above the thresholds still reaches the target.
 */
import { type Estimator, estimators } from './estimators.ts';
import { splitOf } from './folds.ts';
import { allRows, groupsOf, type History, type Rows, stepOf } from './history.ts';
import { tailsOf } from './tails.ts';
import { type Aim, searchThreshold } from './threshold-search.ts';

export interface PromiseKept {
	readonly estimator: Estimator;
	readonly target: number;
	readonly splits: number;
	/** Splits in which any group got a threshold that held-out actions reached. In the others nothing would have run. */
	readonly splitsWithThreshold: number;
	/** Splits in which the held-out actions that would have run were right often enough, or none would have run. */
	readonly splitsKept: number;
	/** `splitsKept` of `splits`. */
	readonly kept: number;
	/** Of the splits with a threshold alone; null where there is none. */
	readonly keptWithThreshold: number | null;
	/** Mean share of right actions among the held-out ones that would have run, over the splits with a threshold; null without. */
	readonly meanRate: number | null;
	/** Mean share of the held-out actions that would have run, over all splits. */
	readonly executed: number;
}

export interface PromiseQuestion {
	readonly aims: readonly Aim[];
	/** The group of an agent's operation: each has a threshold of its own. */
	readonly groupOf: (agent: string, operation: string) => string | null;
	readonly splits: number;
	/** Share of clusters held out. */
	readonly heldOut: number;
	readonly seed: number;
}

/** Measures every estimator on the same splits. */
export function measurePromise(history: History, { aims, groupOf, splits, heldOut, seed }: PromiseQuestion): PromiseKept[] {
	const rows = allRows(history);
	const tallies = aims.flatMap((aim) => estimators.map((estimator) => ({ aim, estimator, tally: new Tally(aim.target) })));
	for (let i = 0; i < splits; i++) {
		const split = splitOf(history, rows, { share: heldOut, seed: seed + i });
		const fitted = groupsOf(history, split.fit, groupOf);
		const tested = groupsOf(history, split.heldOut, groupOf);
		const tails = new Map([...fitted].map(([group, each]) => [group, tailsOf(history, each)]));
		for (const { aim, estimator, tally } of tallies) {
			const ran: Sum = { weight: 0, right: 0 };
			for (const [group, each] of tails) {
				const found = searchThreshold(each, estimator, aim);
				const held = tested.get(group);
				if (found !== null && held !== undefined) addRun(history, held, { from: stepOf(found.threshold), ran });
			}
			tally.add(ran, weightOf(history, split.heldOut));
		}
	}
	return tallies.map(({ aim, estimator, tally }) => ({ estimator, target: aim.target, ...tally.result(splits) }));
}

interface Sum {
	weight: number;
	right: number;
}

function addRun(history: History, rows: Rows, { from, ran }: { from: number; ran: Sum }): void {
	for (const row of rows) {
		if ((history.step[row] as number) < from) continue;
		ran.weight += history.weight[row] as number;
		ran.right += (history.weight[row] as number) * (history.right[row] as number);
	}
}

const weightOf = (history: History, rows: Rows): number => rows.reduce((sum, row) => sum + (history.weight[row] as number), 0);

class Tally {
	readonly #target: number;
	#withThreshold = 0;
	#keptWith = 0;
	#rates = 0;
	#shares = 0;

	constructor(target: number) {
		this.#target = target;
	}

	add({ weight, right }: Sum, all: number): void {
		if (weight === 0) return;
		this.#withThreshold += 1;
		this.#rates += right / weight;
		this.#shares += weight / all;
		if (right / weight >= this.#target) this.#keptWith += 1;
	}

	result(splits: number): Omit<PromiseKept, 'estimator' | 'target'> {
		const [issued, keptWith] = [this.#withThreshold, this.#keptWith];
		const splitsKept = splits - issued + keptWith;
		return {
			splits,
			splitsWithThreshold: issued,
			splitsKept,
			kept: splitsKept / splits,
			keptWithThreshold: issued === 0 ? null : keptWith / issued,
			meanRate: issued === 0 ? null : this.#rates / issued,
			executed: this.#shares / splits,
		};
	}
}

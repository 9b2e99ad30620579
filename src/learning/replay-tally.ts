/** What a replay counts: where actions went, what would have run, and how much of that was wrong. */
import { type Route, routes } from '../domain/verdict.ts';
import { lowerBound, upperBound } from './bounds.ts';
import { TextIds } from './text-ids.ts';

export interface RouteCounts {
	readonly actions: number;
	readonly routes: Readonly<Record<Route, number>>;
	/** Routed `auto` or `notify`: would have run without a person. */
	readonly executed: number;
	/** Executed and labelled wrong. */
	readonly wrongExecuted: number;
	/** `wrongExecuted` of the executed actions that carry a label; null where none does. */
	readonly errorRate: number | null;
	/** One-sided 95 % Clopper-Pearson bounds on `errorRate`, as if rows were independent: 0 and 1 where nothing labelled was executed. */
	readonly errorRateLower95: number;
	readonly errorRateUpper95: number;
	/** The upper bound where all rows of a cluster share their outcome: for the effective number of clusters (Kish 1965). */
	readonly errorRateUpper95Clusters: number;
	/** Held back and labelled wrong. */
	readonly wrongCaught: number;
	/** Held back and labelled right: what the caution cost. */
	readonly goodHeld: number;
	/** Actions that carry a label. */
	readonly labelled: number;
}

/** One action, judged. `cluster`: what shares its mistakes, or null where it stands alone. */
export interface Counted {
	readonly route: Route;
	readonly label: boolean | null;
	readonly cluster: string | null;
}

/** Would run without a person. */
export const runs = (route: Route): boolean => route === 'auto' || route === 'notify';

export class RouteTally {
	readonly #routes = Object.fromEntries(routes.map((route) => [route, 0])) as Record<Route, number>;
	readonly #clusters = new ClusterSizes();
	#executed = 0;
	#executedLabelled = 0;
	#wrongExecuted = 0;
	#wrongCaught = 0;
	#goodHeld = 0;
	#labelled = 0;

	add({ route, label, cluster }: Counted): void {
		this.#routes[route] += 1;
		const ran = runs(route);
		if (ran) this.#executed += 1;
		if (label === null) return;
		this.#labelled += 1;
		if (ran) {
			this.#executedLabelled += 1;
			this.#clusters.add(cluster);
		}
		if (ran && !label) this.#wrongExecuted += 1;
		if (!ran && !label) this.#wrongCaught += 1;
		if (!ran && label) this.#goodHeld += 1;
	}

	result(): RouteCounts {
		const [wrong, labelled] = [this.#wrongExecuted, this.#executedLabelled];
		const size = this.#clusters.effective;
		return {
			actions: Object.values(this.#routes).reduce((sum, each) => sum + each, 0),
			routes: { ...this.#routes },
			executed: this.#executed,
			wrongExecuted: wrong,
			errorRate: labelled === 0 ? null : wrong / labelled,
			errorRateLower95: labelled === 0 ? 0 : lowerBound(wrong, labelled),
			errorRateUpper95: labelled === 0 ? 1 : upperBound(wrong, labelled),
			errorRateUpper95Clusters: labelled === 0 ? 1 : upperBound(Math.min(size, (wrong / labelled) * size), size),
			wrongCaught: this.#wrongCaught,
			goodHeld: this.#goodHeld,
			labelled: this.#labelled,
		};
	}
}

/** (rows)² / sum of the squared sizes of clusters, kept up row by row. */
class ClusterSizes {
	// Made at need: most groups of a replay execute nothing.
	#ids: TextIds | null = null;
	#sizes = new Uint32Array(0);
	#rows = 0;
	#squared = 0;

	add(cluster: string | null): void {
		this.#rows += 1;
		if (cluster === null) {
			this.#squared += 1;
			return;
		}
		this.#ids ??= new TextIds(16);
		const id = this.#ids.idOf(cluster);
		if (id >= this.#sizes.length) {
			const larger = new Uint32Array(Math.max(16, this.#sizes.length * 2));
			larger.set(this.#sizes);
			this.#sizes = larger;
		}
		const size = this.#sizes[id] as number;
		this.#sizes[id] = size + 1;
		this.#squared += 2 * size + 1;
	}

	get effective(): number {
		return this.#squared === 0 ? 0 : this.#rows ** 2 / this.#squared;
	}
}

/** More groups than this are counted as one, whatever a log holds. */
const mostGroups = 1000;
export const otherGroups = '(other)';

/** Counts by name. */
export class GroupTallies {
	readonly #byName = new Map<string, RouteTally>();

	add(name: string, counted: Counted): void {
		const known = this.#byName.get(name) ?? this.#byName.get(this.#byName.size < mostGroups ? name : otherGroups);
		if (known !== undefined) known.add(counted);
		else {
			const made = new RouteTally();
			made.add(counted);
			this.#byName.set(this.#byName.size < mostGroups ? name : otherGroups, made);
		}
	}

	/** By name, in alphabetical order. */
	result(): Record<string, RouteCounts> {
		return Object.fromEntries(
			[...this.#byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, tally]) => [name, tally.result()]),
		);
	}
}

/** Two policies on the same history: which actions go elsewhere, and why. */
import { type Reason, type Route, routes, type Verdict } from '../domain/verdict.ts';

/** One action that goes elsewhere under the other policy. */
export interface RouteChange {
	readonly line: number;
	readonly key: string;
	readonly operation: string;
	readonly agent: string;
	readonly from: Route;
	readonly to: Route;
	readonly label: boolean | null;
	/** Rules that make the stricter of the two routes, in the policy that is the stricter one. */
	readonly because: readonly string[];
}

export interface ComparisonSummary {
	readonly changed: number;
	readonly stricter: number;
	readonly laxer: number;
	/** Each way that actions moved, the most frequent first; `right` and `wrong` of those that carry a label. */
	readonly moves: readonly {
		readonly from: Route;
		readonly to: Route;
		readonly actions: number;
		readonly right: number;
		readonly wrong: number;
	}[];
	/** Rules behind the changes, the most frequent first. */
	readonly because: readonly { readonly rule: string; readonly change: 'stricter' | 'laxer'; readonly actions: number }[];
	/** The first changes, in the order of the file. */
	readonly first: readonly RouteChange[];
}

const [mostShown, mostRules] = [20, 50];
const rank = (route: Route): number => routes.indexOf(route);
const rulesFor = (reasons: readonly Reason[], route: Route): string[] => [
	...new Set(reasons.filter((reason) => reason.route === route).map(({ rule }) => rule)),
];

type Judged = Pick<RouteChange, 'line' | 'key' | 'operation' | 'agent' | 'label'>;

export class Comparison {
	readonly #moves = new Map<string, { from: Route; to: Route; actions: number; right: number; wrong: number }>();
	readonly #because = new Map<string, { rule: string; change: 'stricter' | 'laxer'; actions: number }>();
	readonly #first: RouteChange[] = [];
	#stricter = 0;
	#laxer = 0;

	/** Compares the verdicts on one action; the change, or null where it goes the same way. */
	add(judged: Judged, before: Verdict, after: Verdict): RouteChange | null {
		const [from, to] = [before.route, after.route];
		if (from === to) return null;
		const stricter = rank(to) > rank(from);
		if (stricter) this.#stricter += 1;
		else this.#laxer += 1;
		const because = stricter ? rulesFor(after.reasons, to) : rulesFor(before.reasons, from);
		const { line, key, operation, agent, label } = judged;
		const change: RouteChange = { line, key, operation, agent, from, to, label, because };
		const move = this.#moves.get(`${from} ${to}`) ?? { from, to, actions: 0, right: 0, wrong: 0 };
		move.actions += 1;
		if (label !== null) move[label ? 'right' : 'wrong'] += 1;
		this.#moves.set(`${from} ${to}`, move);
		for (const rule of because) {
			const name = `${stricter ? 'stricter' : 'laxer'} ${rule}`;
			const counted = this.#because.get(name) ?? { rule, change: stricter ? 'stricter' : 'laxer', actions: 0 };
			counted.actions += 1;
			this.#because.set(name, counted);
		}
		if (this.#first.length < mostShown) this.#first.push(change);
		return change;
	}

	result(): ComparisonSummary {
		const byActions = <T extends { readonly actions: number }>(map: ReadonlyMap<string, T>): T[] =>
			[...map.values()].sort((a, b) => b.actions - a.actions);
		return {
			changed: this.#stricter + this.#laxer,
			stricter: this.#stricter,
			laxer: this.#laxer,
			moves: byActions(this.#moves),
			because: byActions(this.#because).slice(0, mostRules),
			first: this.#first,
		};
	}
}

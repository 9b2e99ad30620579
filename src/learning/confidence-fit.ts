/**
 * Fits a map from reported to empirical confidence, for each agent and operation.
 *
 * Every curve stands on the same knots. The curve of all rows is isotonic. That of an agent, of an operation, and of an agent's
 * operation begins as the curve above it, shifted on the log-odds scale by as much as its own rows demand, shrunk towards no shift
 * where they are few (a random intercept: Efron and Morris 1975); then its rows bend it knot by knot, against the weight of that
 * prior, and isotonic regression makes it rise again. Rows count by their effective number of clusters.
 */
import { type ConfidenceCurves, expit, joined, lastAtMost, logit } from './confidence-map.ts';
import { confidenceAt, confidenceSteps, type History, type Rows } from './history.ts';
import { isotonic } from './isotonic.ts';
import { clusterSizeOf } from './tails.ts';

/** So many effective clusters weigh as much as the curve above. */
const priorClusters = 20;
/** More knots than this would only follow noise. */
const mostKnots = 40;

/** Sums at each knot, in effective clusters. */
interface Evidence {
	readonly weight: readonly number[];
	readonly right: readonly number[];
	readonly total: number;
}

/** Fits the curves of the rows. Values are probabilities, rising with the knots. */
export function fitConfidence(history: History, rows: Rows): ConfidenceCurves {
	const knots = knotsOf(history, rows);
	// Which knot a step belongs to, looked up: there are far more rows than steps.
	const knotOf = Uint16Array.from({ length: confidenceSteps + 1 }, (_, step) => lastAtMost(knots, step));
	const evidenceOf = (some: Rows): Evidence => evidence(history, some, knotOf);
	const whole = evidenceOf(rows);
	// Nothing seen: as good as a coin, whatever is reported.
	const share = whole.weight.map((weight) => (whole.total === 0 ? 1 / knots.length : weight / whole.total));
	const flat = whole.total === 0 ? 0.5 : sum(whole.right) / whole.total;
	const all = bent(
		knots.map(() => flat),
		whole,
		share,
	);
	const child = (parent: readonly number[], some: Rows): { curve: number[]; clusters: number } => {
		const own = evidenceOf(some);
		return { curve: bent(shifted(parent, own), own, share), clusters: own.total };
	};
	const byAgent = grouped(rows, history.agent, history.agents.list);
	const agents = byAgent.map(([agent, some]) => ({ agent, ...child(all, some) }));
	const operations = grouped(rows, history.operation, history.operations.list).map(([operation, some]) => ({
		operation,
		curve: child(all, some).curve,
	}));
	const ofAgent = new Map(agents.map(({ agent, curve }) => [agent, curve]));
	const ofOperation = new Map(operations.map(({ operation, curve }) => [operation, curve]));
	const pairs = byAgent.flatMap(([agent, own]) =>
		grouped(own, history.operation, history.operations.list).map(([operation, some]) => ({
			agent,
			operation,
			curve: child(joined(all, ofAgent.get(agent), ofOperation.get(operation)), some).curve,
		})),
	);
	return { knots: knots.map(confidenceAt), all, agents, operations, pairs };
}

/** Steps of confidence that stand apart in the rows: all of them where they are few, else equally many rows between two. */
function knotsOf({ step }: History, rows: Rows): number[] {
	const counts = new Uint32Array(confidenceSteps + 1);
	for (const row of rows) counts[step[row] as number] = (counts[step[row] as number] as number) + 1;
	const distinct = [...counts.keys()].filter((each) => counts[each] !== 0);
	const chosen = distinct.length <= mostKnots ? distinct : quantiles(distinct, counts, rows.length);
	return chosen[0] === 0 ? chosen : [0, ...chosen];
}

function quantiles(distinct: readonly number[], counts: Uint32Array, rows: number): number[] {
	let seen = 0;
	return distinct.filter((step) => {
		const before = Math.floor((seen * mostKnots) / rows);
		const first = seen === 0;
		seen += counts[step] as number;
		return first || Math.floor((seen * mostKnots) / rows) > before;
	});
}

function evidence(history: History, rows: Rows, knotOf: Uint16Array): Evidence {
	const knots = (knotOf.at(-1) as number) + 1;
	const weight = new Array<number>(knots).fill(0);
	const right = new Array<number>(knots).fill(0);
	let total = 0;
	for (const row of rows) {
		const knot = knotOf[history.step[row] as number] as number;
		const own = history.weight[row] as number;
		weight[knot] = (weight[knot] as number) + own;
		right[knot] = (right[knot] as number) + own * (history.right[row] as number);
		total += own;
	}
	// Equal in sum to the effective number of clusters: many rows of one conversation are not many opinions.
	const size = clusterSizeOf(history, rows);
	const scale = total === 0 ? 0 : size / total;
	return { weight: weight.map((each) => each * scale), right: right.map((each) => each * scale), total: size };
}

/** Blends what was seen at each knot with the prior there, and makes the result rise. */
function bent(prior: readonly number[], own: Evidence, share: readonly number[]): number[] {
	const weights = own.weight.map((weight, i) => weight + priorClusters * (share[i] as number));
	const values = weights.map((weight, i) =>
		weight === 0 ? 0 : ((own.right[i] as number) + priorClusters * (share[i] as number) * (prior[i] as number)) / weight,
	);
	return isotonic(values, weights);
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** The prior shifted on the log-odds scale: the shift of most penalised likelihood, by Newton's method. */
function shifted(prior: readonly number[], own: Evidence): number[] {
	const base = prior.map(logit);
	let shift = 0;
	for (let i = 0; i < 50; i++) {
		let slope = -shift * shiftPenalty;
		let curvature = shiftPenalty;
		for (const [knot, weight] of own.weight.entries()) {
			const chance = expit((base[knot] as number) + shift);
			slope += (own.right[knot] as number) - weight * chance;
			curvature += weight * chance * (1 - chance);
		}
		const step = Math.max(-1, Math.min(1, slope / curvature));
		shift += step;
		if (Math.abs(step) < 1e-9) break;
	}
	return base.map((each) => expit(each + shift));
}

/** Inverse variance of the shifts that are expected: most lie within one and a half on the log-odds scale. */
const shiftPenalty = 2;

function grouped(rows: Rows, column: Uint32Array, names: readonly string[]): [name: string, rows: Rows][] {
	const lists = new Map<number, number[]>();
	for (const row of rows) {
		const id = column[row] as number;
		const list = lists.get(id);
		if (list === undefined) lists.set(id, [row]);
		else list.push(row);
	}
	return [...lists].map(([id, list]) => [names[id] as string, Uint32Array.from(list)]);
}

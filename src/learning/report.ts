/**
 * The report: how many actions ran by themselves, how many people were asked about and for how long, and how much of what ran was
 * wrong; by operation, agent, reviewer and version of the policy. Added up from counts by day, spot checks and reports. Pure.
 */
import type { SpotCheck } from '../domain/spot-check.ts';
import { type Route, routes } from '../domain/verdict.ts';
import { percentile } from './endings.ts';
import { type ErrorRate, errorRate } from './error-rate.ts';
import { type ReviewerLine, reviewersOf } from './reviewer-report.ts';
import { type Place, type Tally, versionOf } from './tallies.ts';

/** An action that somebody reported as wrong. */
export interface ReportedAction {
	readonly id: string;
	readonly operation: string;
	readonly agent: string;
	readonly policyDigest: string;
}

/** What a report is made of. */
export interface ReportData {
	readonly tenant: string;
	/** From the start of a day to the start of another (excluded), in ms since the epoch, UTC. */
	readonly from: number;
	readonly to: number;
	readonly days: readonly { readonly at: number; readonly counts: readonly Tally[] }[];
	readonly checks: readonly SpotCheck[];
	readonly reported: readonly ReportedAction[];
}

export interface Line {
	readonly name: string;
	/** Actions that policy routed. */
	readonly actions: number;
	readonly routes: Readonly<Record<Route, number>>;
	/** Shares of `actions`; null where there were none. `automatic`: by `auto` and `notify`. */
	readonly automatic: number | null;
	readonly approval: number | null;
	readonly escalation: number | null;
	/** What people made of what they were asked, by how it ended. */
	readonly ended: Readonly<Record<string, number>>;
	/** From the proposal to the answer that ended it, in ms; the 95th percentile is the upper end of its band, 25 % wide. */
	readonly wait: { readonly count: number; readonly meanMs: number | null; readonly p95Ms: number | null };
	/** Of what ran by itself, from spot checks. */
	readonly errors: ErrorRate;
	/** Actions reported as wrong. */
	readonly reported: number;
	/** Known to have been wrong (spot-checked or reported), for each week. No estimate: the rest is not known. */
	readonly knownErrorsPerWeek: number;
}

export interface OpinionLine {
	readonly question: string;
	readonly answer: string;
	/** How people ended what this was the answer about. */
	readonly ended: Readonly<Record<string, number>>;
}

export interface Report {
	readonly tenant: string;
	readonly from: number;
	readonly to: number;
	readonly total: Line;
	readonly daily: readonly {
		readonly at: number;
		readonly routes: Readonly<Record<Route, number>>;
		readonly waitMs: number | null;
	}[];
	readonly byOperation: readonly Line[];
	readonly byAgent: readonly Line[];
	readonly byPolicy: readonly Line[];
	readonly byReviewer: readonly ReviewerLine[];
	/** What a language model said, beside what people said. */
	readonly opinions: readonly OpinionLine[];
}

const weekMs = 7 * 86_400_000;

/** Adds everything up. */
export function reportOf(data: ReportData): Report {
	const counts = data.days.flatMap((day) => day.counts).filter(({ words }) => words[1] === data.tenant);
	const by = (of: (place: Place) => string): Line[] =>
		linesOf(counts, data, of).sort((a, b) => b.actions - a.actions || (a.name < b.name ? -1 : 1));
	return {
		tenant: data.tenant,
		from: data.from,
		to: data.to,
		total: linesOf(counts, data, () => 'total')[0] ?? new Sums('total').line(data),
		daily: data.days.map(({ at, counts: all }) => {
			const [line] = linesOf(
				all.filter(({ words }) => words[1] === data.tenant),
				{ ...data, checks: [], reported: [] },
				() => 'day',
			);
			return { at, routes: line?.routes ?? noRoutes(), waitMs: line?.wait.meanMs ?? null };
		}),
		byOperation: by(({ operation }) => operation),
		byAgent: by(({ agent }) => agent),
		byPolicy: by(({ policy }) => policy),
		byReviewer: reviewersOf(counts),
		opinions: opinionsOf(counts),
	};
}

const noRoutes = (): Record<Route, number> => Object.fromEntries(routes.map((route) => [route, 0])) as Record<Route, number>;

function linesOf(counts: readonly Tally[], data: ReportData, of: (place: Place) => string): Line[] {
	const lines = new Map<string, Sums>();
	const sums = (place: Place): Sums => {
		const name = of(place);
		const known = lines.get(name) ?? new Sums(name);
		lines.set(name, known);
		return known;
	};
	for (const { words, by } of counts) {
		const [kind, tenant = '', operation = '', agent = '', policy = '', ...rest] = words;
		if (counted.has(kind ?? '')) sums({ tenant, operation, agent, policy }).add(kind ?? '', rest, by);
	}
	const { tenant } = data;
	for (const check of data.checks)
		sums({ tenant, operation: check.operation, agent: check.agent, policy: versionOf(check.policyDigest) }).checks.push(check);
	for (const { id, operation, agent, policyDigest } of data.reported)
		sums({ tenant, operation, agent, policy: versionOf(policyDigest) }).reported.add(id);
	return [...lines.values()].map((each) => each.line(data));
}

const counted: ReadonlySet<string> = new Set(['routed', 'not_run', 'ended', 'wait', 'wait_ms']);

/** The sums of one line. */
class Sums {
	readonly name: string;
	readonly checks: SpotCheck[] = [];
	readonly reported = new Set<string>();
	readonly #routes = noRoutes();
	readonly #ended: Record<string, number> = {};
	readonly #waits = new Map<number, number>();
	#waited = 0;
	#notRun = 0;

	constructor(name: string) {
		this.name = name;
	}

	add(kind: string, [first = '', second = '']: readonly string[], by: number): void {
		if (kind === 'routed' && Object.hasOwn(this.#routes, first)) this.#routes[first as Route] += by;
		if (kind === 'not_run') this.#notRun += by;
		if (kind === 'ended') this.#ended[second] = (this.#ended[second] ?? 0) + by;
		if (kind === 'wait') this.#waits.set(Number(first), (this.#waits.get(Number(first)) ?? 0) + by);
		if (kind === 'wait_ms') this.#waited += by;
	}

	line({ from, to }: Pick<ReportData, 'from' | 'to'>): Line {
		const sums = this.#routes;
		const actions = Object.values(sums).reduce((sum, each) => sum + each, 0);
		const share = (part: number): number | null => (actions === 0 ? null : part / actions);
		const waits = [...this.#waits.values()].reduce((sum, each) => sum + each, 0);
		const wrong = new Set(this.checks.filter(({ answer }) => answer?.right === false).map(({ actionId }) => actionId));
		return {
			name: this.name,
			actions,
			routes: sums,
			automatic: share(sums.auto + sums.notify),
			approval: share(sums.approval),
			escalation: share(sums.escalation),
			ended: this.#ended,
			wait: { count: waits, meanMs: waits === 0 ? null : this.#waited / waits, p95Ms: percentile(this.#waits, 0.95) },
			errors: errorRate(this.checks, Math.max(0, sums.auto + sums.notify - this.#notRun)),
			reported: this.reported.size,
			knownErrorsPerWeek: (new Set([...wrong, ...this.reported]).size * weekMs) / Math.max(1, to - from),
		};
	}
}

function opinionsOf(counts: readonly Tally[]): OpinionLine[] {
	const lines = new Map<string, { question: string; answer: string; ended: Record<string, number> }>();
	for (const { words, by } of counts) {
		const [kind, , , , , question = '', answer = '', how = ''] = words;
		if (kind !== 'opinion') continue;
		const key = JSON.stringify([question, answer]);
		const line = lines.get(key) ?? { question, answer, ended: {} };
		line.ended[how] = (line.ended[how] ?? 0) + by;
		lines.set(key, line);
	}
	return [...lines.values()];
}

/** The work of `countersign replay`. */
import { Comparison, type ComparisonSummary, type RouteChange } from '../learning/comparison.ts';
import { type Replay, type Replayed, type ReplaySummary, replayWith } from '../learning/replay.ts';
import { type ReviewerLoad, reviewerLoad } from '../learning/reviewer-load.ts';
import { evaluate } from '../policy/evaluate.ts';
import { factsQuery } from '../policy/facts-query.ts';
import { parsePolicy } from '../policy/load.ts';
import type { Policy } from '../policy/policy.ts';
import { withItsMap } from '../policy-map.ts';
import { Exit } from './exit.ts';
import { bytesOf, lineBatchesOf } from './lines.ts';
import { progressBar } from './progress.ts';
import { type LineFile, openLineFile } from './route-file.ts';
import { BadRows, type FileRow, isBad, mapOf, type RouteLine, rowOf } from './rows.ts';

export interface ReplayOptions {
	readonly map?: string;
	readonly policy: string;
	/** Another policy, judged beside the first. */
	readonly against?: string;
	readonly routes?: string;
	readonly changes?: string;
	/** Minutes that one review takes. */
	readonly minutes: number;
	readonly skipBad?: boolean;
}

/** What one policy would have done. */
export interface PolicyReplay extends ReplaySummary {
	readonly load: ReviewerLoad;
}

export interface ReplayResult extends PolicyReplay {
	readonly skipped: number;
	readonly against?: PolicyReplay & { readonly comparison: ComparisonSummary };
}

/** Judges every row. Without instants in the map, all arrive now, in the order of the file. */
export async function replayFile(path: string, options: ReplayOptions): Promise<ReplayResult> {
	const first = replayOf(await policyOf(options.policy));
	const second = options.against === undefined ? null : replayOf(await policyOf(options.against));
	const map = options.map === undefined ? null : await mapOf(options.map);
	const routes = await openLineFile<RouteLine>(options.routes);
	const changes = await openLineFile<RouteChange>(options.changes);
	const run = new Run({ first, second, routes, changes, keep: options.skipBad === true, timed: map?.timed === true });
	const bar = progressBar();
	try {
		for await (const batch of lineBatchesOf(path, bar)) {
			for (const line of batch) {
				const row = rowOf(line, map);
				if (isBad(row)) run.bad.add(row);
				else run.judge(row);
			}
			// Written a batch at a time: the rows themselves are judged without waiting.
			await routes.flushed();
			await changes.flushed();
		}
	} finally {
		bar.end();
		await routes.close();
		await changes.close();
	}
	if (!options.skipBad) run.bad.refuse(path);
	const told = (replay: Replay): PolicyReplay => {
		const summary = replay.summary();
		const byDay = map?.timed === true ? summary.by.day : null;
		const by = byDay === null ? { ...summary.by, day: {} } : summary.by;
		return { ...summary, by, load: reviewerLoad(summary, { byDay, minutes: options.minutes }) };
	};
	return {
		...told(first),
		skipped: run.bad.count,
		...(second !== null && { against: { ...told(second), comparison: run.comparison.result() } }),
	};
}

const replayOf = (policy: Policy): Replay =>
	replayWith({
		factsQuery: (proposal) => factsQuery(policy, proposal),
		evaluate: (proposal, facts, now) => evaluate(proposal, facts, policy, now),
	});

interface RunParts {
	readonly first: Replay;
	readonly second: Replay | null;
	readonly routes: LineFile<RouteLine>;
	readonly changes: LineFile<RouteChange>;
	/** Go on where a row is bad. */
	readonly keep: boolean;
	readonly timed: boolean;
}

class Run {
	readonly bad = new BadRows();
	readonly comparison = new Comparison();
	readonly #parts: RunParts;
	#now: number;

	constructor(parts: RunParts) {
		this.#parts = parts;
		this.#now = parts.timed ? Number.NEGATIVE_INFINITY : Date.now();
	}

	judge(row: FileRow): void {
		const { first, second, routes, changes, keep } = this.#parts;
		if (row.at !== null && row.at < this.#now) {
			this.bad.add({ line: row.line, message: '`at` is earlier than on the line before; sort the file' });
			return;
		}
		this.#now = row.at ?? this.#now;
		// With a bad row already, the counts will not be told; the rest is read for what else is bad.
		if (this.bad.count > 0 && !keep) return;
		const recorded = {
			proposal: row.proposal,
			label: row.label,
			at: this.#now,
			...(row.cluster !== undefined && { cluster: row.cluster }),
		};
		const replayed = first.next(recorded);
		if (replayed.repeated) {
			this.#mismatch(row, replayed);
			return;
		}
		const { route, reasons } = replayed.verdict;
		const { idempotencyKey: key, operation, agent } = row.proposal;
		const other = second?.next(recorded);
		if (other !== undefined && !other.repeated) {
			const judged = { line: row.line, key, operation, agent, label: row.label };
			const change = this.comparison.add(judged, replayed.verdict, other.verdict);
			if (change !== null) changes.write(change);
		}
		if (routes.open) routes.write({ line: row.line, id: replayed.id, key, route, reasons: reasons.map(({ rule }) => rule) });
	}

	/** The same action twice is one action; another one under its key is refused, as the live system does. */
	#mismatch(row: FileRow, replayed: Extract<Replayed, { repeated: true }>): void {
		if (!replayed.same)
			this.bad.add({ line: row.line, message: `\`idempotencyKey\` was used on an earlier line for another action` });
	}
}

/** Reads a policy file with the confidence map that it names, or ends with every problem and its place. */
export async function policyOf(path: string): Promise<Policy> {
	const read = parsePolicy(await bytesOf(path), path);
	if (read.ok) return withItsMap(read.policy, path);
	const lines = read.problems.map(
		(problem) =>
			`  ${path}:${problem.line}:${problem.column} ${problem.path === '' ? '' : `${problem.path}: `}${problem.message}`,
	);
	throw new Exit('invalid', `the policy does not validate\n${lines.join('\n')}`, {
		code: 'policy_invalid',
		details: read.problems,
	});
}

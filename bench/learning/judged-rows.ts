/** Recorded actions as a policy sees them: what holds each whatever the confidence, and what the confidence must reach. */
import { readFile } from 'node:fs/promises';
import { BadRows, isBad, mapOf, rowsOf } from '../../src/cli/rows.ts';
import type { Proposal } from '../../src/domain/action.ts';
import { replayWith } from '../../src/learning/replay.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import { factsQuery } from '../../src/policy/facts-query.ts';
import type { Policy } from '../../src/policy/policy.ts';

/** One labelled row. Labels are counted and reach no policy. */
export interface RecordedRow {
	readonly proposal: Proposal;
	readonly right: boolean;
	/** Rows of one task share their mistakes, so folds are made of tasks; rows of one customer, so intervals are made of customers. */
	readonly task: string;
	readonly customer: string;
}

export interface JudgedRow extends RecordedRow {
	readonly riskClass: string;
	readonly confidence: number;
	/** Rules that hold it whatever the thresholds say, strictest first. */
	readonly holds: readonly string[];
}

/** Lowest confidence with which an action runs, by risk class. */
export type Cuts = Readonly<Record<string, number>>;

/** Reads a file of recorded actions; a row without a label cannot be counted and is refused. */
export async function recordedRows(
	path: string,
	{ map, task, customer }: { map: string; task: string; customer: string },
): Promise<RecordedRow[]> {
	const lines = (await readFile(path, 'utf8')).split('\n');
	const bad = new BadRows();
	const rows: RecordedRow[] = [];
	for await (const row of rowsOf(path, await mapOf(map))) {
		if (isBad(row)) bad.add(row);
		else if (row.label === null) bad.add({ line: row.line, message: 'has no label' });
		else {
			const raw = JSON.parse(lines[row.line - 1] ?? '') as Record<string, unknown>;
			rows.push({ proposal: row.proposal, right: row.label, task: String(raw[task]), customer: String(raw[customer]) });
		}
	}
	bad.refuse(path);
	return rows;
}

/** Every row judged by a policy, in order, each with the past that the rows before it make. */
export function judgedRows(rows: readonly RecordedRow[], policy: Policy): JudgedRow[] {
	const replay = replayWith({
		factsQuery: (proposal) => factsQuery(policy, proposal),
		evaluate: (proposal, facts, now) => evaluate(proposal, facts, policy, now),
	});
	const at = Date.now();
	return rows.flatMap((row) => {
		const replayed = replay.next({ proposal: row.proposal, label: row.right, at });
		if (replayed.repeated) return [];
		const { reasons, riskClass, confidence } = replayed.verdict;
		const holding = reasons.filter(({ route, rule }) => !['auto', 'notify'].includes(route) && !rule.startsWith('threshold.'));
		return [{ ...row, riskClass, confidence, holds: holding.map(({ rule }) => rule) }];
	});
}

/** Where a policy starts to run actions: its `notify` thresholds. */
export const cutsOf = (policy: Policy): Cuts =>
	Object.fromEntries(Object.entries(policy.document.thresholds).map(([riskClass, { notify }]) => [riskClass, notify]));

/**
 * How far the confidence is above what it must reach; below 0 it does not. Null: held whatever the confidence. Where the
 * confidence is a share of votes, the same share of more votes goes first, by less than any threshold tells apart.
 */
export function marginOf(row: JudgedRow, cuts: Cuts): number | null {
	if (row.holds.length > 0) return null;
	return row.confidence - (cuts[row.riskClass] ?? Number.POSITIVE_INFINITY) + 1e-4 * support(row.proposal);
}

/** The share of votes as Laplace would put it: 9 of 9 is more than 1 of 1. */
function support({ context: { agree, others } }: Proposal): number {
	return typeof agree === 'number' && typeof others === 'number' ? (agree + 1) / (others + 2) : 0;
}

/** Whether it runs without a person. `without`: a rule to be thought away. */
export const runs = (row: JudgedRow, cuts: Cuts, without?: string): boolean =>
	row.holds.every((rule) => rule === without) && row.confidence >= (cuts[row.riskClass] ?? Number.POSITIVE_INFINITY);

/** The work of `countersign replay`. */
import { type Replayed, type ReplaySummary, replayWith } from '../learning/replay.ts';
import { evaluate } from '../policy/evaluate.ts';
import { factsQuery } from '../policy/facts-query.ts';
import { parsePolicy } from '../policy/load.ts';
import type { Policy } from '../policy/policy.ts';
import { withItsMap } from '../policy-map.ts';
import { Exit } from './exit.ts';
import { bytesOf } from './lines.ts';
import { openRouteFile } from './route-file.ts';
import { BadRows, type FileRow, isBad, mapOf, rowsOf } from './rows.ts';

export interface ReplayOptions {
	readonly map?: string;
	readonly policy: string;
	readonly routes?: string;
	readonly skipBad?: boolean;
}

/** Judges every row. Without instants in the map, all arrive now, in the order of the file. */
export async function replayFile(path: string, options: ReplayOptions): Promise<ReplaySummary & { readonly skipped: number }> {
	const policy = await policyOf(options.policy);
	const map = options.map === undefined ? null : await mapOf(options.map);
	const replay = replayWith({
		factsQuery: (proposal) => factsQuery(policy, proposal),
		evaluate: (proposal, facts, now) => evaluate(proposal, facts, policy, now),
	});
	const routes = await openRouteFile(options.routes);
	const bad = new BadRows();
	let now = Date.now();
	if (map?.timed) now = Number.NEGATIVE_INFINITY;
	try {
		for await (const row of rowsOf(path, map)) {
			if (isBad(row)) bad.add(row);
			else if (row.at !== null && row.at < now)
				bad.add({ line: row.line, message: '`at` is earlier than on the line before; sort the file' });
			else {
				now = row.at ?? now;
				// With a bad row already, the counts will not be told; the rest is read for what else is bad.
				if (bad.count > 0 && !options.skipBad) continue;
				const replayed = replay.next({ proposal: row.proposal, label: row.label, at: now });
				if (replayed.repeated) mismatch(row, replayed, bad);
				else {
					const { route, reasons } = replayed.verdict;
					const key = row.proposal.idempotencyKey;
					await routes.write({ line: row.line, id: replayed.id, key, route, reasons: reasons.map(({ rule }) => rule) });
				}
			}
		}
	} finally {
		await routes.close();
	}
	if (!options.skipBad) bad.refuse(path);
	return { ...replay.summary(), skipped: bad.count };
}

/** The same action twice is one action; another one under its key is refused, as the live system does. */
function mismatch(row: FileRow, replayed: Extract<Replayed, { repeated: true }>, bad: BadRows): void {
	if (!replayed.same) bad.add({ line: row.line, message: `\`idempotencyKey\` was used on an earlier line for another action` });
}

/** Reads a policy file, or ends with every problem and its place. */
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

/** The work of `countersign calibrate`. */
import { type CalibratedGroup, type Calibration, calibrate, withConfidences } from '../learning/calibrate.ts';
import { fitConfidence } from '../learning/confidence-fit.ts';
import { type ConfidenceMapFile, sealMap } from '../learning/confidence-map.ts';
import { allRows, confidenceAt, type History, stepOf } from '../learning/history.ts';
import { findingsIn, type HistoryFinding } from '../learning/history-findings.ts';
import { checkMap, type MapCheck } from '../learning/map-check.ts';
import { aimAt } from '../learning/threshold-search.ts';
import { unknownClass } from '../policy/compile.ts';
import type { Policy } from '../policy/policy.ts';
import type { CalibrateOptions } from './calibrate.ts';
import { calibrationTable } from './calibration-report.ts';
import { Exit, exitCodes } from './exit.ts';
import { type LabelledHistory, readHistory } from './history-file.ts';
import { bytesOf } from './lines.ts';
import type { Output } from './output.ts';
import { type PolicyProposal, proposePolicy } from './policy-proposal.ts';
import { writeProposal } from './proposal-files.ts';
import { policyOf } from './replay-file.ts';

/** Everything that a calibration found. */
export interface CalibrationResult {
	readonly options: CalibrateOptions;
	readonly read: LabelledHistory;
	readonly calibration: Calibration;
	readonly findings: readonly HistoryFinding[];
	readonly check: MapCheck;
	readonly map: ConfidenceMapFile;
	readonly proposal: (PolicyProposal & { readonly before: string }) | null;
}

export async function calibrateFile(file: string, options: CalibrateOptions, output: Output): Promise<void> {
	if (options.by === 'risk' && options.policy === undefined)
		throw new Exit('usage', '--by risk needs --policy: only a policy knows risk classes', { code: 'usage' });
	const policy = options.policy === undefined ? null : await policyOf(options.policy);
	const read = await readHistory(file, options);
	const { history } = read;
	const rows = allRows(history);
	const check = checkMap(history, rows);
	const about = { tenant: read.tenant, rows: history.length, clusters: history.clusters.count };
	const map = sealMap(fitConfidence(history, rows), about);
	const judged = effective(history, { check, policy, tenant: read.tenant, fitMap: options.fitMap === true });
	const aim = aimAt(options.target, options.confidence);
	const calibration = calibrate(judged, { rows, aim, groupOf: groupBy(options.by, policy) });
	const findings = findingsIn(history, { coverage: read.coverage, clustered: read.clustered, calibration });
	const proposal = await proposalFor(policy, { options, calibration, map });
	const result: CalibrationResult = { options, read, calibration, findings, check, map, proposal };
	if (options.out !== undefined) await writeProposal(options.out, result);
	if (output.json) output.data(jsonOf(result));
	else for (const line of calibrationTable(result)) output.line(line);
	// Nothing to propose anywhere: what calls this in a script should know.
	if (calibration.groups.every(({ thresholds }) => thresholds.clusters === null)) process.exitCode = exitCodes.findings;
}

/** What agents' operations are grouped by. */
export function groupBy(by: CalibrateOptions['by'], policy: Policy | null): (agent: string, operation: string) => string {
	if (by === 'agent') return (agent) => agent;
	if (by === 'operation') return (_, operation) => operation;
	return (_, operation) => policy?.operations.get(operation)?.riskClass ?? unknownClass;
}

interface Judging {
	readonly check: MapCheck;
	readonly policy: Policy | null;
	readonly tenant: string | null;
	readonly fitMap: boolean;
}

/** The history with the confidences that policy will see: of the new map, of the live one, or as reported. */
function effective(history: History, { check, policy, tenant, fitMap }: Judging): History {
	if (fitMap) return withConfidences(history, (row) => stepOf(check.outOfFold[row] as number));
	const live = policy?.confidenceMap;
	if (live === undefined) return history;
	return withConfidences(history, (row) => {
		const agent = history.agents.list[history.agent[row] as number] as string;
		const operation = history.operations.list[history.operation[row] as number] as string;
		const reporter = { tenant: tenant ?? 'default', agent, operation };
		return stepOf(live.effective(reporter, confidenceAt(history.step[row] as number)) ?? 0);
	});
}

async function proposalFor(
	policy: Policy | null,
	{ options, calibration, map }: Pick<CalibrationResult, 'options' | 'calibration' | 'map'>,
): Promise<CalibrationResult['proposal']> {
	const { by, step, fitMap } = options;
	if (policy === null || options.policy === undefined || by === 'agent') return null;
	const before = new TextDecoder().decode(await bytesOf(options.policy));
	const confidenceMap = fitMap === true ? { file: 'confidence-map.json', digest: map.digest } : null;
	return { before, ...proposePolicy(policy, before, { calibration, by, step, confidenceMap }) };
}

const groupJson = ({ group, rows, clusters, rate, designEffect, thresholds, missing, dominant }: CalibratedGroup) => ({
	group,
	rows,
	clusters,
	rate,
	designEffect,
	thresholds,
	missing,
	dominant: dominant === null ? null : { agent: dominant.agent, share: dominant.share },
});

function jsonOf({ options, read, calibration, findings, check, map, proposal }: CalibrationResult): unknown {
	const { history, actions, skipped, repeated, clustered } = read;
	const { ece: eceBefore, brier: brierBefore } = check.before;
	const { ece: eceAfter, brier: brierAfter } = check.after;
	return {
		target: options.target,
		confidence: options.confidence,
		by: options.by,
		actions,
		labelled: history.length,
		clusters: history.clusters.count,
		clustered,
		skipped,
		repeated,
		groups: calibration.groups.map(groupJson),
		confidenceMap: { digest: map.digest, used: options.fitMap === true, eceBefore, eceAfter, brierBefore, brierAfter },
		findings,
		proposal: proposal === null ? null : { changes: proposal.changes },
	};
}

/** A calibration for people: a table for the terminal, and a page of Markdown. */
import type { CalibratedGroup } from '../learning/calibrate.ts';
import type { Found, Missing } from '../learning/threshold-search.ts';
import type { CalibrationResult } from './calibrate-work.ts';
import { columns, inert } from './output.ts';

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const thresholdOf = (found: Found | null): string => (found === null ? '-' : String(found.threshold));

/** Why a group has no threshold, in one sentence. */
function reasonOf(missing: Missing, target: number): string {
	const seen =
		missing.best === null
			? 'no labels'
			: `${percent(missing.best.rate)} right from ${missing.best.threshold} on, in ${missing.best.clusters} clusters`;
	return missing.code === 'target_not_met'
		? `target_not_met: at best ${seen}; more labels would not bring it to ${percent(target)}`
		: `not_enough_evidence: at best ${seen}; at least ${missing.moreClusters} more labelled clusters`;
}

const noteOf = ({ thresholds, missing }: CalibratedGroup, target: number): string => {
	const found = thresholds.clusters;
	if (found !== null)
		return `${percent(found.rate)} right, at least ${percent(found.bound)}, ${found.rows} rows in ${found.clusters} clusters`;
	return missing === null ? '' : reasonOf(missing, target);
};

const head = ['group', 'rows', 'clusters', 'right', 'naive', 'clopper-pearson', 'clusters', ''];
const cells = (group: CalibratedGroup, target: number): string[] => [
	inert(group.group, 60),
	String(group.rows),
	String(group.clusters),
	percent(group.rate),
	thresholdOf(group.thresholds.naive),
	thresholdOf(group.thresholds.clopper_pearson),
	thresholdOf(group.thresholds.clusters),
	noteOf(group, target),
];

const mapLine = ({ check: { before, after } }: CalibrationResult): string =>
	`confidence map: error of calibration ${before.ece.toFixed(3)} before, ${after.ece.toFixed(3)} after (out of fold); Brier ${before.brier.toFixed(3)} before, ${after.brier.toFixed(3)} after`;

const changeLines = ({ proposal }: CalibrationResult): string[] =>
	(proposal?.changes ?? []).map(({ group, change, current, thresholds, found, more }) => {
		const to = `auto ${current.auto} -> ${thresholds.auto}, notify ${current.notify} -> ${thresholds.notify}`;
		const further = more && change === 'loosen' ? `; the evidence would reach ${found}, one step at a time` : '';
		const rest = found === null ? '; nothing is known of it under the new map, so it is asked about' : further;
		return `${inert(group, 60)}: ${change} (${to})${rest}`;
	});

/** For the terminal. */
export function calibrationTable(result: CalibrationResult): string[] {
	const { calibration, findings, read } = result;
	const { target, confidence } = calibration.aim;
	return [
		`${read.history.length} labelled actions of ${read.actions} in ${read.history.clusters.count} clusters${read.skipped > 0 ? `, ${read.skipped} rows left out` : ''}; at least ${percent(target)} right with ${percent(confidence)} confidence`,
		...columns([head, ...calibration.groups.map((group) => cells(group, target))]).map((line) => line.trimEnd()),
		mapLine(result),
		...findings.map(({ code, message }) => inert(`${code}: ${message}`, 400)),
		...changeLines(result),
	];
}

/** Somebody else's text inside a table of Markdown. */
const cell = (text: string): string => text.replace(/[\\`*_{}[\]<>()#+!|~&-]/g, (found) => `\\${found}`);

/** The page that is kept beside the proposal. */
export function calibrationPage(result: CalibrationResult): string {
	const { calibration, findings, options, read } = result;
	const { target, confidence } = calibration.aim;
	const changes = changeLines(result);
	const lines = [
		'# Calibration',
		'',
		`${read.history.length} labelled actions (of ${read.actions}) in ${read.history.clusters.count} clusters, by ${options.by}. Wanted: at least ${percent(target)} right above the threshold, with ${percent(confidence)} confidence.`,
		'',
		`| ${head.map((name) => name || 'evidence').join(' | ')} |`,
		`|${head.map(() => '---').join('|')}|`,
		...calibration.groups.map((group) => `| ${cells(group, target).map(cell).join(' | ')} |`),
		'',
		'Only the column *clusters* is proposed. *naive* takes the share that was seen at its word. *clopper-pearson* is its exact lower bound as if rows were independent. *clusters* counts the rows of one cluster as one vote in the worst case. The thresholds of the last two are tested from the top down in an order that was fixed without a look at the labels, and the first failure ends the test.',
		'',
		'## Confidence',
		'',
		'![Reliability diagram](reliability.svg)',
		'',
		`${mapLine(result)}. The map is \`confidence-map.json\`, digest \`${result.map.digest}\`; ${options.fitMap === true ? 'the thresholds above are for its confidences, and the proposed policy names it' : 'nothing uses it until a policy names it (calibrate with --fit-map)'}.`,
		'',
		'## What to look at',
		'',
		...(findings.length === 0
			? ['Nothing stands out.']
			: findings.map(({ code, message }) => `- \`${code}\`: ${cell(inert(message, 400))}`)),
		'',
		'## Proposal',
		'',
		...(changes.length === 0 ? ['No threshold changes.'] : changes.map((line) => `- ${cell(line)}`)),
		'',
		'Nothing here is in force. Read `policy.diff`, replay the history by `policy.yaml`, run it in shadow, then put it in force yourself.',
	];
	return `${lines.join('\n')}\n`;
}

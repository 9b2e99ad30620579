/** What a history says about itself before anybody learns from it: signs that its labels or confidences are not what they seem. */
import { lowerBound, upperBound } from './bounds.ts';
import type { Calibration } from './calibrate.ts';
import { allRows, type History } from './history.ts';
import { type Tail, tailsOf } from './tails.ts';

/** Codes of findings. Stable; docs/learning.md explains each. */
export const findingCodes = [
	'agent_dominates',
	'clusters_unknown',
	'confidence_constant',
	'confidence_reversed',
	'label_leak_suspected',
	'labels_one_sided',
	'selection_bias',
	'shift_over_time',
] as const;

export interface HistoryFinding {
	readonly code: (typeof findingCodes)[number];
	/** Lower case, without a full stop; says what to do. */
	readonly message: string;
}

/** How many rows of each tenth of the confidence have a label, and how many have none. */
export interface Coverage {
	readonly labelled: readonly number[];
	readonly unlabelled: readonly number[];
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
/** Fewer rows than this show nothing. */
const fewRows = 30;

/** Looks the history over. `clustered`: whether anything says which rows belong together. */
export function findingsIn(
	history: History,
	{
		coverage,
		clustered,
		calibration,
	}: { readonly coverage: Coverage; readonly clustered: boolean; readonly calibration: Calibration },
): HistoryFinding[] {
	return [
		...unclustered(clustered),
		...flatOrReversed(history),
		...biased(coverage),
		...shifted(history),
		...calibration.groups.flatMap(({ group, dominant }): HistoryFinding[] =>
			dominant === null
				? []
				: [
						{
							code: 'agent_dominates',
							message: `\`${dominant.agent}\` gave ${percent(dominant.share)} of \`${group}\`; calibrate with --by agent, or look whether its approvals are real`,
						},
					],
		),
	];
}

const unclustered = (clustered: boolean): HistoryFinding[] =>
	clustered
		? []
		: [
				{
					code: 'clusters_unknown',
					message: 'every row counts as independent, which rows of one conversation are not; name what they share with --cluster',
				},
			];

function flatOrReversed(history: History): HistoryFinding[] {
	const tails = tailsOf(history, allRows(history));
	const right = tails.at(-1)?.rate ?? 0;
	if (history.length < fewRows) return [];
	if (right === 0 || right === 1)
		return [
			{
				code: 'labels_one_sided',
				message: `every label says ${right === 1 ? 'right' : 'wrong'}; look whether the others are missing`,
			},
		];
	if (tails.length === 1)
		return [{ code: 'confidence_constant', message: 'every confidence is the same; no threshold can tell right from wrong' }];
	const order = orderOf(history);
	if (order === 1)
		return [
			{
				code: 'label_leak_suspected',
				message: 'the confidence tells right from wrong without a mistake; look whether it was made from the outcome',
			},
		];
	if (order < 0.45)
		return [
			{
				code: 'confidence_reversed',
				message: `a right action has a lower confidence than a wrong one more often than not (${percent(1 - order)}); look whether the scale is turned round`,
			},
		];
	return [];
}

/** The chance that a right row has a higher confidence than a wrong one, ties half (the area under the ROC curve). */
function orderOf(history: History): number {
	const right = new Float64Array(10_001);
	const wrong = new Float64Array(10_001);
	for (let row = 0; row < history.length; row++) {
		const side = history.right[row] === 1 ? right : wrong;
		const step = history.step[row] as number;
		side[step] = (side[step] as number) + 1;
	}
	let [below, pairs, rights, wrongs] = [0, 0, 0, 0];
	for (const [step, count] of right.entries()) {
		pairs += count * (below + (wrong[step] as number) / 2);
		below += wrong[step] as number;
		rights += count;
	}
	wrongs = below;
	return pairs / (rights * wrongs);
}

/** What ran by itself was seldom looked at: labels that are there only for the doubtful say nothing of the rest. */
function biased({ labelled, unlabelled }: Coverage): HistoryFinding[] {
	const bands = labelled.flatMap((count, i) => {
		const all = count + (unlabelled[i] ?? 0);
		return all < fewRows ? [] : [{ from: i / 10, to: (i + 1) / 10, share: count / all, missing: unlabelled[i] ?? 0 }];
	});
	const best = Math.max(0, ...bands.map(({ share }) => share));
	return bands
		.filter(({ share }) => share < best / 2)
		.map(({ from, to, share, missing }) => ({
			code: 'selection_bias' as const,
			message: `from confidence ${from} to ${to} only ${percent(share)} of the actions have a label (${missing} have none, ${percent(best)} elsewhere); what ran by itself counts neither as right nor as wrong: spot-check it`,
		}));
}

/** The second half of the time against the first, by cluster. */
function shifted(history: History): HistoryFinding[] {
	const timed = allRows(history).filter((row) => !Number.isNaN(history.at[row] as number));
	if (timed.length < 2 * fewRows) return [];
	const middle = Float64Array.from(timed, (row) => history.at[row] as number).sort()[timed.length >> 1] as number;
	const [early, late] = [true, false].map((first) =>
		tailsOf(
			history,
			timed.filter((row) => (history.at[row] as number) < middle === first),
		).at(-1),
	);
	if (early === undefined || late === undefined) return [];
	const between = ({ rate, clusterSize }: Tail) => [
		lowerBound(Math.min(rate * clusterSize, clusterSize), clusterSize, 0.99),
		upperBound(Math.min(rate * clusterSize, clusterSize), clusterSize, 0.99),
	];
	const [[least = 0, most = 1], [lateLeast = 0, lateMost = 1]] = [between(early), between(late)];
	if (least <= lateMost && lateLeast <= most) return [];
	return [
		{
			code: 'shift_over_time',
			message: `${percent(early.rate)} was right in the first half of the time and ${percent(late.rate)} in the second; calibrate on the later part alone`,
		},
	];
}

/** A replay for people. */
import type { ComparisonSummary } from '../learning/comparison.ts';
import type { RouteCounts } from '../learning/replay-tally.ts';
import type { ReviewerLoad } from '../learning/reviewer-load.ts';
import { columns, inert } from './output.ts';
import type { PolicyReplay, ReplayResult } from './replay-file.ts';

export type GroupName = 'operation' | 'risk' | 'agent' | 'day';

const percent = (rate: number | null): string => (rate === null ? '-' : `${(100 * rate).toFixed(2)} %`);
const share = (count: number, of: number): string => percent(of === 0 ? null : count / of);

export function replayTable(result: ReplayResult, by: GroupName | undefined): string[] {
	const { against } = result;
	if (against === undefined) return [...total(result, result.skipped), ...(by === undefined ? [] : groups(result, by))];
	return [
		'--policy',
		...total(result, result.skipped),
		'',
		'--against',
		...total(against, 0),
		...(by === undefined ? [] : ['', ...sideBySide(result, against, by)]),
		'',
		...differences(against.comparison, result.actions),
	];
}

function total({ actions, routes, load, ...counts }: PolicyReplay, skipped: number): string[] {
	const labelled =
		counts.labelled === 0
			? []
			: [
					['wrong, run', String(counts.wrongExecuted), errorOf(counts)],
					['wrong, held', String(counts.wrongCaught), ''],
					['right, held', String(counts.goodHeld), ''],
				];
	return columns([
		['actions', String(actions), skipped > 0 ? `${skipped} rows left out` : ''],
		...Object.entries(routes).map(([route, count]) => [route, String(count), share(count, actions)]),
		['run', String(counts.executed), share(counts.executed, actions)],
		...labelled,
		['people', String(load.reviews + load.cases), loadOf(load)],
	]).map((line) => line.trimEnd());
}

const errorOf = (
	counts: Pick<RouteCounts, 'errorRate' | 'errorRateLower95' | 'errorRateUpper95' | 'errorRateUpper95Clusters'>,
): string =>
	`error rate ${percent(counts.errorRate)}, at least ${percent(counts.errorRateLower95)}, at most ${percent(counts.errorRateUpper95)} (95 %), ${percent(counts.errorRateUpper95Clusters)} counting clusters`;

function loadOf(load: ReviewerLoad): string {
	if (load.perDay === null) return `${load.perThousand.toFixed(0)} of a thousand actions`;
	const between = load.perDayLow === null ? '' : `, ${load.perDayLow.toFixed(1)} to ${load.perDayHigh?.toFixed(1)} (95 %)`;
	return `${load.perDay.toFixed(1)} a day${between}, at most ${load.busiestDay}; ${load.minutesPerDay?.toFixed(0)} minutes a day`;
}

const groupHead = ['actions', 'run', 'approval', 'escalation', 'block', 'wrong, run', 'error rate at most'];
const groupCells = (name: string, { actions, routes, ...counts }: RouteCounts): string[] => [
	inert(name, 60),
	String(actions),
	share(counts.executed, actions),
	share(routes.approval, actions),
	share(routes.escalation, actions),
	share(routes.block, actions),
	String(counts.wrongExecuted),
	percent(counts.errorRateUpper95Clusters),
];

const groups = (replay: PolicyReplay, by: GroupName): string[] => [
	'',
	...columns([[by, ...groupHead], ...Object.entries(replay.by[by]).map(([name, counts]) => groupCells(name, counts))]),
];

function sideBySide(before: PolicyReplay, after: PolicyReplay, by: GroupName): string[] {
	const names = [...new Set([...Object.keys(before.by[by]), ...Object.keys(after.by[by])])].sort();
	const cells = (counts: RouteCounts | undefined): string[] =>
		counts === undefined
			? ['-', '-', '-']
			: [
					share(counts.executed, counts.actions),
					String(counts.wrongExecuted),
					String(counts.routes.approval + counts.routes.escalation),
				];
	return columns([
		[by, 'run', 'wrong, run', 'people', '-> run', 'wrong, run', 'people'],
		...names.map((name) => [inert(name, 60), ...cells(before.by[by][name]), ...cells(after.by[by][name])]),
	]);
}

function differences({ changed, stricter, laxer, moves, because, first }: ComparisonSummary, actions: number): string[] {
	if (changed === 0) return ['every action goes the same way'];
	return [
		`${changed} actions (${share(changed, actions)}) go elsewhere: ${stricter} stricter, ${laxer} laxer`,
		...columns(
			moves.map(({ from, to, actions: count, right, wrong }) => [
				`${from} -> ${to}`,
				String(count),
				`${right} right, ${wrong} wrong`,
			]),
		),
		'',
		...columns(because.slice(0, 20).map(({ rule, change, actions: count }) => [change, String(count), inert(rule, 100)])),
		'',
		...columns(
			first
				.slice(0, 10)
				.map(({ line, key, operation, from, to, because: rules }) => [
					`line ${line}`,
					inert(key, 40),
					inert(operation, 40),
					`${from} -> ${to}`,
					inert(rules.join(', '), 100),
				]),
		),
	];
}

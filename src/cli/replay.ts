/** `countersign replay`: a recorded history judged by a policy, without running anything. */
import type { Command } from 'commander';
import type { ReplaySummary } from '../learning/replay.ts';
import { columns, run } from './output.ts';

interface Options {
	readonly map?: string;
	readonly policy: string;
	readonly routes?: string;
	readonly skipBad?: boolean;
	readonly json?: boolean;
}

export function addReplay(program: Command): void {
	program
		.command('replay')
		.argument('<file>', 'JSONL: one recorded action on each line')
		.description('judge recorded actions by a policy without running anything, and count what would have gone wrong')
		.option('-m, --map <file>', 'which field of a row is which; without it the rows are proposals')
		.requiredOption('--policy <file>', 'the policy')
		.option('--routes <file>', 'write a JSON line for each action: where it went and why')
		.option('--skip-bad', 'leave out rows that cannot be used, and count them')
		.option('--json', 'print the counts as JSON')
		.addHelpText(
			'after',
			'\nExamples:\n  countersign replay history.jsonl --map map.yaml --policy policies/support.yaml --json\n  countersign replay history.jsonl --map map.yaml --policy policy.yaml --routes routes.jsonl',
		)
		.action((file: string, options: Options) =>
			run(options, async (output) => {
				const { replayFile } = await import('./replay-file.ts');
				const counts = await replayFile(file, options);
				if (output.json) output.data(counts);
				else for (const line of table(counts)) output.line(line);
			}),
		);
}

const percent = (rate: number | null): string => (rate === null ? '-' : `${(100 * rate).toFixed(2)} %`);

function table({ actions, routes, skipped, ...counts }: ReplaySummary & { readonly skipped: number }): string[] {
	const share = (count: number): string => percent(actions === 0 ? null : count / actions);
	const labelled =
		counts.labelled === 0
			? []
			: [
					[
						'wrong, run',
						String(counts.wrongExecuted),
						`error rate ${percent(counts.errorRate)}, at most ${percent(counts.errorRateUpper95)} (95 %)`,
					],
					['wrong, held', String(counts.wrongCaught), ''],
					['right, held', String(counts.goodHeld), ''],
				];
	return columns([
		['actions', String(actions), skipped > 0 ? `${skipped} rows left out` : ''],
		...Object.entries(routes).map(([route, count]) => [route, String(count), share(count)]),
		['run', String(counts.executed), share(counts.executed)],
		...labelled,
	]).map((line) => line.trimEnd());
}

/** `countersign replay`: a recorded history judged by a policy, or by two, without running anything. */
import { type Command, InvalidArgumentError } from 'commander';
import { run } from './output.ts';
import type { ReplayResult } from './replay-file.ts';
import { type GroupName, replayTable } from './replay-report.ts';

interface Options {
	readonly map?: string;
	readonly policy: string;
	readonly against?: string;
	readonly by?: GroupName;
	readonly routes?: string;
	readonly changes?: string;
	readonly minutes: number;
	readonly skipBad?: boolean;
	readonly json?: boolean;
}

function groupNameOf(text: string): GroupName {
	if (text === 'operation' || text === 'risk' || text === 'agent' || text === 'day') return text;
	throw new InvalidArgumentError('must be operation, risk, agent or day');
}

function minutesOf(text: string): number {
	const minutes = Number(text);
	if (!(minutes > 0 && minutes <= 1440)) throw new InvalidArgumentError('must be a number of minutes above 0');
	return minutes;
}

export function addReplay(program: Command): void {
	program
		.command('replay')
		.argument('<file>', 'JSONL: one recorded action on each line')
		.description('judge recorded actions by a policy without running anything, and count what would have gone wrong')
		.option('-m, --map <file>', 'which field of a row is which; without it the rows are proposals')
		.requiredOption('--policy <file>', 'the policy')
		.option('--against <file>', 'another policy: which actions would go elsewhere, and why')
		.option('--by <kind>', 'a line for each operation, risk, agent or day as well', groupNameOf)
		.option('--minutes <number>', 'how long one review takes, for the load', minutesOf, 3)
		.option('--routes <file>', 'write a JSON line for each action: where it went and why')
		.option('--changes <file>', 'write a JSON line for each action that goes elsewhere under --against')
		.option('--skip-bad', 'leave out rows that cannot be used, and count them')
		.option('--json', 'print the counts as JSON')
		.addHelpText(
			'after',
			'\nExamples:\n  countersign replay history.jsonl --map map.yaml --policy policies/support.yaml --json\n  countersign replay history.jsonl --map map.yaml --policy policy.yaml --routes routes.jsonl\n  countersign replay history.jsonl --map map.yaml --policy live.yaml --against proposal/policy.yaml --by operation',
		)
		.action((file: string, options: Options) =>
			run(options, async (output) => {
				const { replayFile } = await import('./replay-file.ts');
				const result: ReplayResult = await replayFile(file, options);
				if (output.json) output.data(result);
				else for (const line of replayTable(result, options.by)) output.line(line);
			}),
		);
}

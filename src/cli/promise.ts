/** `countersign promise`: how often thresholds keep what they promise, on clusters they were not fitted on. */
import type { Command } from 'commander';
import { countOf, groupKindOf, scaleOf, shareOf } from './calibrate.ts';
import { run } from './output.ts';

export interface PromiseOptions {
	readonly map: string;
	readonly target: number;
	readonly confidence: number;
	readonly cluster?: string;
	readonly by: 'operation' | 'risk' | 'agent';
	readonly policy?: string;
	readonly splits: number;
	readonly heldOut: number;
	readonly seed: number;
	readonly scale?: number;
	readonly skipBad?: boolean;
	readonly json?: boolean;
}

export function addPromise(program: Command): void {
	program
		.command('promise')
		.argument('<file>', 'JSONL: one recorded action with its outcome on each line')
		.description('fit thresholds on some clusters and hold them against the others, many times: how often is the target kept?')
		.requiredOption('-m, --map <file>', 'which field of a row is which; it must name `label`')
		.option('--target <share>', 'how many of the actions above a threshold must be right', shareOf, 0.95)
		.option('--confidence <share>', 'with which confidence that must hold', shareOf, 0.95)
		.option('--cluster <path>', 'what rows share their mistakes with: conversation, task, customer')
		.option('--by <kind>', 'one threshold for each operation, risk (needs --policy) or agent', groupKindOf, 'operation')
		.option('--policy <file>', 'the policy that knows risk classes')
		.option('--splits <number>', 'how many random splits', countOf, 200)
		.option('--held-out <share>', 'share of clusters that is held out', shareOf, 0.5)
		.option('--seed <number>', 'another seed, other splits', countOf, 1)
		.option('--scale <number>', 'what stands for certainty in the log, such as 100', scaleOf)
		.option('--skip-bad', 'leave out rows that cannot be used')
		.option('--json', 'print the figures as JSON')
		.addHelpText('after', '\nExamples:\n  countersign promise history.jsonl --map map.yaml --cluster task_id --by agent --json')
		.action((file: string, options: PromiseOptions) =>
			run(options, async (output) => (await import('./promise-work.ts')).promiseOf(file, options, output)),
		);
}

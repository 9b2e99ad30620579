/** `countersign policy shadow`, `promote`, `rollout`, `drop` and `restore`: a candidate beside the policy in force, by stages. */
import type { Command } from 'commander';
import { type Output, run } from './output.ts';

interface Options {
	readonly by?: string;
	readonly json?: boolean;
}

type Work = typeof import('./rollout-work.ts');

/** Adds the commands to `countersign policy`. */
export function addRollout(policy: Command): void {
	const add = (name: string, description: string, example: string): Command =>
		policy
			.command(name)
			.description(description)
			.option('--by <name>', 'who does it, for the record; the user of this machine by default')
			.option('--json', 'print the roll-out as JSON')
			.addHelpText('after', `\nExamples:\n  countersign policy ${example}`);
	const work = (options: Options, does: (work: Work, output: Output) => Promise<void>): Promise<void> =>
		run(options, async (output) => does(await import('./rollout-work.ts'), output));
	add('shadow', 'put a candidate beside the policy in force: it judges all live traffic and decides nothing', 'shadow next.yaml')
		.argument('<file>', 'the candidate')
		.action((file: string, options: Options) => work(options, ({ shadowFile }, output) => shadowFile(file, options, output)));
	add('promote', 'let the candidate judge the next share of the traffic, where the guards allow it', 'promote').action(
		(options: Options) => work(options, ({ promoteCandidate }, output) => promoteCandidate(options, output)),
	);
	add(
		'rollout',
		'show the candidate, how it differs, what stands against the next stage, and what was demoted',
		'rollout --json',
	).action((options: Options) => work(options, ({ showRollout }, output) => showRollout(output)));
	add('drop', 'take the candidate away', 'drop')
		.option('--to-shadow', 'back into shadow instead')
		.action((options: Options & { toShadow?: boolean }) =>
			work(options, ({ dropCandidate }, output) => dropCandidate(options, output)),
		);
	add('restore', 'let an operation run by itself again that was demoted', 'restore refund')
		.argument('<operation>', 'the operation')
		.action((operation: string, options: Options) =>
			work(options, ({ restoreOperation }, output) => restoreOperation(operation, options, output)),
		);
}

/** `countersign submit`: proposals from a file, through the live system. */
import { type Command, InvalidArgumentError } from 'commander';
import { run } from './output.ts';

interface Options {
	readonly map?: string;
	readonly parallel: number;
	readonly routes?: string;
	readonly skipBad?: boolean;
	readonly timeout: number;
	readonly json?: boolean;
}

export function addSubmit(program: Command): void {
	program
		.command('submit')
		.argument('<file>', 'JSONL: one proposal, or one row of a log, on each line')
		.description('send proposals through the running system, and tell where each one went')
		.option('-m, --map <file>', 'which field of a row is which; without it the rows are proposals')
		.option('--parallel <n>', 'how many to send at a time; one keeps the order of the file', countOf, 1)
		.option('--routes <file>', 'write a JSON line for each action: where it went and why')
		.option('--skip-bad', 'leave out rows that cannot be used, and count them')
		.option('--timeout <seconds>', 'how long an action may take to be routed', countOf, 60)
		.option('--json', 'print a JSON line for each action')
		.addHelpText(
			'after',
			'\nExamples:\n  countersign submit proposals.jsonl\n  countersign submit history.jsonl --map map.yaml --parallel 20 --json',
		)
		.action((file: string, options: Options) =>
			run(options, async (output) => {
				const { submitFile } = await import('./submit-file.ts');
				const sent = await submitFile(file, { ...options, timeoutMs: options.timeout * 1000 }, output);
				output.say(`${sent.actions} actions routed${sent.skipped > 0 ? `, ${sent.skipped} rows left out` : ''}`);
			}),
		);
}

function countOf(text: string): number {
	if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('must be a whole number from 1 to 99999');
	return Number(text);
}

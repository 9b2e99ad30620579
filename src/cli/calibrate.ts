/** `countersign calibrate`: thresholds and a confidence map out of labelled actions. */
import { type Command, InvalidArgumentError } from 'commander';
import { run } from './output.ts';

export interface CalibrateOptions {
	readonly map: string;
	readonly target: number;
	readonly confidence: number;
	readonly cluster?: string;
	readonly by: 'operation' | 'risk' | 'agent';
	readonly policy?: string;
	readonly out?: string;
	readonly fitMap?: boolean;
	readonly step: number;
	readonly scale?: number;
	readonly skipBad?: boolean;
	readonly json?: boolean;
}

/** Reads a share strictly between 0 and 1. */
export function shareOf(text: string): number {
	const share = Number(text);
	if (!(share > 0 && share < 1)) throw new InvalidArgumentError('must be a number between 0 and 1');
	return share;
}

/** Reads a whole number from 1 on. */
export function countOf(text: string): number {
	const count = Number(text);
	if (!Number.isSafeInteger(count) || count < 1 || count > 1e6)
		throw new InvalidArgumentError('must be a whole number from 1 to 1000000');
	return count;
}

/** Reads what stands for certainty in a log. */
export function scaleOf(text: string): number {
	const scale = Number(text);
	if (!(scale >= 1 && scale <= 1e6)) throw new InvalidArgumentError('must be a number from 1 on, such as 100');
	return scale;
}

/** Reads a kind of group. */
export function groupKindOf(text: string): CalibrateOptions['by'] {
	if (text === 'operation' || text === 'risk' || text === 'agent') return text;
	throw new InvalidArgumentError('must be operation, risk or agent');
}

export function addCalibrate(program: Command): void {
	program
		.command('calibrate')
		.argument('<file>', 'JSONL: one recorded action with its outcome on each line')
		.description(
			'find the lowest confidence above which enough was right, and propose a policy; exit code 6 where the evidence is too thin',
		)
		.requiredOption('-m, --map <file>', 'which field of a row is which; it must name `label`')
		.option('--target <share>', 'how many of the actions above a threshold must be right', shareOf, 0.95)
		.option('--confidence <share>', 'with which confidence that must hold', shareOf, 0.95)
		.option('--cluster <path>', 'what rows share their mistakes with: conversation, task, customer')
		.option('--by <kind>', 'one threshold for each operation, risk (needs --policy) or agent', groupKindOf, 'operation')
		.option('--policy <file>', 'the live policy; its confidence map counts, and thresholds are proposed for it')
		.option('--fit-map', 'fit a new confidence map, and calibrate on what it gives out of fold')
		.option(
			'--out <folder>',
			'write report.md, reliability.svg, confidence-map.json, and with --policy policy.yaml and policy.diff',
		)
		.option('--step <share>', 'the largest loosening that is proposed at once', shareOf, 0.05)
		.option('--scale <number>', 'what stands for certainty in the log, such as 100', scaleOf)
		.option('--skip-bad', 'leave out rows that cannot be used, and count them')
		.option('--json', 'print the result as JSON')
		.addHelpText(
			'after',
			'\nExamples:\n  countersign calibrate history.jsonl --map map.yaml --cluster conversation_id --json\n  countersign calibrate history.jsonl --map map.yaml --by risk --policy policy.yaml --out proposal',
		)
		.action((file: string, options: CalibrateOptions) =>
			run(options, async (output) => (await import('./calibrate-work.ts')).calibrateFile(file, options, output)),
		);
}

/** The command line's grammar. Every command is a file beside this one, which loads what it needs when it runs: `--help` is quick. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { addApi } from './api.ts';
import { addAudit } from './audit.ts';
import { addCalibrate } from './calibrate.ts';
import { addDecide } from './decide.ts';
import { addDev } from './dev.ts';
import { addDoctor } from './doctor.ts';
import { addExamples } from './examples.ts';
import { Exit, exitCodes } from './exit.ts';
import { addHold } from './hold.ts';
import { addInterruptions } from './interruptions.ts';
import { addKey } from './key.ts';
import { addList } from './list.ts';
import { openOutput, report } from './output.ts';
import { addPolicy } from './policy.ts';
import { addPromise } from './promise.ts';
import { addQuarantine } from './quarantine.ts';
import { addReplay } from './replay.ts';
import { addReport } from './report.ts';
import { addShow } from './show.ts';
import { addSubmit } from './submit.ts';
import { addWait } from './wait.ts';
import { addWithdraw } from './withdraw.ts';
import { addWorker } from './worker.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

/** Reads a port from the command line. */
function portOf(text: string): number {
	const port = Number(text);
	if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('must be a port from 0 to 65535');
	return port;
}

/** Runs what stands on a command line, without the program's name, and sets the exit code. */
export async function commandLine(args: readonly string[]): Promise<void> {
	try {
		await program().parseAsync(args, { from: 'user' });
	} catch (error) {
		if (!(error instanceof CommanderError)) throw error;
		const { exitCode, code } = error;
		process.exitCode = exitCode === 0 ? exitCodes.ok : exitCodes.usage;
		// Help was asked for, or stands where a command is missing; it is printed already.
		if (exitCode === 0 || code === 'commander.help') return;
		const output = openOutput({ json: args.includes('--json') });
		report(new Exit('usage', error.message.replace(/^error: /, ''), { code: 'usage' }), output);
		if (!output.json) output.say('(--help shows what there is)');
	}
}

/** All commands. Throws a `CommanderError` for what is no command line, and for `--help` and `--version`. */
export function program(): Command {
	const root = new Command('countersign')
		.description('stands between AI agents and the things they do')
		.version(version, '-V, --version')
		.helpCommand(false)
		.showSuggestionAfterError()
		.exitOverride()
		// Told by `commandLine`, as JSON where that is asked for.
		.configureOutput({ outputError: () => undefined })
		.addHelpText(
			'after',
			'\nExamples:\n  countersign dev\n  countersign list --state in_review\n  countersign replay history.jsonl --map map.yaml --policy policies/support.yaml --json\n\nExit codes: docs/cli.md',
		);
	addDev(root, portOf);
	addApi(root, portOf);
	addWorker(root);
	addSubmit(root);
	addList(root);
	addShow(root);
	addDecide(root);
	addWait(root);
	addWithdraw(root);
	addQuarantine(root);
	addAudit(root);
	addPolicy(root);
	addReplay(root);
	addCalibrate(root);
	addPromise(root);
	addInterruptions(root);
	addDoctor(root);
	addHold(root);
	addReport(root);
	addExamples(root);
	addKey(root);
	return root;
}

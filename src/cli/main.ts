#!/usr/bin/env node
/** `countersign`. */
import { CommanderError } from 'commander';
import { exitCodes } from './exit.ts';
import { program } from './program.ts';

// Whoever reads has read enough (`| head`): there is nobody left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
	process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.error),
);

try {
	await program().parseAsync();
} catch (error) {
	if (!(error instanceof CommanderError)) throw error;
	// Commander has said what is wrong; `--help` and `--version` end this way too.
	process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
}

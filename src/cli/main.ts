#!/usr/bin/env node
/** `countersign`. */
import { exitCodes } from './exit.ts';
import { commandLine } from './program.ts';

// Whoever reads has read enough (`| head`): there is nobody left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
	process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.error),
);

await commandLine(process.argv.slice(2));

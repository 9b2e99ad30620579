/**
 * `node scripts/run.mjs FILE [ARGUMENT]...`: installs what is missing, then runs FILE on a Node that is new enough. That is this
 * very process, except on the first run after a fresh clone on a machine whose own Node is older.
 */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isNewEnough, pinnedNode } from './ensure-installed.mjs';

const [file, ...rest] = process.argv.slice(2);
const path = resolve(file);

if (isNewEnough(process.version)) {
	process.argv.splice(1, 2, path);
	await import(pathToFileURL(path).href);
} else {
	const child = spawn(pinnedNode, [path, ...rest], { stdio: 'inherit' });
	// Ctrl-C reaches both of us from the terminal, and the child must end in its own time; other signals reach only us.
	process.on('SIGINT', () => {});
	for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
	child.on('exit', (code, signal) => process.exit(signal === null ? code : 1));
}

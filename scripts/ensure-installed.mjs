/**
 * Makes `npm start`, `npm test` and the rest work on a fresh clone: installs what package-lock.json asks for when it is not
 * there, and says nothing when it is. It runs on whatever Node the system has (18 or newer), before anything is installed.
 *
 * npm has put node_modules/.bin first on PATH, so what an npm script starts afterwards runs on the pinned Node, with one
 * exception: a shell remembers where it found `node` the first time. After an install it would run the system's again, and so
 * our own TypeScript is started by run.mjs.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const oldestNode = [22, 12];

/** Whether what is installed is what the lock file asks for. Packages of other platforms may be absent. */
function installed() {
	const record = join(root, 'node_modules', '.package-lock.json');
	if (!existsSync(record)) return false;
	const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
	const present = JSON.parse(readFileSync(record, 'utf8')).packages;
	return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
		if (path === '') return true;
		const found = present[path];
		return found === undefined ? optional === true : found.version === version && found.integrity === integrity;
	});
}

/** Runs npm, the same one that runs this script. Its talk goes to stderr: stdout belongs to the command that follows. */
function npm(...args) {
	const cli = process.env.npm_execpath;
	// On the Node that npm itself came with: the pinned one is about to be replaced.
	const [command, first] = cli?.endsWith('.js') ? [process.env.npm_node_execpath ?? process.execPath, [cli]] : ['npm', []];
	const options = { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' && first.length === 0 };
	return (
		spawnSync(command, [...first, ...args, '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], options).status ===
		0
	);
}

/** Whether a version such as `v24.21.0` can run Countersign. */
export function isNewEnough(version) {
	const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
	return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
}

/** The pinned Node (the `node` package puts it there when it is installed). */
export const pinnedNode = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

if (!installed()) {
	console.error('countersign: installing what package-lock.json asks for (npm ci) ...');
	const before = Date.now();
	// The one install script fetches the pinned Node; where that cannot be had, a system's Node that is new enough will do.
	if (!npm('ci') && !(isNewEnough(process.version) && npm('ci', '--ignore-scripts'))) {
		console.error(
			'countersign: `npm ci` failed (see above): is the registry reachable, and package-lock.json as it was committed?',
		);
		process.exit(1);
	}
	console.error(`countersign: installed in ${Math.round((Date.now() - before) / 1000)} s`);
}

const lacksNode = () => !isNewEnough(process.version) && !existsSync(pinnedNode);

// Where install scripts are switched off, the pinned Node is not there yet.
if (lacksNode()) npm('rebuild', 'node', '--ignore-scripts=false');
if (lacksNode()) {
	console.error(
		`countersign: Node ${oldestNode.join('.')} or newer is needed, and the pinned one could not be installed. Install Node 24.`,
	);
	process.exit(1);
}

// npm links the commands of packages, not a clone's own one, and `npx countersign` would ask whether it may install it.
if (process.platform !== 'win32') {
	try {
		symlinkSync(join('..', '..', 'bin', 'countersign.mjs'), join(root, 'node_modules', '.bin', 'countersign'));
	} catch (error) {
		// It is there; or nobody may write here, and then npx asks.
		if (!['EEXIST', 'EACCES', 'EROFS'].includes(error.code)) throw error;
	}
}

/** How soon `npm start` is ready: in a clone that is installed, and in a fresh one whose packages npm has in its cache. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Benchmark, figureOf } from './rig/benchmark.ts';
import { monotonicMs } from './rig/clock.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** What the console prints when it is ready: where it is. */
const ready = /^\s*Countersign\s+http:\/\//m;
const patienceMs = 180_000;

/** Runs `npm start` in a folder until it says that it is ready, then stops it. Returns seconds. */
async function secondsToReady(folder: string): Promise<number> {
	const data = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
	const start = monotonicMs();
	const child = spawn('npm', ['start'], {
		cwd: folder,
		// A group of its own, so that whatever npm has started can be stopped with it.
		detached: true,
		env: { ...process.env, COUNTERSIGN_DATA: data, PORT: '0', FORCE_COLOR: '0' },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const said: string[] = [];
	const spoke = new Promise<number>((resolve, reject) => {
		for (const stream of [child.stdout, child.stderr]) {
			stream.on('data', (chunk: Buffer) => {
				said.push(chunk.toString());
				if (ready.test(said.join(''))) resolve((monotonicMs() - start) / 1000);
			});
		}
		child.once('exit', (code) => reject(new Error(`npm start ended with code ${code}: ${said.join('').slice(-2000)}`)));
		setTimeout(
			() => reject(new Error(`npm start was not ready after ${patienceMs / 1000} s: ${said.join('').slice(-2000)}`)),
			patienceMs,
		).unref();
	});
	try {
		return await spoke;
	} finally {
		const gone = once(child, 'exit');
		if (child.exitCode === null && child.pid !== undefined) {
			process.kill(-child.pid, 'SIGTERM');
			await gone;
		}
		await rm(data, { recursive: true, force: true });
	}
}

export const startInstalled: Benchmark = {
	name: 'start',
	async run(size) {
		const rounds: number[] = [];
		for (let i = 0; i < (size.short ? 3 : 5); i++) {
			size.say(`npm start, ${i + 1}`);
			rounds.push(await secondsToReady(root));
		}
		return [
			figureOf({
				name: 'npm start, installed clone',
				unit: 's to ready',
				rounds: { floor: [], ours: rounds },
				goal: { of: 'value', atMost: 3 },
			}),
		];
	},
};

export const startFresh: Benchmark = {
	name: 'start-fresh',
	onlyNamed: true,
	async run(size) {
		const folder = await mkdtemp(join(tmpdir(), 'countersign-clone-'));
		try {
			size.say('git clone, then npm start, with what npm has in its cache');
			const [code] = (await once(spawn('git', ['clone', '--quiet', root, folder], { stdio: 'inherit' }), 'exit')) as [number];
			if (code !== 0) throw new Error(`git clone ended with code ${code}`);
			const seconds = await secondsToReady(folder);
			return [
				figureOf({
					name: 'npm start, fresh clone, warm npm cache',
					unit: 's to ready',
					rounds: { floor: [], ours: [seconds] },
					goal: { of: 'value', atMost: 30 },
				}),
			];
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	},
};

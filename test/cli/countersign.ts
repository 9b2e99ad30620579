/** The command line: the same grammar and commands as `main.ts`, in this process, with what it prints and its exit code. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';
import { commandLine } from '../../src/cli/program.ts';

export interface Ended {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

let turn: Promise<unknown> = Promise.resolve();

/** Runs one command; one after the other, because what it prints is caught where the process prints. */
export function countersign(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
	const mine = turn.then(() => runHere(args, env));
	turn = mine.catch(() => undefined);
	return mine;
}

async function runHere(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
	const printed = { stdout: '', stderr: '' };
	const caught = (['stdout', 'stderr'] as const).map((name) =>
		vi.spyOn(process[name], 'write').mockImplementation((text: string | Uint8Array) => {
			printed[name] += typeof text === 'string' ? text : Buffer.from(text).toString();
			return true;
		}),
	);
	for (const [name, value] of Object.entries({ COUNTERSIGN_DATA: ownFolder(), ...env })) vi.stubEnv(name, value);
	try {
		await commandLine(args);
		return { code: Number(process.exitCode ?? 0), ...printed };
	} finally {
		for (const each of caught) each.mockRestore();
		vi.unstubAllEnvs();
		process.exitCode = undefined;
	}
}

/** The journal must not lie in the checkout. */
function ownFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** A command that runs until it is told to stop. */
export interface Running {
	/** The first line of its data. */
	readonly first: Promise<string>;
	readonly ended: Promise<Ended>;
	stop(): void;
}

/** Starts a command as a user has it: a process of its own. */
export function started(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
	const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
	const child = spawn(process.execPath, [at('../../src/cli/main.ts'), ...args], {
		cwd: at('../..'),
		env: { PATH: process.env.PATH ?? '', NODE_ENV: 'test', LOG_LEVEL: 'silent', COUNTERSIGN_DATA: ownFolder(), ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	onTestFinished(() => {
		child.kill('SIGKILL');
	});
	const printed = { stdout: '', stderr: '' };
	const ended = new Promise<Ended>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code) => resolve({ code, ...printed }));
	});
	const first = new Promise<string>((resolve, reject) => {
		for (const name of ['stdout', 'stderr'] as const) {
			child[name].setEncoding('utf8').on('data', (text: string) => {
				printed[name] += text;
				if (printed.stdout.includes('\n')) resolve(printed.stdout.slice(0, printed.stdout.indexOf('\n')));
			});
		}
		ended.then(({ stderr }) => reject(new Error(`it ended: ${stderr}`)), reject);
	});
	// Who only waits for the end does not ask for it.
	first.catch(() => undefined);
	return { first, ended, stop: () => child.kill('SIGTERM') };
}

/** Runs one command as a user has it, to its end. */
export const spawned = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
	started(args, env).ended;

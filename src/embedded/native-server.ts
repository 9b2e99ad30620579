import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Fault } from '../domain/errors.ts';
import { freePort } from './free-port.ts';
import { watchParent } from './parent-watch.ts';
import { askServer, compareVersions, oldestVersion, type ServerInfo } from './server-info.ts';

/** A server that runs now and is ours to stop. */
export interface StartedServer {
	readonly url: string;
	readonly info: ServerInfo;
	/** Process id, null when it lives in a thread of this process. */
	readonly pid: number | null;
	/** Called at most once, when the server ends without having been asked to. */
	onLost(listener: (why: string) => void): void;
	stop(): Promise<void>;
}

/** How to start a native server. */
export interface NativeOptions {
	readonly command: string;
	/** Where the append-only file lives; must exist and be claimed. */
	readonly folder: string;
	readonly password: string;
}

/** The first of redis-server and valkey-server on PATH that is new enough, or null. */
export async function findNativeServer(): Promise<string | null> {
	for (const command of ['redis-server', 'valkey-server']) {
		const { stdout } = await promisify(execFile)(command, ['--version'], { timeout: 10_000 }).catch(() => ({ stdout: '' }));
		const version = /\bv=(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
		if (version !== undefined && compareVersions(version, oldestVersion) >= 0) return command;
	}
	return null;
}

const portTries = 5;
const readyMs = 60_000;
const stopMs = 15_000;

/** Starts a server on a free loopback port, with an append-only file synced every second, and waits until it answers. */
export async function startNative(options: NativeOptions): Promise<StartedServer> {
	for (let attempt = 1; ; attempt++) {
		const outcome = await tryStart(options, await freePort());
		if (typeof outcome !== 'string') return outcome;
		// The port was free a moment ago; on a busy machine somebody may have taken it since.
		if (attempt === portTries || !/address already in use|bind/i.test(outcome)) {
			throw new Fault('storage_unavailable', `\`${options.command}\` did not start in \`${options.folder}\`: ${outcome}`);
		}
	}
}

async function tryStart(options: NativeOptions, port: number): Promise<StartedServer | string> {
	// A session of its own: Ctrl-C in the terminal must reach Redis only through us, after the workers have finished.
	const child = spawn(options.command, ['-'], { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
	const lastLines = collectLines(child);
	// The configuration goes through standard input, so that the password shows up neither in `ps` nor in a file.
	child.stdin.on('error', () => {});
	child.stdin.end(configuration(options, port));
	const gone = once(child, 'exit').then(
		([code, signal]) => `it ended with ${signal ?? `code ${code}`}: ${lastLines()}`,
		(error: Error) => error.message,
	);

	const url = `redis://default:${options.password}@127.0.0.1:${port}`;
	const answer = await Promise.race([gone, untilReady(url, child)]);
	if (typeof answer === 'string' || child.pid === undefined) {
		child.kill('SIGTERM');
		return await gone;
	}

	const watch = watchParent(child.pid);
	let asked = false;
	// Neither keeps our process alive: when it has nothing left to do, it may end, and the watch takes Redis along.
	child.unref();
	for (const stream of [child.stdout, child.stderr]) (stream as unknown as { unref(): void }).unref();
	return {
		url,
		info: answer,
		pid: child.pid,
		onLost: (listener) => void gone.then((why) => asked || listener(why)),
		async stop() {
			asked = true;
			child.ref();
			child.kill('SIGTERM'); // Writes and syncs the append-only file before it ends.
			const late = setTimeout(() => child.kill('SIGKILL'), stopMs);
			await gone;
			clearTimeout(late);
			watch.end();
		},
	};
}

function configuration({ folder, password }: NativeOptions, port: number): string {
	return [
		'bind 127.0.0.1',
		`port ${port}`,
		'protected-mode yes',
		`requirepass ${password}`,
		`dir ${JSON.stringify(folder)}`,
		'appendonly yes',
		'appendfsync everysec',
		'save ""',
		'maxmemory-policy noeviction',
		'daemonize no',
		'loglevel warning',
		'',
	].join('\n');
}

/** Resolves when the server answers with our password, is the process we started, and has read its files. */
async function untilReady(url: string, child: ChildProcess): Promise<ServerInfo | string> {
	for (const giveUpAt = Date.now() + readyMs; Date.now() < giveUpAt; await wait(10)) {
		const info = await askServer(url);
		if (info !== null && !info.loading && info.processId === child.pid) return info;
	}
	return `it did not answer within ${readyMs / 1000} s`;
}

function collectLines(child: ChildProcess): () => string {
	let tail = '';
	const keep = (chunk: Buffer): void => {
		tail = (tail + chunk.toString()).slice(-2000);
	};
	child.stdout?.on('data', keep);
	child.stderr?.on('data', keep);
	return () => tail.trim().split('\n').slice(-5).join(' | ');
}

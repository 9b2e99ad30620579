/** A native Redis with its append-only file, as production has it (`everysec`), that can be killed and comes back on the same port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from '../../src/embedded/free-port.ts';
import { findNativeServer } from '../../src/embedded/native-server.ts';
import { watchParent } from '../../src/embedded/parent-watch.ts';

export interface RedisServer {
	readonly url: string;
	readonly port: number;
	/** SIGKILL, and up again with what its file holds. Gives back for how many ms nobody was answered. */
	killAndRestart(): Promise<number>;
	stop(): Promise<void>;
}

const readyMs = 60_000;

/** Starts one in a folder; null where the machine has none. */
export async function startRedis(folder: string): Promise<RedisServer | null> {
	const command = await findNativeServer();
	if (command === null) return null;
	mkdirSync(folder, { recursive: true });
	const port = await freePort();
	const url = `redis://127.0.0.1:${port}`;
	let watch: { end(): void } | null = null;
	const start = async (): Promise<ChildProcess> => {
		const settings = {
			bind: '127.0.0.1',
			port,
			dir: folder,
			appendonly: 'yes',
			appendfsync: 'everysec',
			save: '',
			loglevel: 'warning',
		};
		const words = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
		const child = spawn(command, words, { stdio: 'ignore' });
		watch?.end();
		watch = child.pid === undefined ? null : watchParent(child.pid);
		await ready(port);
		return child;
	};
	let child = await start();
	const kill = async (): Promise<void> => {
		const gone = once(child, 'exit');
		child.kill('SIGKILL');
		await gone;
	};
	return {
		url,
		port,
		async killAndRestart() {
			const from = Date.now();
			await kill();
			child = await start();
			return Date.now() - from;
		},
		async stop() {
			await kill();
			watch?.end();
		},
	};
}

/** Until it answers: while it reads its file it says that it is loading. */
async function ready(port: number): Promise<void> {
	const client = new Redis({
		port,
		host: '127.0.0.1',
		retryStrategy: () => 20,
		maxRetriesPerRequest: null,
		enableReadyCheck: true,
	});
	client.on('error', () => undefined);
	const answered = new AbortController();
	const late = wait(readyMs, undefined, { signal: answered.signal }).then(() => {
		throw new Error('Redis did not come back');
	});
	// Ended with the answer: a timer that runs on would keep the harness from ending for a minute.
	late.catch(() => undefined);
	try {
		await Promise.race([client.ping(), late]);
	} finally {
		answered.abort();
		client.disconnect();
	}
}

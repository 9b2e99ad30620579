/** Redis servers that a test may kill, stop, cut and promote. Native ones: the in-memory one keeps nothing that could be cut. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync, truncateSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { freePort } from '../../src/embedded/free-port.ts';
import { findNativeServer } from '../../src/embedded/native-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import type { TestRedis } from '../support/redis.ts';

export const nativeServer = await findNativeServer();
if (nativeServer === null) console.warn('\n!!! no redis-server on PATH: FAILURES OF A REAL REDIS ARE NOT TRIED\n');

export interface Server {
	readonly url: string;
	readonly port: number;
	readonly folder: string;
	/** As a test's own Redis. */
	readonly redis: TestRedis;
	signal(signal: NodeJS.Signals): void;
	kill(): Promise<void>;
	/** Starts it again on the same files and port. */
	start(): Promise<void>;
}

/** Starts a server; it is gone after the test. */
export async function openServer(...options: string[]): Promise<Server> {
	const [folder, port] = [await temporaryFolder(), await freePort()];
	const url = `redis://127.0.0.1:${port}`;
	let child: ChildProcess | null = null;
	const clients: Redis[] = [];
	const client = (given = {}): Redis => {
		const made = new Redis(url, { maxRetriesPerRequest: null, ...given });
		made.on('error', () => undefined);
		clients.push(made);
		return made;
	};
	const server: Server = {
		url,
		port,
		folder,
		redis: { url, kind: 'native', prefix: '{own}', connect: client },
		signal: (signal) => void child?.kill(signal),
		async kill() {
			const gone = child;
			child = null;
			if (gone === null) return;
			const ended = once(gone, 'exit');
			gone.kill('SIGKILL');
			await ended;
		},
		async start() {
			const files = [
				'--dir',
				folder,
				'--save',
				'',
				'--appendonly',
				'yes',
				'--appendfsync',
				'always',
				'--loglevel',
				'warning',
				'--repl-diskless-sync-delay',
				'0',
			];
			child = spawn(nativeServer ?? 'redis-server', ['--port', String(port), '--bind', '127.0.0.1', ...files, ...options], {
				stdio: 'ignore',
			});
			const probe = new Redis(url, { retryStrategy: () => 10, maxRetriesPerRequest: null });
			probe.on('error', () => undefined);
			await probe.ping();
			probe.disconnect();
		},
	};
	onTestFinished(async () => {
		for (const each of clients) each.disconnect();
		child?.kill('SIGCONT');
		await server.kill();
	});
	await server.start();
	return server;
}

/** Cuts bytes off the end of the append-only file, as a power loss does. */
export function cutLog(folder: string, bytes: number): void {
	const where = join(folder, 'appendonlydir');
	const name = readdirSync(where).find((each) => each.endsWith('.incr.aof'));
	if (name === undefined) throw new Error('there is no append-only file');
	const path = join(where, name);
	truncateSync(path, Math.max(0, statSync(path).size - bytes));
}

export interface Front {
	readonly port: number;
	readonly url: string;
	/** From now on, new connections lead to this port; those there are are cut. */
	leadTo(port: number): void;
}

/** One address before several servers, as a failover leaves it. */
export async function openFront(first: number): Promise<Front> {
	let target = first;
	const open = new Set<Socket>();
	const server = createServer((incoming) => {
		const outgoing = connect(target, '127.0.0.1');
		for (const [one, other] of [
			[incoming, outgoing],
			[outgoing, incoming],
		] as const) {
			open.add(one);
			one.on('error', () => other.destroy());
			one.on('close', () => {
				open.delete(one);
				other.destroy();
			});
			one.pipe(other);
		}
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as { port: number };
	onTestFinished(() => {
		for (const socket of open) socket.destroy();
		server.close();
	});
	return {
		port,
		url: `redis://127.0.0.1:${port}`,
		leadTo(port) {
			target = port;
			for (const socket of open) socket.destroy();
		},
	};
}

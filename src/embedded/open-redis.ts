/**
 * The Redis that comes along, so that a fresh clone needs nothing installed: `REDIS_URL` if there is one; else redis-server or
 * valkey-server from PATH, with an append-only file in a data folder; else Valkey as WebAssembly, in memory. A second start
 * on the same data folder joins the server of the first.
 */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../domain/errors.ts';
import { claimFolder, type FolderLease, type RunningServer } from './data-folder.ts';
import { pingLatency } from './latency.ts';
import { findNativeServer, type StartedServer, startNative } from './native-server.ts';
import { askServer, nameOf, onConnection, parseInfo } from './server-info.ts';
import { startWasm } from './wasm-server.ts';

/** Where the talk goes; pino's loggers fit. */
export interface Log {
	info(message: string): void;
	warn(message: string): void;
}

export interface OpenRedisOptions {
	/** Of a Redis that runs already (`REDIS_URL`); then nothing is started. */
	readonly url?: string | undefined;
	/** Where a native server keeps its append-only file; `.countersign/redis` by default. */
	readonly dataDir?: string | undefined;
	/** `auto` (the default): native where one is installed, else WebAssembly. */
	readonly kind?: 'auto' | 'native' | 'wasm' | undefined;
	/** In production the in-memory server is refused. */
	readonly production: boolean;
	readonly log: Log;
}

export interface OpenRedis {
	/** With its password: never log it. */
	readonly url: string;
	readonly kind: 'external' | 'native' | 'wasm';
	/** `redis 7.0.15`, `valkey 9.1.1`. */
	readonly version: string;
	/** Whether acknowledged writes survive a crash of the server (up to about the last second). */
	readonly durable: boolean;
	/** Whether an earlier start owns the server. */
	readonly joined: boolean;
	/** Stops the server if this call started it. Close the connections first. */
	stop(): Promise<void>;
}

const slowPingMs = 10;
const externalPatienceMs = 10_000;

/**
 * Finds or starts a Redis. Throws a `Fault`: `production_forbidden` where only the in-memory server is to be had in
 * production, `config_invalid` where a native one is asked for and none is installed or the data folder is held by a server
 * that does not answer, `storage_unavailable` where nothing answers at `url` or the server does not start.
 */
export async function openRedis(options: OpenRedisOptions): Promise<OpenRedis> {
	if (options.url !== undefined) return await useExternal(options.url);
	const command = options.kind === 'wasm' ? null : await findNativeServer();
	if (command === null) refuseWithoutNative(options);

	const claim = await claimFolder(resolve(options.dataDir ?? '.countersign/redis'));
	if (!claim.taken) return await join(claim.server, options);
	const { lease } = claim;
	try {
		return await start(command, lease, options);
	} catch (error) {
		await lease.release();
		throw error;
	}
}

async function useExternal(url: string): Promise<OpenRedis> {
	for (const giveUpAt = Date.now() + externalPatienceMs; ; await wait(250)) {
		try {
			const info = await onConnection(url, 5_000, async (client) => parseInfo(await client.info()));
			return { url, kind: 'external', version: nameOf(info), durable: info.appendOnly, joined: true, stop: async () => {} };
		} catch (error) {
			// A server that starts at the same time (compose) is worth waiting for; a wrong password never comes right.
			if (Date.now() < giveUpAt && transient.has((error as NodeJS.ErrnoException).code ?? '')) continue;
			// Only the place: the rest of the URL is a secret.
			const place = URL.canParse(url) ? new URL(url).host : 'the given URL';
			const why = (error as Error).message.split('\n')[0]?.slice(0, 100);
			throw new Fault('storage_unavailable', `no Redis to use at \`${place}\`, check REDIS_URL: ${why}`, {
				cause: error,
				retryable: true,
			});
		}
	}
}

const transient = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND', 'EHOSTUNREACH']);

function refuseWithoutNative({ kind, production }: OpenRedisOptions): void {
	if (kind === 'native') {
		throw new Fault(
			'config_invalid',
			'no redis-server or valkey-server (6.2 or newer) is on PATH: install one, or set REDIS_URL',
		);
	}
	if (production) {
		throw new Fault(
			'production_forbidden',
			'the in-memory Redis loses everything on exit: set REDIS_URL, or install redis-server',
		);
	}
}

async function join(server: RunningServer, { kind, production, log }: OpenRedisOptions): Promise<OpenRedis> {
	if (server.kind === 'wasm' && production) refuseWithoutNative({ kind: 'wasm', production, log });
	if (kind !== undefined && kind !== 'auto' && kind !== server.kind) {
		throw new Fault('config_invalid', `the data folder is in use by a ${server.kind} server: stop it, or choose another folder`);
	}
	const info = await askServer(server.url);
	if (info === null)
		throw new Fault('storage_unavailable', 'the server of the data folder just stopped: start again', { retryable: true });
	log.info(`${nameOf(info)} runs already in the data folder: joined it`);
	const { url } = server;
	return { url, kind: server.kind, version: nameOf(info), durable: info.appendOnly, joined: true, stop: async () => {} };
}

async function start(command: string | null, lease: FolderLease, options: OpenRedisOptions): Promise<OpenRedis> {
	const folder = resolve(options.dataDir ?? '.countersign/redis');
	const password = randomBytes(24).toString('base64url');
	const kind = command === null ? 'wasm' : 'native';
	const server = command === null ? await startWasm(password) : await startNative({ command, folder, password });
	const version = nameOf(server.info);
	if (!(await lease.held())) {
		await server.stop();
		throw new Fault('config_invalid', 'another start took the data folder at the same moment: start again');
	}
	await lease.publish({ url: server.url, kind, pid: server.pid });
	if (kind === 'native') options.log.info(`${version} started, append-only file in ${folder}`);
	else await announceWasm(server, options.log);
	server.onLost((why) => options.log.warn(`${version} is gone: ${why}`));
	return {
		url: server.url,
		kind,
		version,
		durable: kind === 'native',
		joined: false,
		async stop() {
			await server.stop();
			await lease.release();
		},
	};
}

async function announceWasm(server: StartedServer, log: Log): Promise<void> {
	log.warn(`${nameOf(server.info)} runs as WebAssembly, IN MEMORY: everything is lost on exit (install redis-server to keep it)`);
	const latency = await pingLatency(server.url);
	if (latency >= slowPingMs)
		log.warn(`the in-memory Redis is slow: PING takes ${latency.toFixed(1)} ms, expected less than ${slowPingMs}`);
}

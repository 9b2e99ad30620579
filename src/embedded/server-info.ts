/** What a Redis says of itself in INFO. Managed services often forbid CONFIG, so everything that INFO knows is read from there. */
import { Redis } from 'ioredis';

export interface ServerInfo {
	readonly software: 'redis' | 'valkey';
	/** `7.0.15`; Valkey's own number, not the Redis version that it is compatible with. */
	readonly version: string;
	readonly processId: number;
	/** Reading its files after a start: nothing else works yet. */
	readonly loading: boolean;
	readonly appendOnly: boolean;
	/** `noeviction`, `allkeys-lru`…; null where the service hides it. */
	readonly maxmemoryPolicy: string | null;
}

/** Reads the text of INFO. */
export function parseInfo(text: string): ServerInfo {
	const field = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(text)?.[1];
	const valkey = field('valkey_version');
	return {
		software: valkey === undefined ? 'redis' : 'valkey',
		version: valkey ?? field('redis_version') ?? '0.0.0',
		processId: Number(field('process_id') ?? 0),
		loading: field('loading') === '1',
		appendOnly: field('aof_enabled') === '1',
		maxmemoryPolicy: field('maxmemory_policy') ?? null,
	};
}

/**
 * Asks the server at `url` once, on a connection of its own, and returns null when nothing (or something else) answers within
 * `timeoutMs`. The password in `url` is part of the question: a server that does not know it is not the one meant.
 */
export async function askServer(url: string, timeoutMs = 1000): Promise<ServerInfo | null> {
	return await onConnection(url, timeoutMs, async (client) => parseInfo(await client.info())).catch(() => null);
}

/** Runs `work` on a fresh connection that neither retries nor reconnects, and closes it. Rejects with what went wrong first. */
export async function onConnection<T>(url: string, timeoutMs: number, work: (client: Redis) => Promise<T>): Promise<T> {
	const client = new Redis(url, {
		lazyConnect: true,
		connectTimeout: timeoutMs,
		commandTimeout: timeoutMs,
		disconnectTimeout: 50, // The default keeps the process alive for two seconds.
		enableReadyCheck: false,
		maxRetriesPerRequest: 0,
		retryStrategy: () => null,
	});
	let first: Error | null = null;
	client.on('error', (error) => {
		first ??= error;
	});
	try {
		await client.connect();
		return await work(client);
	} catch (error) {
		throw first ?? error; // The rejection itself says only that the connection is closed.
	} finally {
		client.disconnect();
	}
}

/** Compares two versions by their numbers: negative when `a` is older. */
export function compareVersions(a: string, b: string): number {
	const [left, right] = [a, b].map((version) => version.split('.').map(Number));
	for (let part = 0; part < 3; part++) {
		const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}

/** BullMQ's scripts need it, and so do ours. */
export const oldestVersion = '6.2.0';

/** `redis 7.0.15`, for people. */
export const nameOf = (info: ServerInfo): string => `${info.software} ${info.version}`;

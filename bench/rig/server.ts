/** A Redis of one's own for one round of one side: native, on a free port, with an append-only file synced every second. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { openRedis } from '../../src/embedded/open-redis.ts';

export interface Server {
	readonly url: string;
	readonly version: string;
	/** Memory that Redis has handed out (`used_memory`), in bytes. */
	usedMemory(): Promise<number>;
	/** CPU that the process of Redis has used, in ms. */
	cpuMs(): Promise<number>;
	/** Commands that clients have sent so far; those inside scripts are not counted. */
	stop(): Promise<void>;
}

const quiet = { info: () => undefined, warn: (message: string) => console.error(message) };

/** Starts a server in a folder of its own. There must be a redis-server or valkey-server on PATH. */
export async function startServer(): Promise<Server> {
	const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
	const redis = await openRedis({ kind: 'native', dataDir: folder, production: false, log: quiet });
	const client = new Redis(redis.url, { maxRetriesPerRequest: null });
	const number = async (section: string, name: string): Promise<number> => {
		const info = await client.info(section);
		return Number(new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]);
	};
	return {
		url: redis.url,
		version: redis.version,
		usedMemory: () => number('memory', 'used_memory'),
		cpuMs: async () => 1000 * ((await number('cpu', 'used_cpu_user')) + (await number('cpu', 'used_cpu_sys'))),
		async stop() {
			client.disconnect();
			await redis.stop();
			await rm(folder, { recursive: true, force: true });
		},
	};
}

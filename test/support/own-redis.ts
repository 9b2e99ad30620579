/** A Redis of the test's own, of the same kind as the shared one: for tests that fill it, or make it forget its scripts. */
import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { openRedis } from '../../src/embedded/open-redis.ts';
import { temporaryFolder } from './folder.ts';
import type { TestRedis } from './redis.ts';

const quiet = { info: () => undefined, warn: () => undefined };

/** Starts one; it stops after the test. */
export async function ownRedis(kind: TestRedis['kind']): Promise<TestRedis> {
	const redis = await openRedis({ kind, dataDir: await temporaryFolder(), production: false, log: quiet });
	const clients: Redis[] = [];
	onTestFinished(async () => {
		for (const client of clients) client.disconnect();
		await redis.stop();
	});
	return {
		url: redis.url,
		kind,
		prefix: '{own}',
		connect(options = {}) {
			const client = new Redis(redis.url, { maxRetriesPerRequest: null, ...options });
			clients.push(client);
			return client;
		},
	};
}

/** One Redis for the whole run, of the kind that COUNTERSIGN_TEST_REDIS names (native, wasm; auto by default). */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { TestProject } from 'vitest/node';
import { z } from 'zod';
import { openRedis } from '../../src/embedded/open-redis.ts';

declare module 'vitest' {
	interface ProvidedContext {
		redisUrl: string;
		redisKind: 'native' | 'wasm';
	}
}

const wanted = z.enum(['auto', 'native', 'wasm']).default('auto');

export async function setup(project: TestProject): Promise<() => Promise<void>> {
	const kind = wanted.parse(process.env.COUNTERSIGN_TEST_REDIS || undefined);
	const folder = await mkdtemp(join(tmpdir(), 'countersign-test-'));
	const redis = await openRedis({ kind, dataDir: folder, production: false, log: console });
	project.provide('redisUrl', redis.url);
	project.provide('redisKind', redis.kind === 'wasm' ? 'wasm' : 'native');
	return async () => {
		try {
			await nothingLeft(redis.url);
		} finally {
			await redis.stop();
			await rm(folder, { recursive: true, force: true });
		}
	};
}

/** A key outside every test's prefix means that some code forgot its prefix: it would touch a neighbour's data in production. */
async function nothingLeft(url: string): Promise<void> {
	const client = new Redis(url);
	try {
		const stray: string[] = [];
		for await (const keys of client.scanStream({ count: 1000 })) {
			stray.push(...(keys as string[]).filter((key) => !key.startsWith('{t-')));
		}
		if (stray.length > 0) throw new Error(`keys were written outside every test's prefix: ${stray.slice(0, 10).join(', ')}`);
	} finally {
		client.disconnect();
	}
}

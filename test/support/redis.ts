/**
 * A real Redis for a test file. Call `testRedis()` once at the top of the file (or of a `describe`); every test then has a
 * prefix of its own, and a test that leaves a connection to Redis open fails.
 */
import { randomBytes } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { Redis, type RedisOptions } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, inject, vi } from 'vitest';

export interface TestRedis {
	readonly url: string;
	readonly kind: 'native' | 'wasm';
	/** `{t-…}`: a fresh hash tag for each test. Every key that the test writes must start with it. */
	readonly prefix: string;
	/** A connection that is closed after the test. Fit for BullMQ workers unless `options` say otherwise. */
	connect(options?: RedisOptions): Redis;
}

export function testRedis(): TestRedis {
	const url = inject('redisUrl');
	const port = Number(new URL(url).port);
	const base = `t-${randomBytes(5).toString('hex')}`;
	let count = 0;
	const clients: Redis[] = [];
	let sockets = new Set<Socket>();

	const onSocket = (message: unknown): void => {
		const { socket } = message as { socket: Socket };
		const opened = sockets; // Of the test that runs now; a later one gets a set of its own.
		opened.add(socket);
		socket.once('close', () => opened.delete(socket));
	};

	beforeAll(() => subscribe('net.client.socket', onSocket));
	beforeEach(({ onTestFinished }) => {
		count += 1;
		sockets = new Set();
		// Registered first, so it runs last: after every afterEach and every other onTestFinished has closed what is theirs.
		onTestFinished(async () => {
			for (const client of clients.splice(0)) client.disconnect();
			const open = (): number => [...sockets].filter((socket) => socket.remotePort === port).length;
			await vi.waitFor(() => expect(open(), 'connections to Redis that the test left open').toBe(0), { timeout: 2000 });
		});
	});
	afterAll(async () => {
		unsubscribe('net.client.socket', onSocket);
		await removeKeys(url, `{${base}-`);
	});

	return {
		url,
		kind: inject('redisKind'),
		get prefix() {
			return `{${base}-${count}}`;
		},
		connect(options = {}) {
			const client = new Redis(url, { maxRetriesPerRequest: null, ...options });
			clients.push(client);
			return client;
		},
	};
}

async function removeKeys(url: string, start: string): Promise<void> {
	const client = new Redis(url);
	try {
		for await (const keys of client.scanStream({ match: `${start}*`, count: 1000 })) {
			if ((keys as string[]).length > 0) await client.unlink(...(keys as string[]));
		}
	} finally {
		client.disconnect();
	}
}

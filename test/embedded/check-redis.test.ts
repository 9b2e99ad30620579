import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkRedis } from '../../src/embedded/check-redis.ts';
import { openRedis } from '../../src/embedded/open-redis.ts';
import { compareVersions, parseInfo } from '../../src/embedded/server-info.ts';
import { temporaryFolder } from '../support/folder.ts';
import { testRedis } from '../support/redis.ts';

const redis = testRedis();

describe('checkRedis', () => {
	test('tells the version and what survives a crash', async () => {
		const native = redis.kind === 'native';
		expect(await checkRedis(redis.connect())).toEqual({
			ok: true,
			version: expect.stringMatching(/^(redis|valkey) \d+\.\d+\.\d+$/),
			durability: native ? 'everysec' : 'memory',
			warnings: native ? [] : [expect.stringContaining('append-only file is off')],
		});
	});

	test('refuses a server that may evict keys, and says what to set', async () => {
		// A server of its own: the other tests need theirs as it is.
		const own = await openRedis({ dataDir: await temporaryFolder(), production: false, log: { info() {}, warn() {} } });
		const client = new Redis(own.url);
		onTestFinished(async () => {
			client.disconnect();
			await own.stop();
		});
		await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
		expect(await checkRedis(client)).toMatchObject({
			ok: false,
			problem: { code: 'config_invalid', message: expect.stringContaining('set it to `noeviction`') },
		});
	});
});

describe('parseInfo', () => {
	test('reads Redis, Valkey (which also names the Redis that it resembles) and a service that hides things', () => {
		expect(
			parseInfo('redis_version:7.0.15\r\nprocess_id:12\r\nloading:0\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\n'),
		).toEqual({
			software: 'redis',
			version: '7.0.15',
			processId: 12,
			loading: false,
			appendOnly: true,
			maxmemoryPolicy: 'noeviction',
		});
		expect(parseInfo('redis_version:7.2.4\r\nvalkey_version:9.1.1\r\nloading:1\r\n')).toMatchObject({
			software: 'valkey',
			version: '9.1.1',
			loading: true,
			maxmemoryPolicy: null,
		});
	});

	test.each([
		['6.2.0', '6.2.0', 0],
		['6.10.0', '6.2.0', 1],
		['6.0.16', '6.2.0', -1],
		['7', '6.2.0', 1],
	])('%s against %s is %i', (a, b, sign) => {
		expect(Math.sign(compareVersions(a, b))).toBe(sign);
	});
});

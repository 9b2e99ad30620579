import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { accepting, type Finding } from '../../src/domain/finding.ts';
import { checkRedis } from '../../src/embedded/check-redis.ts';
import { openRedis } from '../../src/embedded/open-redis.ts';
import { compareVersions, parseInfo } from '../../src/embedded/server-info.ts';
import { temporaryFolder } from '../support/folder.ts';
import { testRedis } from '../support/redis.ts';

const redis = testRedis();

const here = (production = false) => ({ url: redis.url, production });
const elsewhere = (url: string, production = true) => ({ url, production });
const quiet = { info() {}, warn() {} };

/** A server of the test's own: the other tests need theirs as it is. */
async function own(): Promise<Redis> {
	const server = await openRedis({ kind: redis.kind, dataDir: await temporaryFolder(), production: false, log: quiet });
	const client = new Redis(server.url);
	onTestFinished(async () => {
		client.disconnect();
		await server.stop();
	});
	return client;
}

const bad = (findings: readonly Finding[]): string[] =>
	findings.filter(({ level }) => level !== 'ok').map(({ level, code }) => `${level} ${code}`);

describe('checkRedis', () => {
	test('tells the version, whether it has known holes, and what survives a crash', async () => {
		const native = redis.kind === 'native';
		const findings = await checkRedis(redis.connect(), here());
		expect(findings[0]).toMatchObject({ level: 'ok', message: expect.stringMatching(/^(redis|valkey) \d+\.\d+\.\d+$/) });
		const about = findings.find(({ check }) => check === 'redis durability');
		if (native) expect(about).toMatchObject({ level: 'ok', message: expect.stringContaining('about the last second') });
		else
			expect(about).toMatchObject({ level: 'warn', code: 'redis_memory_only', fix: expect.stringContaining('appendonly yes') });
		for (const { level, fix, code } of findings)
			if (level !== 'ok') expect([typeof fix, typeof code]).toEqual(['string', 'string']);
	});

	test('in production a Redis that forgets is refused', async () => {
		const client = await own();
		if (redis.kind === 'native') await client.config('SET', 'appendonly', 'no');
		expect(bad(await checkRedis(client, here(true)))).toContain('fail redis_memory_only');
	});

	test.skipIf(redis.kind === 'wasm')('says how often the file is synced, and refuses never in production', async () => {
		const client = await own();
		await client.config('SET', 'appendfsync', 'always');
		expect((await checkRedis(client, here())).map(({ message }) => message).join()).toContain('a power loss takes nothing');
		await client.config('SET', 'appendfsync', 'no');
		expect(bad(await checkRedis(client, here(true)))).toContain('fail redis_never_syncs');
	});

	test('refuses a server that may evict keys, says what to set, and nobody can accept it', async () => {
		const client = await own();
		await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
		const findings = await checkRedis(client, here());
		expect(findings).toContainEqual(
			expect.objectContaining({ level: 'fail', code: 'redis_evicts', fix: 'set it to `noeviction`' }),
		);
		expect(bad(accepting(findings, ['redis_evicts']))).toContain('fail redis_evicts');
	});

	test('over a network it wants a password, TLS and a user that cannot empty it; an operator may know better', async () => {
		const client = redis.connect();
		const naked = await checkRedis(client, elsewhere('redis://redis.example:6379'));
		expect(bad(naked)).toEqual(expect.arrayContaining(['fail redis_no_auth', 'fail redis_no_tls', 'warn redis_default_user']));
		expect(bad(accepting(naked, ['redis_no_auth', 'redis_no_tls'])).filter((each) => each.startsWith('fail redis_no_'))).toEqual(
			[],
		);
		expect(bad(await checkRedis(client, elsewhere('redis://redis.example:6379', false)))).toContain('warn redis_no_auth');
		const dressed = bad(await checkRedis(client, elsewhere('rediss://u:secret@redis.example:6379')));
		expect(dressed.filter((each) => each.includes('redis_no_auth') || each.includes('redis_no_tls'))).toEqual([]);
	});

	test('tells a Redis that fills up before it is full', async () => {
		const client = await own();
		const used = Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
		await client.config('SET', 'maxmemory', String(Math.round(used / 0.75)));
		expect(bad(await checkRedis(client, here()))).toContain('warn redis_memory');
		await client.config('SET', 'maxmemory', String(Math.round(used / 0.9)));
		expect(bad(await checkRedis(client, here()))).toContain('warn storage_full');
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

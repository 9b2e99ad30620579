/** `countersign doctor`: every line is ok, warn or fail, with what to do; it fails where something fails, and so does a start. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startMailbox } from '../../src/dev/mailbox.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { freePort } from '../../src/embedded/free-port.ts';
import { storeOn } from '../../src/store/store.ts';
import { temporaryFolder } from '../support/folder.ts';
import { ownRedis } from '../support/own-redis.ts';
import { testRedis } from '../support/redis.ts';
import { countersign, spawned } from './countersign.ts';

const redis = testRedis();
const policyPath = fileURLToPath(new URL('../../policies/support.yaml', import.meta.url));

const env = async (more: Record<string, string> = {}): Promise<Record<string, string>> => ({
	NODE_ENV: 'test',
	REDIS_URL: redis.url,
	COUNTERSIGN_PREFIX: redis.prefix,
	COUNTERSIGN_POLICY: policyPath,
	COUNTERSIGN_DATA: await temporaryFolder(),
	...more,
});

async function doctor(
	more: Record<string, string> = {},
	...args: string[]
): Promise<{ code: number | null; findings: Finding[] }> {
	const { code, stdout } = await countersign(['doctor', '--json', ...args], await env(more));
	return { code, findings: (JSON.parse(stdout) as { findings: Finding[] }).findings };
}

const of = (findings: readonly Finding[], code: string): Finding | undefined => findings.find((each) => each.code === code);

describe('doctor', () => {
	test('a sound installation: no line fails, and the exit code is 0', async () => {
		const mailbox = await startMailbox();
		onTestFinished(() => mailbox.close());
		const { code, findings } = await doctor({ SMTP_URL: mailbox.url });
		expect(findings.filter(({ level }) => level === 'fail')).toEqual([]);
		expect(code).toBe(0);
		for (const check of [
			'redis version',
			'redis eviction',
			'redis latency',
			'storage mark',
			'outbox',
			'quarantine',
			'queues',
			'journal',
			'policy',
			'clock',
			'channel email',
		])
			expect(findings, check).toContainEqual(expect.objectContaining({ check, level: 'ok' }));
		// Nothing was sent to find that out.
		expect(mailbox.messages()).toEqual([]);
	});

	test('for people it is one line each, with what to do below', async () => {
		const { stdout, code } = await countersign(['doctor'], await env());
		expect(code).toBe(0);
		expect(stdout).toMatch(/^ok {4}redis version: /m);
		expect(stdout).toMatch(/^warn {2}public address: .* \(public_url_missing\)\n {6}set it to where reviewers reach the pages$/m);
	});

	test('what fails says so in the exit code: an evicting Redis, a lost change, a broken policy', async () => {
		const own = await ownRedis(redis.kind);
		const client = own.connect();
		await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
		const store = storeOn(client, { prefix: redis.prefix, keepMs: 1000, devClock: false });
		store.mark.sequence.note(12);
		await store.mark.check();
		const broken = join(await temporaryFolder(), 'policy.yaml');
		await writeFile(broken, 'version: 1\ntreshold: 2\n');
		const { code, findings } = await doctor(
			{ REDIS_URL: own.url, COUNTERSIGN_POLICY: broken },
			'--i-know',
			'redis_evicts,policy_invalid',
		);
		expect(code).toBe(6);
		expect(of(findings, 'redis_evicts')?.level).toBe('fail');
		expect(of(findings, 'storage_rewound')).toMatchObject({
			level: 'fail',
			message: expect.stringContaining('12 acknowledged changes'),
		});
		expect(of(findings, 'policy_invalid')).toMatchObject({ level: 'warn', message: expect.stringContaining('accepted') });
	});

	test('what waits for somebody is counted: quarantine, overdue actions, queues paused by hand', async () => {
		const client = redis.connect();
		const store = storeOn(client, { prefix: redis.prefix, keepMs: 1000, devClock: false });
		await store.quarantine.put({
			queue: 'auto',
			jobId: 'x',
			problem: { code: 'ghost_record', message: 'x' },
			raw: 'x',
			encoding: 'utf8',
		});
		await client.zadd(store.keys.due, 1, 'act_x');
		await client.zadd(store.keys.outbox, 1, 'strange');
		await client.hset(`${redis.prefix}:deliveries:meta`, 'paused', '1');
		const { findings } = await doctor();
		for (const code of ['quarantined', 'overdue', 'outbox_left', 'queue_paused'])
			expect(of(findings, code)?.level, code).toBe('warn');
	});

	test('handlers: who is missing is named', async () => {
		const path = join(await temporaryFolder(), 'handlers.mjs');
		await writeFile(path, 'export const operations = { refund: { run: async () => ({ status: "done" }) } };\n');
		const { findings } = await doctor({ COUNTERSIGN_HANDLERS: path });
		const { message = '' } = of(findings, 'no_handler') ?? {};
		expect(message).toContain('operation `cancel_order`');
		expect(message).toContain('fallback `send_holding_reply`');
		expect(message).not.toContain('`refund`');
		expect(of((await doctor({ COUNTERSIGN_HANDLERS: '/nowhere.mjs' })).findings, 'config_invalid')?.level).toBe('fail');
	});

	test('channels: what policy counts on and nobody configured, and what does not answer', async () => {
		const { findings } = await doctor({ SMTP_URL: `smtp://127.0.0.1:${await freePort()}` });
		expect(of(findings, 'channel_unreachable')).toMatchObject({ check: 'channel email', level: 'warn' });
		expect(of(findings, 'channel_missing')).toMatchObject({ check: 'channel sms', level: 'warn' });
	});

	test('a journal that cannot be written, a Redis that is away, a configuration that is none', async () => {
		const folder = await temporaryFolder();
		await writeFile(join(folder, 'journal'), 'a file where a folder belongs');
		expect(of((await doctor({ COUNTERSIGN_DATA: folder })).findings, 'journal_unwritable')?.level).toBe('fail');
		const { code, findings } = await doctor({ PORT: 'none' });
		expect([code, findings]).toMatchObject([6, [{ level: 'fail', code: 'config_invalid' }]]);
		await mkdir(join(folder, 'x'));
		const away = await doctor({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` });
		expect(of(away.findings, 'storage_unavailable')?.level).toBe('fail');
	}, 30_000);
});

test('the same checks hold at the start: what fails refuses it by its code, what an operator accepts is a warning', async () => {
	const own = await ownRedis(redis.kind);
	const client = own.connect();
	await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
	const given = await env({ REDIS_URL: own.url, COUNTERSIGN_I_KNOW: 'redis_evicts' });
	const refused = await spawned(['worker'], given);
	expect(refused.code).toBe(1);
	expect(refused.stderr).toContain('redis_evicts: maxmemory-policy is `allkeys-lru`');
});

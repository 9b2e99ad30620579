/** Processes that are told to stop, run out of handles, or are of another version (F43, F44, F46). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { actionId } from '../../src/domain/ids.ts';
import { createClient } from '../../src/producers/client.ts';
import { storeOn } from '../../src/store/store.ts';
import { sweep } from '../../src/workers/sweeper.ts';
import { started } from '../cli/countersign.ts';
import { hour, openShop, refund, shopPolicy } from '../flows/shop.ts';
import { temporaryFolder } from '../support/folder.ts';
import { testRedis } from '../support/redis.ts';

const redis = testRedis();

describe('SIGTERM', () => {
	test('while a handler runs: it finishes, its outcome is on record, nothing is unknown, the process ends by itself', async () => {
		const folder = await temporaryFolder();
		const [handlers, policy, book] = ['handlers.mjs', 'policy.yaml', 'book'].map((name) => join(folder, name)) as [
			string,
			string,
			string,
		];
		await writeFile(policy, shopPolicy);
		await writeFile(
			handlers,
			`import { appendFileSync } from 'node:fs';
			export const operations = { refund: { run: async () => {
				appendFileSync(${JSON.stringify(book)}, 'started\\n');
				await new Promise((resolve) => setTimeout(resolve, 1500));
				appendFileSync(${JSON.stringify(book)}, 'done\\n');
				return { status: 'done' };
			} } };\n`,
		);
		const env = {
			REDIS_URL: redis.url,
			COUNTERSIGN_PREFIX: redis.prefix,
			COUNTERSIGN_POLICY: policy,
			COUNTERSIGN_HANDLERS: handlers,
		};
		const worker = started(['worker'], env);
		await worker.first;
		const client = createClient({ redis: redis.connect(), prefix: redis.prefix });
		onTestFinished(() => client.close());
		const proposed = refund('20.00');
		await client.propose(proposed);
		const store = storeOn(redis.connect(), { prefix: redis.prefix, keepMs: hour, devClock: false });
		const id = actionId('default', proposed.agent, proposed.idempotencyKey);
		await expect.poll(async () => (await store.actions.get(id))?.state, { timeout: 15_000 }).toBe('executing');
		worker.stop();
		// What comes now is for the next worker.
		const late = await client.propose(refund('30.00'));
		expect((await worker.ended).code).toBe(0);
		expect((await store.actions.get(id))?.state).toBe('executed');
		expect((await store.actions.history(id)).map(({ event }) => event)).not.toContain('outcome_lost');
		const left = await store.actions.get(late.id);
		expect([undefined, 'received', 'approved', 'executed']).toContain(left?.state);
	}, 40_000);
});

describe.skipIf(process.platform === 'win32')('an API process without handles to spare', () => {
	test('takes nobody in while they are all in use, does not die of it, and goes on when some are free', async () => {
		const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
		const policy = fileURLToPath(new URL('../../policies/support.yaml', import.meta.url));
		const child = spawn('sh', ['-c', `ulimit -n 64; exec "${process.execPath}" "${main}" api --port 0`], {
			env: {
				PATH: process.env.PATH ?? '',
				NODE_ENV: 'test',
				LOG_LEVEL: 'silent',
				REDIS_URL: redis.url,
				COUNTERSIGN_PREFIX: redis.prefix,
				COUNTERSIGN_POLICY: policy,
				COUNTERSIGN_DATA: await temporaryFolder(),
			},
			stdio: ['ignore', 'pipe', 'ignore'],
		});
		onTestFinished(() => void child.kill('SIGKILL'));
		const [line] = (await once(child.stdout, 'data')) as [Buffer];
		const url = /http:\S+/.exec(line.toString())?.[0] ?? '';
		expect((await fetch(`${url}/healthz`)).status).toBe(200);
		const held: Socket[] = [];
		for (let i = 0; i < 100; i++) held.push(connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined));
		await Promise.all(
			held.map((socket) => (socket.connecting ? Promise.race([once(socket, 'connect'), once(socket, 'close')]) : null)),
		);
		const served = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(1_000) }).then(
			({ status }) => status,
			() => 'nobody',
		);
		expect([200, 503, 'nobody']).toContain(served);
		for (const socket of held) socket.destroy();
		await expect
			.poll(
				() =>
					fetch(`${url}/healthz`, { signal: AbortSignal.timeout(1_000) }).then(
						({ status }) => status,
						() => 0,
					),
				{ timeout: 15_000 },
			)
			.toBe(200);
		expect(child.exitCode).toBeNull();
	}, 40_000);
});

describe('a newer version beside this one', () => {
	test('fields that this version does not know are kept and do not matter', async () => {
		const shop = await openShop(redis, { channels: false });
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		const client = redis.connect();
		const { keys } = shop.app.back.store;
		await client.hset(keys.action(id), 'fromTheFuture', '{"a":1}');
		const record = await client.hgetall(keys.action(id));
		await client.hset(
			keys.action(id),
			'replies',
			'[]',
			'body',
			JSON.stringify({ ...JSON.parse(record.body ?? '{}'), more: true }),
		);
		expect(await shop.answer(id, 'ana', 'approve')).toMatchObject({ ok: true });
		await shop.until(id, 'executed');
		expect(await client.hget(keys.action(id), 'fromTheFuture')).toBe('{"a":1}');
	});

	test('an action in a state that this version does not know is left alone: nobody runs it, nobody decides it, the others go on', async () => {
		const shop = await openShop(redis, { channels: false });
		const [strange, other] = [await shop.propose(refund('600.00')), await shop.propose(refund('600.00'))];
		for (const id of [strange, other]) await shop.until(id, 'in_review');
		await redis.connect().hset(shop.app.back.store.keys.action(strange), 'state', 'weighed_by_committee');
		expect(await shop.answer(strange, 'ana', 'approve')).toMatchObject({ ok: false, problem: { code: 'wrong_state' } });
		await shop.app.back.queues.add([{ event: 'received', effect: 'execute', id: strange, version: 2 }]);
		await shop.advance(31 * 60_000);
		await shop.until(other, 'expired');
		expect((await shop.get(strange)).state).toBe('weighed_by_committee');
		expect(shop.runs).toEqual([]);
	});

	test('a follow-up of an event that this version does not know is kept aside, and its action still gets to its end', async () => {
		const shop = await openShop(redis, { channels: false });
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		await redis.connect().zadd(shop.app.back.store.keys.outbox, 1, `weighed/weigh/${id}/3`);
		await sweep(shop.app.deps);
		expect(await shop.quarantined()).toMatchObject([{ queue: 'outbox', raw: `weighed/weigh/${id}/3` }]);
		await shop.advance(31 * 60_000);
		await shop.until(id, 'expired');
	});

	test('a proposal of a later wire format is kept aside with the versions that are read', async () => {
		const shop = await openShop(redis, { channels: false });
		await shop.app.back.queues.propose('later', { ...refund('20.00'), version: 2 });
		await expect.poll(() => shop.quarantined()).toMatchObject([{ problem: { code: 'version_unsupported' } }]);
	});
});

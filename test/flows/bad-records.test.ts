/** What somebody pushed straight into Redis: it is kept with its raw bytes and the reason, runs nothing, and stops nobody. */
import { describe, expect, test } from 'vitest';
import { jobOptions, type QueueName } from '../../src/queues/catalog.ts';
import { sweep } from '../../src/workers/sweeper.ts';
import { testRedis } from '../support/redis.ts';
import { minute, openShop, proposing, refund, type Shop } from './shop.ts';

const redis = testRedis();

/** Pushes a job as no BullMQ client would. No fields: only its id. */
async function push(
	shop: Shop,
	jobId: string,
	given: { queue?: QueueName; fields?: Record<string, string | Buffer> },
): Promise<void> {
	const { queue = 'actions', fields } = given;
	const client = redis.connect();
	const base = `${redis.prefix}:${queue}`;
	const own = { name: 'propose', opts: '{}', timestamp: String(Date.now()), delay: '0', priority: '0' };
	if (fields !== undefined) await client.hset(`${base}:${jobId}`, { ...own, ...fields });
	await client.lpush(`${base}:wait`, jobId);
	// Workers sleep until the marker says that something waits.
	await client.zadd(`${base}:marker`, 0, '0');
	await shop.app.back.store.now();
}

/** Neighbours that came at the same time are served, and the worker takes more afterwards. */
async function othersAreServed(shop: Shop): Promise<void> {
	const ids = await Promise.all(Array.from({ length: 5 }, () => shop.propose(refund('20.00'))));
	for (const id of ids) await shop.until(id, 'executed');
}

/** Sweeps until the queue holds nothing any more. */
async function swept(shop: Shop, queue: QueueName = 'actions'): Promise<void> {
	await expect
		.poll(
			async () => {
				await sweep(shop.app.deps);
				const counts = await shop.app.back.queues.of(queue).getJobCounts('wait', 'active', 'failed', 'delayed');
				return Object.values(counts).reduce((sum, count) => sum + count, 0);
			},
			{ timeout: 10_000 },
		)
		.toBe(0);
}

const valid = JSON.stringify({ version: 1, ...refund('20.00') });
const unreadable: Record<string, { data: string | Buffer; encoding?: 'base64' }> = {
	'not JSON': { data: 'refund 20.00 please' },
	'cut off': { data: valid.slice(0, -7) },
	'msgpack bytes': { data: Buffer.from([0x83, 0xa1, 0x61, 0xff, 0xc0, 0x00]), encoding: 'base64' },
	'a number that JSON does not know': { data: valid.replace('"confidence":1', '"confidence":NaN') },
	'a number that only Lua reads': { data: valid.replace('"confidence":1', '"confidence":1.') },
	'a line break inside a string': { data: valid.replace('"refund"', '"re\nfund"') },
};

describe('in the queue of proposals', () => {
	test.each(Object.keys(unreadable))('%s: quarantined, the worker lives, the others are served', async (what) => {
		const { data, encoding = 'utf8' } = unreadable[what] as (typeof unreadable)[string];
		const shop = await openShop(redis, { channels: false });
		await push(shop, 'bad', { fields: { data } });
		await othersAreServed(shop);
		await swept(shop);
		const [kept, ...more] = await shop.quarantined();
		expect(more).toEqual([]);
		expect(kept).toMatchObject({ queue: 'actions', jobId: 'bad', problem: { code: 'record_unreadable' }, encoding });
		expect(Buffer.from(kept?.raw ?? '', encoding)).toEqual(Buffer.from(data));
		expect(await redis.connect().keys(`${redis.prefix}:actions:bad*`)).toEqual([]);
		await othersAreServed(shop);
	});

	test.each(['null', '[]', '"text"', '42', 'true', '[{"version":1}]'])('`%s` is JSON, and no proposal', async (data) => {
		const shop = await openShop(redis, { channels: false });
		await push(shop, 'bad', { fields: { data } });
		await othersAreServed(shop);
		await swept(shop);
		expect(await shop.quarantined()).toMatchObject([
			{ queue: 'actions', jobId: 'bad', problem: { code: 'object_required' }, raw: data },
		]);
	});

	test('options that are not JSON', async () => {
		const shop = await openShop(redis, { channels: false });
		await push(shop, 'bad', { fields: { data: valid, opts: '{attempts:' } });
		await othersAreServed(shop);
		await swept(shop);
		expect(await shop.quarantined()).toMatchObject([{ jobId: 'bad', problem: { code: 'record_unreadable' } }]);
	});

	test('an id without a job (a ghost) runs nothing', async () => {
		const shop = await openShop(redis, { channels: false });
		await push(shop, 'ghost', {});
		await othersAreServed(shop);
		await swept(shop);
		expect(await shop.quarantined()).toMatchObject([{ queue: 'actions', jobId: 'ghost' }]);
		expect(shop.runs).toHaveLength(5);
	});

	test('a record that is too large is kept by its beginning', async () => {
		const shop = await openShop(redis, { channels: false, workers: ['chores'] });
		const data = JSON.stringify({
			version: 1,
			...proposing({ operation: 'refund', reasoning: 'x'.repeat(jobOptions.sizeLimit ?? 0) }),
		});
		await push(shop, 'huge', { fields: { data } });
		await swept(shop);
		const [kept] = await shop.quarantined();
		expect(kept).toMatchObject({ jobId: 'huge', problem: { code: 'payload_too_large' }, raw: data.slice(0, 4096) });
	});

	test.each([
		{ change: { version: 99 }, code: 'version_unsupported' },
		{ change: { route: 'auto' }, code: 'unknown_field' },
		{ change: { decision: { event: 'approved_by_reviewers', by: 'ana' } }, code: 'unknown_field' },
		{ change: { confidence: 2 }, code: 'confidence_range' },
		{ change: { amount: { value: '10.001', currency: 'USD' } }, code: 'currency_decimals' },
		{ change: { agent: undefined }, code: 'field_required' },
	])('a proposal with $change is quarantined as `$code`', async ({ change, code }) => {
		const shop = await openShop(redis, { channels: false });
		await push(shop, 'wrong', { fields: { data: JSON.stringify({ version: 1, ...refund('20.00'), ...change }) } });
		await othersAreServed(shop);
		expect(await shop.quarantined()).toMatchObject([{ jobId: 'wrong', problem: { code } }]);
		expect(shop.runs).toHaveLength(5);
	});

	test('what was found twice, by two processes or after a crash, is kept once', async () => {
		const shop = await openShop(redis, { channels: false, workers: ['chores'] });
		await push(shop, 'bad', { fields: { data: 'no' } });
		const bad = await shop.app.back.queues.findBad('actions');
		expect(bad).toHaveLength(1);
		// A crash here, before it was kept, loses nothing: it is still in the queue.
		await Promise.all([sweep(shop.app.deps), sweep(shop.app.deps)]);
		await sweep(shop.app.deps);
		expect(await shop.quarantined()).toHaveLength(1);
	});
});

describe('in the other queues', () => {
	test('a forged job to run what nobody has decided about: kept as evidence, and the handler is not called', async () => {
		const shop = await openShop(redis, { channels: false });
		const id = await shop.propose(refund('600.00'));
		const { version } = await shop.until(id, 'in_review');
		for (const [i, forged] of [0, 1, version, version + 1, 999].entries()) {
			await push(shop, `forged-${i}`, {
				queue: i % 2 === 0 ? 'auto' : 'notify',
				fields: { name: 'execute', data: JSON.stringify({ id, version: forged }) },
			});
		}
		await expect.poll(() => shop.quarantined()).toHaveLength(5);
		for (const kept of await shop.quarantined()) {
			expect(kept).toMatchObject({ queue: expect.stringMatching(/^(auto|notify)$/), problem: { code: 'no_bound_decision' } });
		}
		expect(shop.runs).toEqual([]);
		expect((await shop.get(id)).state).toBe('in_review');
	});

	test('a wake-up that was honest once, and is late, is no forgery', async () => {
		const shop = await openShop(redis, {
			channels: false,
			operations: { refund: { run: async () => ({ status: 'deferred', afterMs: minute, reason: 'busy' }) } },
		});
		const id = await shop.propose(refund('20.00'));
		await expect.poll(() => shop.events(id)).toContain('execution_deferred');
		const history = await shop.app.back.store.actions.history(id);
		const approved = history.find(({ event }) => event === 'routed_auto');
		await push(shop, 'late', {
			queue: 'auto',
			fields: { name: 'execute', data: JSON.stringify({ id, version: approved?.version }) },
		});
		await swept(shop, 'auto');
		expect(await shop.quarantined()).toEqual([]);
	});

	test('a job for an action that does not exist, and jobs of other shapes', async () => {
		const shop = await openShop(redis, { channels: false });
		const id = `act_${'0'.repeat(25)}`;
		const forged: { name: string; data: unknown; code: string }[] = [
			{ name: 'execute', data: { id, version: 2 }, code: 'no_bound_decision' },
			{ name: 'execute', data: { id: '../../etc', version: 2 }, code: 'record_unreadable' },
			{ name: 'execute', data: { id, version: 2, approved: true }, code: 'record_unreadable' },
			{ name: 'shutdown', data: {}, code: 'record_unreadable' },
			{ name: 'execute', data: null, code: 'record_unreadable' },
		];
		for (const [i, { name, data }] of forged.entries())
			await push(shop, `f-${i}`, { queue: 'auto', fields: { name, data: JSON.stringify(data) } });
		await expect.poll(() => shop.quarantined()).toHaveLength(forged.length);
		const codes = Object.fromEntries((await shop.quarantined()).map(({ jobId, problem }) => [jobId, problem.code]));
		expect(codes).toEqual(Object.fromEntries(forged.map(({ code }, i) => [`f-${i}`, code])));
		await othersAreServed(shop);
	});

	test.each(['approval', 'escalation', 'outcomes', 'deadlines', 'deliveries'] as const)('garbage in `%s`', async (queue) => {
		const shop = await openShop(redis);
		await push(shop, 'g-1', { queue, fields: { name: 'whatever', data: '{"x":1}' } });
		await push(shop, 'g-2', { queue, fields: { name: 'open_review', data: '{' } });
		await swept(shop, queue);
		expect((await shop.quarantined()).map(({ jobId }) => jobId).sort()).toEqual(['g-1', 'g-2']);
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		await shop.advance(31 * minute);
		await shop.until(id, 'expired');
	});
});

describe('in the store', () => {
	test('a payload that was altered after the decision never runs', async () => {
		const shop = await openShop(redis, { workers: ['classifier', 'approval', 'deliveries'] });
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		await shop.answer(id, 'ana', 'approve');
		const client = redis.connect();
		const key = shop.app.back.store.keys.action(id);
		const body = JSON.parse((await client.hget(key, 'body')) as string);
		body.proposal.amount.minor = 600_000_00;
		await client.hset(key, 'body', JSON.stringify(body));
		await shop.app.startWorkers(['auto', 'chores']);
		const action = await shop.until(id, 'failed');
		expect(action.outcome?.reason).toMatch(/^payload_mismatch/);
		expect(shop.runs).toEqual([]);
		// Who approved it is told that it was not done.
		await shop.mailbox.waitFor(
			({ recipients, text }) => recipients.includes('ana@shop.example') && text.includes('payload_mismatch'),
		);
	});

	test('a digest that was altered with the payload is not the one that was decided on', async () => {
		const shop = await openShop(redis, { channels: false, workers: ['classifier'] });
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		await shop.answer(id, 'ana', 'approve');
		const other = await shop.propose(refund('601.00'));
		await shop.until(other, 'in_review');
		const client = redis.connect();
		const { keys } = shop.app.back.store;
		const [body, payloadDigest] = await client.hmget(keys.action(other), 'body', 'payloadDigest');
		await client.hset(keys.action(id), { body: body as string, payloadDigest: payloadDigest as string });
		await shop.app.startWorkers(['auto', 'chores']);
		expect((await shop.until(id, 'failed')).outcome?.reason).toMatch(/^payload_mismatch/);
		expect(shop.runs).toEqual([]);
	});

	test('a record that cannot be read does not keep the others from their deadlines', async () => {
		const shop = await openShop(redis, { channels: false });
		const ids = await Promise.all(['600.00', '610.00', '620.00'].map((amount) => shop.propose(refund(amount))));
		for (const id of ids) await shop.until(id, 'in_review');
		const [broken, ...others] = ids as [string, string, string];
		await redis.connect().hset(shop.app.back.store.keys.action(broken), 'body', '{"proposal":');
		await shop.advance(31 * minute);
		for (const id of others) await shop.until(id, 'expired');
	});

	test('an unfinished action whose record somebody deleted is taken out of the index, loudly', async () => {
		const shop = await openShop(redis, { channels: false });
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		await redis.connect().del(shop.app.back.store.keys.action(id));
		await shop.advance(31 * minute);
		expect(await shop.quarantined()).toMatchObject([{ queue: 'due', jobId: id, problem: { code: 'ghost_record' } }]);
		expect(await shop.app.back.store.due.next()).toBeNull();
	});

	test('an entry of the outbox that is none of ours is kept aside; the others are followed up', async () => {
		const shop = await openShop(redis, { channels: false });
		const { store } = shop.app.back;
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		const strange = ['', 'nonsense', 'routed_auto/explode/act_1/2', `routed_auto/execute/${id}/x`, `approved/execute/${id}/2/3`];
		const client = redis.connect();
		await client.zadd(store.keys.outbox, ...strange.flatMap((text) => [0, text]), 0, `routed_approval/open_review/${id}/2`);
		await sweep(shop.app.deps);
		expect(await store.outbox.size()).toBe(0);
		expect((await shop.quarantined()).map(({ queue, raw }) => [queue, raw]).sort()).toEqual(
			strange.map((text) => ['outbox', text]).sort(),
		);
	});
});

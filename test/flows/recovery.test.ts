/** INVARIANT I5: jobs are wake-ups. They may come twice, late, or never; what was acknowledged gets done all the same, once. */
import { expect, test } from 'vitest';
import type { QueueName } from '../../src/queues/catalog.ts';
import { submit } from '../../src/reviews/submit.ts';
import { sweep } from '../../src/workers/sweeper.ts';
import { ownRedis } from '../support/own-redis.ts';
import { testRedis } from '../support/redis.ts';
import { hour, minute, openShop, refund, type Shop } from './shop.ts';

const redis = testRedis();

/** Takes every job out of a queue, as an operator's `obliterate` would, or a Redis that lost its last second. */
async function loseJobs(shop: Shop, ...queues: QueueName[]): Promise<number> {
	let lost = 0;
	for (const name of queues) {
		const queue = shop.app.back.queues.of(name);
		const jobs = await queue.getJobs(['waiting', 'delayed', 'prioritized']);
		for (const job of jobs) await job.remove();
		lost += jobs.length;
	}
	return lost;
}

async function waiting(shop: Shop): Promise<string> {
	const id = await shop.propose(refund('600.00'));
	await shop.until(id, 'in_review');
	return id;
}

test('the job that should run an approved action is lost: it is asked for again', async () => {
	const shop = await openShop(redis, { channels: false, workers: ['classifier'] });
	const id = await waiting(shop);
	await shop.answer(id, 'ana', 'approve');
	expect(await loseJobs(shop, 'auto')).toBe(1);
	await shop.app.startWorkers(['auto']);
	await shop.advance(minute);
	await shop.until(id, 'executed');
	expect(shop.runs).toHaveLength(1);
});

test('the same for the fallback, for a second judgement, and for the look at an unknown outcome', async () => {
	const shop = await openShop(redis, { channels: false, workers: ['classifier'] });
	const expiring = await waiting(shop);
	await shop.advance(31 * minute);
	expect((await shop.get(expiring)).state).toBe('falling_back');
	expect(await loseJobs(shop, 'auto')).toBe(1);

	await shop.app.close(2000);
	const later = await openShop(redis, {
		channels: false,
		workers: ['auto'],
		operations: { refund: { run: () => Promise.reject(new Error('cut')), reconcile: async () => ({ status: 'done' }) } },
	});
	const { store } = later.app.back;
	await later.advance(minute);
	await later.until(expiring, 'expired');

	const edited = await openShop(redis, { channels: false, workers: ['classifier'] });
	const id = await waiting(edited);
	await edited.app.close(2000);
	expect(await later.answer(id, 'ana', { answer: 'edit', edit: { amount: { minor: 50_00, currency: 'USD' } } })).toMatchObject({
		ok: true,
	});
	expect(await loseJobs(later, 'actions')).toBe(1);
	expect((await store.actions.get(id))?.state).toBe('received');
	await later.app.startWorkers(['classifier']);
	await later.advance(minute);
	await later.until(id, 'executed');
});

test('a writer dies between its write and the jobs that follow: the sweeper adds them', async () => {
	const shop = await openShop(redis, { channels: false });
	const id = await waiting(shop);
	// The write, without what follows from it.
	const { front } = shop.app;
	const dying = { ...front, carryOn: async () => undefined };
	const { revision, payloadDigest } = await shop.get(id);
	const answer = await submit(dying, {
		actionId: id,
		revision,
		payloadDigest,
		reviewer: 'ana',
		answer: 'approve',
		channel: 'inbox',
	});
	expect(answer).toMatchObject({ ok: true, event: 'approved_by_reviewers' });
	expect(await front.store.outbox.size()).toBe(1);
	await sweep(shop.app.deps);
	// It may just not have got to it yet; only later it counts as left behind.
	expect(await front.store.outbox.size()).toBe(1);
	await shop.advance(10_000);
	await shop.until(id, 'executed');
	expect(await front.store.outbox.size()).toBe(0);
	expect(shop.runs).toHaveLength(1);
});

test('every wake-up of a deadline is lost: the sweep finds it by the index', async () => {
	const shop = await openShop(redis, { channels: false });
	const id = await waiting(shop);
	await expect.poll(() => loseJobs(shop, 'deadlines')).toBeGreaterThan(0);
	await shop.advance(31 * minute);
	await shop.until(id, 'expired');
	expect(shop.runs).toEqual([]);
});

test('a deadline is kept by its wake-up alone where no sweeper runs: not early, and soon', async () => {
	const shop = await openShop(redis, { channels: false, workers: ['classifier', 'deadlines', 'auto'] });
	const now = await shop.app.back.store.now();
	const id = await shop.propose(refund('600.00', { deadlineAt: now + 2 * minute }));
	const { deadlineAt } = (await shop.until(id, 'in_review')) as { deadlineAt: number };
	const { store, queues } = shop.app.back;
	await expect.poll(() => queues.of('deadlines').getDelayedCount()).toBeGreaterThan(0);
	// Both clocks move to shortly before it: the store's, and what is left of the wake-ups' delays.
	await store.advance(deadlineAt - (await store.now()) - 300);
	for (const job of await queues.of('deadlines').getDelayed())
		await job.changeDelay(Math.max(0, (job.data as { at: number }).at - (await store.now())));
	const { decision } = await shop.until(id, 'expired');
	expect(decision?.at).toBeGreaterThanOrEqual(deadlineAt);
	expect((decision?.at as number) - deadlineAt).toBeLessThan(2000);
});

test('every job comes three times: what follows happens once', async () => {
	const shop = await openShop(redis);
	const id = await waiting(shop);
	const { queues } = shop.app.back;
	const again = async (): Promise<void> => {
		const { version } = await shop.get(id);
		for (const effect of [
			'classify',
			'open_review',
			'open_case',
			'execute',
			'run_fallback',
			'reconcile',
			'publish_outcome',
		] as const) {
			await queues.add([{ event: 'received', effect, id, version }]);
			await queues.add([{ event: 'received', effect, id, version: version - 1 }]);
		}
		await sweep(shop.app.deps);
	};
	await again();
	await shop.answer(id, 'ana', 'approve');
	await again();
	await shop.until(id, 'executed');
	await again();
	await shop.advance(hour);
	expect(shop.runs).toHaveLength(1);
	expect(shop.fallbacks).toEqual([]);
	const keys = (await shop.app.back.store.deliveries.all(id)).map(({ key }) => key);
	expect(new Set(keys).size).toBe(keys.length);
	expect(new Set(shop.mailbox.messages().map(({ messageId }) => messageId)).size).toBe(shop.mailbox.messages().length);
});

test.each(['the facts', 'the facts and the quarantine'])(
	'a proposal that cannot be judged because %s are broken is kept, and runs once it is driven again',
	async (what) => {
		const shop = await openShop(redis, { channels: false, workers: ['classifier', 'auto'] });
		const { store, queues } = shop.app.back;
		const proposed = { version: 1, ...refund('20.00') };
		const broken = [
			store.keys.fact('reviewed', 'default', proposed.agent),
			...(what === 'the facts' ? [] : [store.keys.quarantine]),
		];
		const client = redis.connect();
		for (const key of broken) await client.set(key, 'of another type');
		// One try: real ones have eight, over a minute.
		await queues.of('actions').add('propose', proposed, { attempts: 1, jobId: 'unlucky' });
		// Where not even the quarantine takes it, the failed job is all there is of it, and stays.
		if (what !== 'the facts') await expect.poll(() => queues.of('actions').getFailedCount()).toBe(1);
		else await expect.poll(() => shop.quarantined()).toHaveLength(1);
		await client.del(...broken);

		await sweep(shop.app.deps);
		const [kept, ...more] = await shop.quarantined();
		expect(more).toEqual([]);
		expect(kept).toMatchObject({ queue: 'actions', jobId: 'unlucky', problem: { code: 'internal' } });
		expect(JSON.parse(kept?.raw ?? '')).toEqual(proposed);
		expect(await queues.of('actions').getFailedCount()).toBe(0);
		await queues.propose(`redrive.${kept?.id}`, JSON.parse(kept?.raw ?? ''));
		await expect.poll(() => shop.runs).toHaveLength(1);
	},
);

test('Redis is full and then is not: what could not be written was not made, and can be made again', async () => {
	const own = await ownRedis(redis.kind);
	const shop = await openShop(own, { channels: false });
	const id = await waiting(shop);
	const client = own.connect();
	const proposed = refund('20.00');
	await client.config('SET', 'maxmemory', '1');
	await expect(shop.answer(id, 'ana', 'approve')).rejects.toThrow(/OOM|maxmemory/);
	await expect(shop.propose(proposed)).rejects.toMatchObject({ code: 'storage_full' });
	await client.config('SET', 'maxmemory', '0');
	expect(await shop.get(id)).toMatchObject({ state: 'in_review', version: 2, decision: null });
	expect(await shop.answer(id, 'ana', 'approve')).toMatchObject({ ok: true });
	await shop.until(id, 'executed');
	await shop.until(await shop.propose(proposed), 'executed');
	expect(shop.runs).toHaveLength(2);
});

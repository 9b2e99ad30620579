/** Found by `npm run faults`: what is put off by a process whose clock is wrong must not wait for that clock. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { createClient } from '../../src/producers/client.ts';
import { jobOptions } from '../../src/queues/catalog.ts';
import { openQueues } from '../../src/queues/queues.ts';
import { storeOn } from '../../src/store/store.ts';
import { keepSweeping } from '../../src/workers/sweeper.ts';
import { refund, shopPolicy } from '../flows/shop.ts';
import { testApp } from '../support/app.ts';
import { testRedis } from '../support/redis.ts';

const redis = testRedis();

test('a job that was put off by a clock ten minutes ahead is let go; one that waits for its next try stays', async () => {
	const queues = openQueues({ connection: redis.connect(), prefix: redis.prefix, onError: () => undefined });
	onTestFinished(() => queues.close());
	const auto = queues.of('auto');
	const add = async (delay: number): Promise<void> => {
		await auto.add('execute', { id: newId('act'), version: 2 }, { ...jobOptions, delay });
	};
	await add(600_000);
	await add(20_000);
	await queues.letGo();
	expect(await auto.getDelayedCount()).toBe(1);
	expect(await auto.getWaitingCount()).toBe(1);
});

test('one process of all sweeps, and needs no job to do so', async () => {
	const shop = await testApp(redis, { policy: shopPolicy, channels: false, workers: ['chores'] });
	await shop.signalled('swept');
	expect(await shop.app.back.queues.of('chores').getJobSchedulers()).not.toContainEqual(
		expect.objectContaining({ key: 'sweep' }),
	);
	const { workers } = storeOn(redis.connect(), { prefix: redis.prefix, keepMs: 1, devClock: false });
	// The turn is the other process's.
	expect(await workers.takeTurn('sweep', 1_000)).toBe(false);
	const signal = vi.fn();
	await keepSweeping({ ...shop.app.deps, signal }).stop();
	expect(signal).not.toHaveBeenCalled();
});

test('a proposal that was in time when it was sent stays so, however long Redis was away', async () => {
	const shop = await testApp(redis, { policy: shopPolicy, channels: false, workers: [] });
	const connection = redis.connect({ lazyConnect: true });
	const client = createClient({ redis: connection, prefix: redis.prefix, timeoutMs: 10_000 });
	onTestFinished(() => client.close());
	const sentAt = Date.now();
	const sending = client.propose({ ...refund('600.00'), deadlineAt: sentAt + 1_500 });
	// Redis is back when less is left of the time than a proposal must leave.
	await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(sentAt + 600), { timeout: 5_000 });
	await connection.connect();
	const { id } = await sending;
	await shop.app.startWorkers(['classifier', 'auto', 'deadlines', 'chores']);
	await shop.until(id, 'expired');
	expect(await shop.app.back.store.quarantine.size()).toBe(0);
});

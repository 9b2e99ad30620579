/** One agent floods the system (F40): it is told to wait, what it has in the queue is bounded, and nobody else waits for it. */
import { expect, test } from 'vitest';
import { sweep } from '../../src/workers/sweeper.ts';
import { openShop, refund } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';
import { apiOf, bodyOf } from './api.ts';

const redis = testRedis();
const proposed = () => bodyOf(refund('20.00'));

test('beyond its share an agent is answered 429, and what it sent before is still answered', async () => {
	const shop = await openShop(redis, { channels: false, workers: ['auto'] });
	const api = apiOf(shop, ['flood', 'other'], { mostWaiting: 50 });
	const first = proposed();
	expect((await api.send('POST', '/v1/actions', { body: first, key: 'first' })).status).toBe(202);
	let taken = 0;
	for (let wave = 0; wave < 25; wave++) {
		const answers = await Promise.all(
			Array.from({ length: 20 }, (_, i) => api.send('POST', '/v1/actions', { body: proposed(), key: `k-${wave}-${i}` })),
		);
		taken += answers.filter(({ status }) => status === 202).length;
	}
	// Of 500; those that are on their way together are not told apart.
	expect(taken).toBeLessThan(50 + 20);
	const refused = await api.send('POST', '/v1/actions', { body: proposed(), key: 'one-more' });
	expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited', retryable: true } });
	expect(refused.headers.get('retry-after')).toBe('1');
	expect((await api.send('POST', '/v1/actions', { body: first, key: 'first' })).status).toBe(200);
	expect((await api.send('POST', '/v1/actions', { body: proposed(), key: 'k', agent: 'other' })).status).toBe(202);

	await shop.app.startWorkers(['classifier']);
	const { backlog } = shop.app.back.store;
	await expect.poll(() => backlog.of({ tenant: 'default', agent: 'flood' }), { timeout: 10_000 }).toBe(0);
	expect((await api.send('POST', '/v1/actions', { body: proposed(), key: 'one-more' })).status).toBe(202);
});

test('nine agents with ten actions each are judged before the flood of a tenth, which came first', async () => {
	const shop = await openShop(redis, { channels: false, workers: ['auto'] });
	const small = Array.from({ length: 9 }, (_, i) => `small-${i}`);
	const api = apiOf(shop, ['flood', ...small]);
	const send = async (agent: string, n: number): Promise<string> =>
		(await api.send('POST', '/v1/actions', { body: proposed(), key: `k-${n}`, agent })).body.id;
	const flood: string[] = [];
	for (let n = 0; n < 600; n += 20)
		flood.push(...(await Promise.all(Array.from({ length: 20 }, (_, i) => send('flood', n + i)))));
	const others = (
		await Promise.all(small.map((agent) => Promise.all(Array.from({ length: 10 }, (_, n) => send(agent, n)))))
	).flat();
	const { store, queues } = shop.app.back;
	await expect
		.poll(() =>
			queues
				.of('actions')
				.getJobCounts('wait', 'prioritized')
				.then((n) => (n.wait ?? 0) + (n.prioritized ?? 0)),
		)
		.toBe(690);

	await shop.app.startWorkers(['classifier']);
	for (const id of others) await shop.until(id, 'executed');
	for (const id of flood) await shop.until(id, 'executed');
	const judgedAt = async (id: string): Promise<number> => (await store.actions.history(id))[1]?.at ?? 0;
	const last = Math.max(...(await Promise.all(others.map(judgedAt))));
	const before = (await Promise.all(flood.map(judgedAt))).filter((at) => at < last).length;
	// In turn it has twenty, and whatever is being judged at that moment; 600 would be the queue's own order.
	expect(before).toBeLessThan(150);
});

test('what is taken back before it was judged, and what waits out a pause, is counted rightly', async () => {
	const shop = await openShop(redis, { channels: false, workers: ['auto'] });
	const api = apiOf(shop, ['bot']);
	const { backlog, mark } = shop.app.back.store;
	const bot = { tenant: 'default', agent: 'bot' };
	const { body } = await api.send('POST', '/v1/actions', { body: proposed(), key: 'a' });
	expect(await backlog.of(bot)).toBe(1);
	await api.send('POST', `/v1/actions/${body.id}/withdraw`);
	expect(await backlog.of(bot)).toBe(0);
	await mark.hold('test', 'ops');
	await shop.app.startWorkers(['classifier']);
	const id = await shop.propose(refund('20.00', { agent: 'bot' }));
	await shop.until(id, 'received');
	expect(await backlog.of(bot)).toBe(1);
	await mark.lift({ by: 'ops', because: 'test', cautiousMs: 1 });
	await shop.advance(60_000);
	await shop.until(id, 'executed');
	expect(await backlog.of(bot)).toBe(0);
});

test('a record without data that stands behind the others is found as well', async () => {
	const shop = await openShop(redis, { channels: false, workers: [] });
	const client = redis.connect();
	await client.zadd(`${redis.prefix}:actions:prioritized`, 1, 'ghost');
	await sweep(shop.app.deps);
	expect(await shop.quarantined()).toMatchObject([{ jobId: 'ghost', problem: { code: 'ghost_record' } }]);
	expect(await client.zcard(`${redis.prefix}:actions:prioritized`)).toBe(0);
});

/** Redis is away, frozen, killed (F1, F2, F5), and clocks differ (F16). Real servers; each test has its own. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createClient } from '../../src/producers/client.ts';
import { minute, openShop, refund } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';
import { apiOf, bodyOf } from './api.ts';
import { nativeServer, openServer } from './servers.ts';

const redis = testRedis();

describe.skipIf(nativeServer === null)('a Redis that', () => {
	test('is killed and comes back: a submission fails soon, and once it is sent again there is one action', async () => {
		const server = await openServer();
		const shop = await openShop(server.redis, { channels: false });
		const api = apiOf(shop);
		const body = bodyOf(refund('20.00'));
		await server.kill();
		const started = performance.now();
		const refused = await api.send('POST', '/v1/actions', { body, key: 'k' });
		expect(performance.now() - started).toBeLessThan(4_000);
		expect(refused).toMatchObject({ status: 503, body: { code: 'storage_unavailable', retryable: true } });
		await server.start();
		await expect.poll(async () => (await api.send('GET', '/readyz')).status, { timeout: 15_000 }).toBe(200);
		const taken = await api.send('POST', '/v1/actions', { body, key: 'k' });
		expect([200, 202]).toContain(taken.status);
		await shop.until(taken.body.id, 'executed');
		expect((await api.send('POST', '/v1/actions', { body, key: 'k' })).status).toBe(200);
		expect((await api.send('GET', '/v1/actions')).body.actions).toHaveLength(1);
		expect(shop.runs).toHaveLength(1);
	}, 40_000);

	test('is frozen longer than a lock: the agent is told within its time, what was written counts once, nothing runs twice', async () => {
		const server = await openServer();
		const shop = await openShop(server.redis, { channels: false });
		const api = apiOf(shop);
		const running = await shop.propose(refund('600.00'));
		await shop.until(running, 'in_review');
		const body = bodyOf(refund('20.00'));
		// The request is on its way when the server freezes: it is carried out once the server goes on.
		server.signal('SIGSTOP');
		const refused = await api.send('POST', '/v1/actions', { body, key: 'k' });
		expect(refused).toMatchObject({ status: 503, body: { code: 'storage_unavailable' } });
		server.signal('SIGCONT');
		await expect.poll(async () => (await api.send('GET', '/readyz')).status, { timeout: 15_000 }).toBe(200);
		const taken = await api.send('POST', '/v1/actions', { body, key: 'k' });
		await shop.until(taken.body.id, 'executed');
		await shop.answer(running, 'ana', 'approve');
		await shop.until(running, 'executed');
		await shop.advance(minute);
		expect(shop.runs.map(({ id }) => id).sort()).toEqual([taken.body.id, running].sort());
		await shop.app.storage.look();
		expect(shop.app.storage.alerts()).toEqual([]);
	}, 40_000);

	test('is killed while deadlines are due: nothing acknowledged is lost, each fires once, none before its time', async () => {
		const server = await openServer();
		const shop = await openShop(server.redis, { channels: false });
		const bot = createClient({ redis: server.redis.connect(), prefix: '{own}' });
		onTestFinished(() => bot.close());
		const proposed = Array.from({ length: 30 }, () => refund('600.00'));
		const ids = (await bot.proposeBulk(proposed)).map(({ id }) => id);
		for (const id of ids) await shop.until(id, 'in_review');
		await server.kill();
		await server.start();
		await expect.poll(async () => (await shop.app.back.store.actions.getAll(ids)).length, { timeout: 15_000 }).toBe(30);
		await shop.advance(31 * minute);
		for (const id of ids) {
			const { decision, createdAt } = await shop.until(id, 'expired');
			expect(decision?.at ?? 0).toBeGreaterThanOrEqual(createdAt + 30 * minute);
			expect((await shop.events(id)).filter((event) => event === 'deadline_passed')).toHaveLength(1);
		}
		expect(shop.fallbacks.map(({ id }) => id).sort()).toEqual([...ids].sort());
		expect(shop.runs).toEqual([]);
		await shop.app.storage.look();
		expect(shop.app.storage.alerts()).toEqual([]);
	}, 40_000);
});

describe('clocks', () => {
	test.each([
		['ahead of', 10 * minute],
		['behind', -10 * minute],
	])(
		'a machine that is ten minutes %s Redis is told of by every probe; its deadlines follow Redis all the same',
		async (how, shift) => {
			const shop = await openShop(redis, { channels: false });
			const real = Date.now.bind(Date);
			const shifted = vi.spyOn(Date, 'now').mockImplementation(() => real() + shift);
			onTestFinished(() => shifted.mockRestore());
			const id = await shop.propose(refund('600.00'));
			const { deadlineAt, updatedAt } = await shop.until(id, 'in_review');
			expect(deadlineAt).toBe(updatedAt + 30 * minute);
			await shop.app.storage.look();
			expect((await apiOf(shop).send('GET', '/readyz')).body).toEqual({
				status: 'ready',
				alerts: [{ code: 'clock_skew', message: expect.stringContaining(`clock is 600 s ${how} that of Redis`) }],
			});
			shifted.mockRestore();
			await shop.app.storage.look();
			expect(shop.app.storage.alerts()).toEqual([]);
		},
	);
});

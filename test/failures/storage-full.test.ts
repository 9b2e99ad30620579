/** Redis fills up (F3): new actions are refused while there is still room for everything that is there. */
import { expect, onTestFinished, test } from 'vitest';
import { createClient } from '../../src/producers/client.ts';
import { openShop, refund } from '../flows/shop.ts';
import { ownRedis } from '../support/own-redis.ts';
import { testRedis } from '../support/redis.ts';
import { apiOf, bodyOf } from './api.ts';

const redis = testRedis();

test('at 80 % of maxmemory new actions are refused with storage_full; decisions and executions go on', async () => {
	const own = await ownRedis(redis.kind);
	const shop = await openShop(own, { channels: false });
	const api = apiOf(shop);
	const id = await shop.propose(refund('600.00'));
	await shop.until(id, 'in_review');
	const known = bodyOf(refund('700.00'));
	const first = await api.send('POST', '/v1/actions', { body: known, key: 'known' });
	expect(first.status).toBe(202);

	const client = own.connect();
	const used = Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
	await client.config('SET', 'maxmemory', String(Math.round(used / 0.85)));
	await shop.app.storage.look();
	const refused = await api.send('POST', '/v1/actions', { body: bodyOf(refund('20.00')), key: 'new' });
	expect(refused).toMatchObject({ status: 503, body: { code: 'storage_full', retryable: true } });
	expect(refused.headers.get('retry-after')).toBe('30');
	const producer = createClient({ redis: own.connect(), prefix: own.prefix });
	onTestFinished(() => producer.close());
	await expect(producer.propose(refund('20.00'))).rejects.toMatchObject({ code: 'storage_full', retryable: true });
	// What is here already is here: the same request is answered, decided about, and run.
	expect(await api.send('POST', '/v1/actions', { body: known, key: 'known' })).toMatchObject({
		status: 200,
		body: { id: first.body.id },
	});
	expect(await shop.answer(id, 'ana', 'approve')).toMatchObject({ ok: true });
	await shop.until(id, 'executed');
	expect((await api.send('GET', '/readyz')).body.alerts).toMatchObject([{ code: 'storage_full' }]);

	await client.config('SET', 'maxmemory', '0');
	await shop.app.storage.look();
	expect((await api.send('POST', '/v1/actions', { body: bodyOf(refund('20.00')), key: 'new' })).status).toBe(202);
	await shop.propose(refund('20.00'));
	expect((await api.send('GET', '/readyz')).body).toEqual({ status: 'ready', alerts: [] });
});

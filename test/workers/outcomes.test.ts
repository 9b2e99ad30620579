/** Telling the agent how it ended: signed, under one id however often it is tried, and never with any say in the matter. */
import { expect, test } from 'vitest';
import { actionId } from '../../src/domain/ids.ts';
import { type Receiver, secret, startReceiver } from '../execution/receiver.ts';
import { minute, openShop, refund, type Shop } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';

const redis = testRedis();

const env = { WEBHOOK_SECRET: secret, WEBHOOK_ALLOW_PRIVATE: '1' };

/** Proposes as a client that does not look at the URL would: the classifier is asked to believe it. */
async function proposeWith(shop: Shop, amount: string, callbackUrl: string): Promise<string> {
	const proposed = { version: 1, ...refund(amount), callbackUrl, correlation: { run: 'r-7' } };
	await shop.app.front.queues.propose(`job-${amount}`, proposed);
	return actionId('default', proposed.agent, proposed.idempotencyKey);
}

const told = async (receiver: Receiver, type: string): Promise<Receiver['got'][number]> => {
	await expect.poll(() => receiver.got.map(({ body }) => body.type), { timeout: 5000 }).toContain(type);
	return receiver.got.find(({ body }) => body.type === type) as Receiver['got'][number];
};

test('every end is told, with what the agent sent along', async () => {
	const receiver = await startReceiver();
	const shop = await openShop(redis, { channels: false, env });
	const [ran, refused, left] = await Promise.all(
		['20.00', '600.00', '700.00'].map((amount) => proposeWith(shop, amount, receiver.url)),
	);
	await shop.until(refused as string, 'in_review');
	await shop.until(left as string, 'in_review');
	await shop.answer(refused as string, 'ana', { answer: 'reject', comment: 'never paid' });
	await shop.advance(31 * minute);
	expect(await told(receiver, 'action.executed')).toMatchObject({
		body: { action: { id: ran, ended: true, correlation: { run: 'r-7' }, outcome: { state: 'executed' } } },
	});
	expect(await told(receiver, 'action.rejected')).toMatchObject({
		body: { action: { id: refused, outcome: { reason: 'never paid' } } },
	});
	expect(await told(receiver, 'action.expired')).toMatchObject({ body: { action: { id: left } } });
	expect(receiver.got).toHaveLength(3);
});

test('a receiver that fails is tried again under the same id; the decision stands either way', async () => {
	const receiver = await startReceiver();
	receiver.answer((response, count) => response.writeHead(count < 3 ? 500 : 204).end());
	const shop = await openShop(redis, { channels: false, env });
	const id = await proposeWith(shop, '20.00', receiver.url);
	const action = await shop.until(id, 'executed');
	await shop.signalled('outcome_published', id);
	expect(receiver.got.map(({ headers }) => headers['webhook-id'])).toEqual(
		Array.from({ length: 3 }, () => `${id}.${action.version}`),
	);
	expect(await shop.get(id)).toEqual(action);
	expect(shop.runs).toHaveLength(1);
});

test('a private address is not called where the operator has not allowed it; the proposal that names one is set aside', async () => {
	const receiver = await startReceiver();
	const shop = await openShop(redis, { channels: false, env: { WEBHOOK_SECRET: secret } });
	await proposeWith(shop, '20.00', receiver.url);
	await expect.poll(() => shop.quarantined()).toMatchObject([{ problem: { code: 'callback_url_forbidden' } }]);
	expect(receiver.got).toEqual([]);
});

test('without a secret nothing is sent, and the action ends all the same', async () => {
	const shop = await openShop(redis, { channels: false });
	const id = await proposeWith(shop, '20.00', 'https://agent.example.com/outcome');
	await shop.until(id, 'executed');
	await expect.poll(() => shop.app.back.queues.of('outcomes').getJobCountByTypes('waiting', 'active', 'delayed')).toBe(0);
});

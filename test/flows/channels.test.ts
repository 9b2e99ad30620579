/** A message that one channel cannot carry goes by the next one; when nobody can be reached, the review becomes a case at once. */
import { expect, test } from 'vitest';
import type { TestAppOptions } from '../support/app.ts';
import { testRedis } from '../support/redis.ts';
import { openShop, refund, type Shop, shopPolicy } from './shop.ts';

const redis = testRedis();

/** Asks once, by email; nobody comes after that. */
const once = (people: string, policy = shopPolicy): Partial<TestAppOptions> => {
	const [plan, tiers] = [
		'  - { route: approval, deadline: 30m, ask: [support], next: [leads] }',
		`[{ after: 0s, to: [${people}], channels: [email] }]`,
	];
	return { policy: policy.replace(plan, `  - { route: approval, deadline: 30m, tiers: ${tiers} }`) };
};

async function asked(shop: Shop): Promise<string> {
	const id = await shop.propose(refund('600.00'));
	await shop.until(id, 'in_review', 'escalated');
	return id;
}

const deliveries = async (shop: Shop, id: string): Promise<string[]> =>
	(await shop.app.back.store.deliveries.all(id)).map(({ reviewer, channel, state }) => `${reviewer} ${channel} ${state}`).sort();

test('the mail server refuses for good (550): the person is asked by SMS, and can answer', async () => {
	const shop = await openShop(redis, once('ana'));
	shop.mailbox.fail({ code: 550, at: 'rcpt' });
	const id = await asked(shop);
	const text = await shop.phone.waitFor(({ to }) => to === '+15550100001');
	expect(text.body).toContain('600.00');
	await expect.poll(() => deliveries(shop, id)).toEqual(['ana email failed', 'ana sms sent']);
	expect(shop.mailbox.messages()).toEqual([]);
	expect(await shop.answer(id, 'ana', 'approve')).toMatchObject({ ok: true });
	await shop.until(id, 'executed');
});

test('email and SMS both refuse for good: nobody is reachable, and it is a case before the deadline', async () => {
	const shop = await openShop(redis, once('ana, ben'));
	shop.mailbox.fail({ code: 550, at: 'data' });
	shop.phone.fail({ status: 400, code: 21610 });
	const id = await asked(shop);
	const action = await shop.until(id, 'escalated');
	expect(await shop.events(id)).toEqual(['received', 'routed_approval', 'nobody_reachable']);
	expect(action.owner).toBeNull();
	// Who had been asked may still answer for the case, and so may the people on call.
	for (const reviewer of ['ana', 'dee']) expect(action.plan?.reviewers).toContain(reviewer);
	expect(await shop.answer(id, 'ana', 'own')).toMatchObject({ ok: true });
	expect(await shop.answer(id, 'ana', 'release')).toMatchObject({ ok: true });
	await shop.until(id, 'executed');
});

test('one colleague cannot be reached at all, the other by SMS only: it stays a review', async () => {
	const people = shopPolicy.replace(
		'ana: { name: Ana, email: ana@shop.example, phone: "+15550100001" }',
		'ana: { name: Ana, email: ana@shop.example }',
	);
	const shop = await openShop(redis, once('ana, ben', people));
	shop.mailbox.fail({ code: 550, at: 'rcpt' });
	const id = await asked(shop);
	await shop.phone.waitFor(({ to }) => to === '+15550100002');
	await expect.poll(() => deliveries(shop, id)).toEqual(['ana email failed', 'ben email failed', 'ben sms sent']);
	expect((await shop.get(id)).state).toBe('in_review');
});

test('the mail server is busy (451): the same message is tried again, under the same Message-ID, and comes once', async () => {
	const shop = await openShop(redis, once('ana'));
	shop.mailbox.fail({ code: 451, at: 'data' });
	const id = await asked(shop);
	const queue = shop.app.back.queues.of('deliveries');
	await expect.poll(async () => (await queue.getDelayed())[0]?.attemptsMade ?? 0, { timeout: 5000 }).toBeGreaterThan(0);
	const [retried] = await queue.getDelayed();
	shop.mailbox.fail(null);
	const mail = await shop.mailbox.waitFor(() => true);
	expect(mail.messageId).toBe(`<${retried?.id}@shop.example>`);
	await expect.poll(() => deliveries(shop, id)).toEqual(['ana email sent']);
	// Asked for again, by a tier that comes twice or a worker that died after sending: it is on record, and is not sent again.
	await queue.add('deliver', retried?.data, { jobId: `${retried?.id}.again` });
	await expect.poll(() => queue.getJobCountByTypes('waiting', 'active', 'delayed')).toBe(0);
	expect(shop.mailbox.messages()).toHaveLength(1);
	expect(shop.phone.texts()).toEqual([]);
});

test('what is decided before a message goes out need not be told any more', async () => {
	const shop = await openShop(redis, { ...once('ana'), workers: ['classifier', 'approval', 'auto'] });
	const id = await asked(shop);
	await expect.poll(() => shop.app.back.queues.of('deliveries').getWaitingCount()).toBe(1);
	await shop.answer(id, 'ben', 'approve');
	await shop.answer(id, 'ana', 'approve');
	await shop.until(id, 'executed');
	await shop.app.startWorkers(['deliveries']);
	await expect.poll(() => shop.app.back.queues.of('deliveries').getJobCountByTypes('waiting', 'active', 'delayed')).toBe(0);
	expect(shop.mailbox.messages()).toEqual([]);
});

test('every message carries a link of its own, and none of them lies in the store', async () => {
	const shop = await openShop(redis, once('ana, ben'));
	await asked(shop);
	const mails = await Promise.all(
		['ana', 'ben'].map((name) => shop.mailbox.waitFor(({ recipients }) => recipients.includes(`${name}@shop.example`))),
	);
	const tokens = mails.map(({ text }) => /\/r\/([0-9A-Za-z]{22})/.exec(text)?.[1] as string);
	expect(new Set(tokens).size).toBe(2);
	const client = redis.connect();
	for (const [i, token] of tokens.entries()) {
		expect(await shop.app.back.store.links.find(token)).toMatchObject({
			reviewer: ['ana', 'ben'][i],
			channel: 'email',
			purpose: 'review',
		});
		for (const key of await client.keys(`${redis.prefix}:store:link:*`))
			expect(key + (await client.get(key))).not.toContain(token);
	}
	expect(await shop.app.back.store.links.find('0'.repeat(22))).toBeNull();
	expect(await shop.app.back.store.links.find('../../etc/passwd')).toBeNull();
});

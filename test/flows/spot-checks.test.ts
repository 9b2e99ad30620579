/** Spot checks, live: what ran by itself is drawn, asked about in the inbox and the digest, and answered once; nothing about it changes. */
import { expect, test } from 'vitest';
import { sendDigests } from '../../src/workers/digests.ts';
import { sweep } from '../../src/workers/sweeper.ts';
import { openInbox } from '../http/inbox-desk.ts';
import { testRedis } from '../support/redis.ts';
import { linkIn, openPages, submitForm } from './people.ts';
import { openShop, refund, shopPolicy } from './shop.ts';

const redis = testRedis();
/** Ben operates the agent and is not asked about it; Dee is no member of those who are asked. */
const policy = `${shopPolicy}
spot_checks: { share: 1, to: [support] }
agents: { refunder: { operated_by: [ben] } }
`;
const ran = (amount = '20.00') => refund(amount, { agent: 'refunder' });

test('in the inbox: one press, by whom policy asks and who has no hand in it, counted once', async () => {
	const desk = await openInbox(redis, { policy });
	const { shop } = desk;
	const { store } = shop.app.back;
	const client = (await import('../../src/producers/client.ts')).createClient({ redis: redis.connect(), prefix: redis.prefix });
	const { id } = await client.propose({ ...ran(), idempotencyKey: 'k-1' });
	await client.close();
	const before = await shop.until(id, 'executed');
	await sweep(shop.app.deps);
	const [ana, ben, cai, dee] = await Promise.all(['ana', 'ben', 'cai', 'dee'].map((each) => desk.seat(each)));
	const page = await ana?.page('/inbox/checks');
	expect(page).toContain('Was this right?');
	expect(page).toContain(`/inbox/actions/${id}`);
	expect(await ben?.page('/inbox/checks')).not.toContain(id);
	expect(await dee?.page('/inbox')).not.toContain('/inbox/checks');
	expect(await ana?.page('/inbox')).toContain('/inbox/checks');

	expect((await ana?.post('/inbox/checks', { nonce: 'x', id, right: 'no' }))?.status).toBe(403);
	const late = (await cai?.page('/inbox/checks')) ?? '';
	expect((await ana?.send(page ?? '', '/inbox/checks', { right: 'no' }))?.status).toBe(200);
	expect((await cai?.send(late, '/inbox/checks', { right: 'yes' }))?.status).toBe(409);
	expect(await ana?.page('/inbox/checks')).not.toContain(id);
	expect(await ana?.page(`/inbox/actions/${id}`)).toContain('it was wrong');

	expect(await store.actions.get(id)).toEqual(before);
	expect(await store.learning.spotChecks.between('default', 0, Number.MAX_SAFE_INTEGER)).toMatchObject([
		{
			actionId: id,
			operation: 'refund',
			band: '0.99-1',
			route: 'auto',
			probability: 1,
			answer: { right: false, reviewer: 'ana' },
		},
	]);
	// What somebody reports by themselves is no random sample, and stays apart.
	expect(await store.reports.since('default', 0, 10)).toEqual([]);
});

test('in the digest: a link that only shows; chosen and sent on its page', async () => {
	const { shop } = await openPages(redis, policy);
	const id = await shop.propose(ran());
	await shop.until(id, 'executed');
	await sweep(shop.app.deps);
	await sendDigests(shop.app.deps);
	const mail = await shop.mailbox.waitFor(() => true);
	expect(mail.text).toContain('Was this right? Please say');
	const link = linkIn(mail.text);
	for (let i = 0; i < 3; i++) expect((await fetch(link)).status).toBe(200);
	const page = await (await fetch(link)).text();
	expect(page).toContain('Was this right?');
	expect(page).not.toMatch(/<input[^>]* checked/);
	const { spotChecks } = shop.app.back.store.learning;
	expect((await spotChecks.get(id))?.answer).toBeNull();
	expect((await submitForm(link, '', { check: 'yes' })).status).toBe(403);
	expect((await submitForm(link, page, { check: 'yes' })).html).toContain('Recorded. Thank you.');
	expect((await spotChecks.get(id))?.answer).toMatchObject({ right: true, reviewer: 'ana' });
	expect((await submitForm(link, page, { check: 'no' })).html).toContain('their answer stands');
});

test('only what ran is asked about; without the section nothing is drawn', async () => {
	const shop = await openShop(redis, { policy, channels: false });
	const [asked, claimed] = await Promise.all([
		shop.propose(refund('800.00', { agent: 'refunder' })),
		shop.propose({ ...ran(), operation: 'ship_parcel' }),
	]);
	await shop.until(asked, 'in_review');
	await shop.until(claimed, 'approved');
	await sweep(shop.app.deps);
	const { spotChecks } = shop.app.back.store.learning;
	expect(await spotChecks.open(10)).toEqual([]);
	// A claim that nobody takes lapses: it never ran, and is dropped.
	await shop.advance(2 * 3_600_000);
	await shop.until(claimed, 'expired');
	await sweep(shop.app.deps);
	expect([await spotChecks.drawn(10), await spotChecks.open(10)]).toEqual([[], []]);

	await shop.newPolicy(shopPolicy);
	const unseen = await shop.propose(ran());
	await shop.until(unseen, 'executed');
	await sweep(shop.app.deps);
	expect([await spotChecks.drawn(10), await spotChecks.open(10)]).toEqual([[], []]);
});

/** How people are interrupted: caps and gathering, what nothing holds back, what is dropped, and information that never interrupts. */
import { describe, expect, test } from 'vitest';
import { testRedis } from '../support/redis.ts';
import { linkIn, openPages, openPeople, type PeopleShop, peoplePolicy, reviewers, submitForm } from './people.ts';
import { hour, minute, refund } from './shop.ts';

const redis = testRedis();

const plans = (caps: string, more = ''): string =>
	peoplePolicy(`${reviewers()}
on_call: dee
interruptions: ${caps}
plans:
  - { route: approval, deadline: 2h, tiers: [{ after: 0s, to: [ana], channels: [email] }, { after: 80m, to: [ana], channels: [email] }] }
  - { route: approval, above: "5000.00", deadline: 2h, tiers: [{ after: 0s, to: [ana], channels: [email], urgent: true }] }
${more}`);

const subjects = (shop: PeopleShop): string[] => shop.mailbox.messages().map(({ subject }) => subject);
const dayOf = async (shop: PeopleShop): Promise<string> =>
	new Date(await shop.app.back.store.now()).toLocaleDateString('sv', { timeZone: 'Europe/Berlin' });

/** Reviews that are opened one after the other. */
async function reviews(shop: PeopleShop, amounts: readonly string[]): Promise<string[]> {
	const ids: string[] = [];
	for (const amount of amounts) {
		const id = await shop.propose(refund(amount));
		await shop.until(id, 'in_review');
		await shop.settled();
		ids.push(id);
	}
	return ids;
}

describe('caps', () => {
	test('beyond the cap of an hour reviews are gathered into one message with a link to each, and the next hour starts anew', async () => {
		const { shop } = await openPages(redis, plans('{ per_hour: 2, per_day: 100, bundle_every: 15m }'));
		await shop.clockTo('2027-01-11T09:00:00Z');
		const ids = await reviews(shop, ['601.00', '602.00', '603.00', '604.00', '605.00']);
		expect(subjects(shop).map((subject) => subject.slice(0, 28))).toEqual([
			'[Approve?] Refund USD 601.00',
			'[Approve?] Refund USD 602.00',
		]);
		await shop.advance(14 * minute);
		await shop.settled();
		expect(subjects(shop)).toHaveLength(2);
		await shop.advance(minute);
		const list = await shop.mailbox.waitFor(({ subject }) => subject.startsWith('[3 wait for you]'));
		expect(list.subject).toMatch(/^\[3 wait for you\] first by \d\d:\d\d UTC\+1$/);
		for (const amount of ['603.00', '604.00', '605.00']) {
			expect(list.text).toContain(`Refund USD ${amount}`);
			expect(list.html).toContain(`Refund USD ${amount}`);
		}
		const links = [...list.text.matchAll(/https?:\/\/\S+\/r\/[0-9A-Za-z]{22}/g)].map(([link]) => link);
		expect(links).toHaveLength(4);
		expect(new Set(links).size).toBe(4);

		// A line leads to the page of its own review; the last link to the list, as it stands now.
		const [first = '', , , all = ''] = links;
		const page = await (await fetch(first)).text();
		expect(page).toContain('USD 603.00');
		expect((await submitForm(first, page, { answer: 'approve', reason: '', comment: '' })).status).toBe(200);
		expect((await shop.until(ids[2] as string, 'executed')).replies).toMatchObject([{ reviewer: 'ana', channel: 'email' }]);
		const listed = await (await fetch(all)).text();
		expect(listed).toContain('2 wait for your answer');
		expect(listed).toContain('Approved by Ana');
		for (const link of links.slice(1, 3)) expect(listed).toContain(link);

		expect(await shop.app.back.store.load.on(await dayOf(shop))).toEqual({ ana: 3 });
		await shop.advance(61 * minute);
		await reviews(shop, ['606.00']);
		expect(subjects(shop).at(-1)).toContain('[Approve?] Refund USD 606.00');
	});

	test('beyond the cap of a day too; one that waits alone comes as itself', async () => {
		const shop = await openPeople(redis, plans('{ per_hour: 100, per_day: 1, bundle_every: 10m }'));
		await shop.clockTo('2027-01-11T09:00:00Z');
		await reviews(shop, ['601.00', '602.00']);
		expect(subjects(shop)).toHaveLength(1);
		await shop.advance(10 * minute);
		await expect.poll(() => subjects(shop).length, { timeout: 5000 }).toBe(2);
		expect(subjects(shop)[1]).toContain('[Approve?] Refund USD 602.00');
		// Another day for Ana: 23:30 UTC is 00:30 in Berlin.
		await shop.clockTo('2027-01-11T23:30:00Z');
		await reviews(shop, ['603.00']);
		expect(subjects(shop)[2]).toContain('[Approve?] Refund USD 603.00');
		expect(await shop.app.back.store.load.on('2027-01-11')).toEqual({ ana: 2 });
		expect(await shop.app.back.store.load.on('2027-01-12')).toEqual({ ana: 1 });
	});

	test('what is urgent and what escalates before a deadline goes out by itself, and at once', async () => {
		const shop = await openPeople(redis, plans('{ per_hour: 1, per_day: 1, bundle_every: 2h }'));
		await reviews(shop, ['601.00', '602.00', '6000.00', '7000.00']);
		expect(subjects(shop).map((subject) => /USD ([\d,.]+)/.exec(subject)?.[1])).toEqual(['601.00', '6,000.00', '7,000.00']);
		// No later than half of the time until the next step, whatever is gathered.
		await shop.advance(40 * minute);
		await expect.poll(() => subjects(shop).length, { timeout: 5000 }).toBe(4);
		await shop.advance(40 * minute);
		await expect.poll(() => subjects(shop).length, { timeout: 5000 }).toBe(6);
		expect(
			subjects(shop)
				.slice(4)
				.map((subject) => /^Re: .* USD ([\d,.]+)/.exec(subject)?.[1])
				.sort(),
		).toEqual(['601.00', '602.00']);
	});

	test('without caps everything goes out by itself', async () => {
		const shop = await openPeople(redis, plans('false'));
		await reviews(
			shop,
			Array.from({ length: 15 }, (_, i) => `6${String(i).padStart(2, '0')}.00`),
		);
		expect(subjects(shop)).toHaveLength(15);
		expect(await shop.app.back.store.load.on(await dayOf(shop))).toEqual({ ana: 15 });
	});

	test('a storm of reviews at once is one message and as many as the caps allow; none is lost', async () => {
		const shop = await openPeople(redis, plans('{ per_hour: 6, per_day: 100, bundle_every: 5m }'));
		const ids = await Promise.all(Array.from({ length: 80 }, (_, i) => shop.propose(refund(`${600 + i}.00`))));
		for (const id of ids) await shop.until(id, 'in_review');
		await shop.settled();
		expect(subjects(shop)).toHaveLength(6);
		await shop.advance(5 * minute);
		await shop.mailbox.waitFor(({ subject }) => subject.startsWith('[74 wait for you]'));
		await shop.settled();
		expect(subjects(shop)).toHaveLength(7);
		const told = await Promise.all(
			ids.map(async (id) => (await shop.app.back.store.deliveries.all(id)).map(({ state }) => state)),
		);
		expect(told.filter((states) => states.join() !== 'sent')).toEqual([]);
	});

	test('messages that fail are not counted, and what was gathered falls to the next channel', async () => {
		const shop = await openPeople(redis, plans('{ per_hour: 1, per_day: 50, bundle_every: 10m }'));
		await reviews(shop, ['601.00', '602.00', '603.00']);
		shop.mailbox.fail({ code: 550, at: 'rcpt' });
		await shop.advance(10 * minute);
		const text = await shop.phone.waitFor(({ body }) => body.startsWith('2 wait for you'));
		expect(text.to).toBe('+15550100001');
		await shop.settled();
		expect(await shop.app.back.store.load.on(await dayOf(shop))).toEqual({ ana: 2 });
	});
});

describe('what is not needed any more', () => {
	const policy = plans('{ per_hour: 1, per_day: 1, bundle_every: 30m }');

	test('decided, withdrawn, superseded: nothing further is sent', async () => {
		const shop = await openPeople(redis, policy);
		const [, decided = '', withdrawn = '', edited = '', waiting = ''] = await reviews(shop, [
			'601.00',
			'602.00',
			'603.00',
			'604.00',
			'605.00',
		]);
		await shop.answer(decided, 'ana', 'reject');
		const { tenant, agent } = await shop.get(withdrawn);
		const { withdraw } = await import('../../src/reviews/withdraw.ts');
		expect(await withdraw(shop.app.front, withdrawn, { tenant, agent })).toMatchObject({ ok: true });
		// The new amount needs nobody; the old revision's message must not come.
		await shop.answer(edited, 'ana', { answer: 'edit', edit: { amount: { currency: 'USD', minor: 20_00 } } });
		await shop.until(edited, 'executed');
		await shop.advance(30 * minute);
		await expect.poll(() => subjects(shop).length, { timeout: 5000 }).toBe(2);
		await shop.settled();
		expect(subjects(shop)[1]).toContain('USD 605.00');
		await shop.answer(waiting, 'ana', 'approve');
		await shop.advance(2 * hour);
		await shop.settled();
		// The first one of all escalates before its deadline; nothing else is left.
		expect(
			subjects(shop)
				.slice(2)
				.every((subject) => subject.includes('USD 601.00')),
		).toBe(true);
	});

	test('where everything in a box was decided, no message comes at all', async () => {
		const shop = await openPeople(redis, policy);
		const [first = '', second = ''] = await reviews(shop, ['601.00', '602.00']);
		for (const id of [first, second]) await shop.answer(id, 'ana', 'approve');
		await shop.advance(2 * hour);
		await shop.settled();
		expect(subjects(shop)).toHaveLength(1);
		expect(await shop.app.back.store.held.next()).toBeNull();
	});

	test('who has approved is not reminded while the review waits for others', async () => {
		const shop = await openPeople(
			redis,
			peoplePolicy(
				`${reviewers()}\nplans: [{ route: approval, quorum: 2, deadline: 30m, tiers: [{ after: 0s, to: [ana, ben], channels: [email] }, { after: 10m, to: [ana, ben], channels: [email] }] }]`,
			),
		);
		const [id = ''] = await reviews(shop, ['600.00']);
		await expect.poll(() => subjects(shop).length, { timeout: 5000 }).toBe(2);
		await shop.answer(id, 'ana', 'approve');
		await shop.advance(10 * minute);
		await expect.poll(() => subjects(shop).length, { timeout: 5000 }).toBe(3);
		await shop.settled();
		expect(shop.mailed()[2]).toBe('ben');
		expect(subjects(shop)[2]).toMatch(/^Re: /);
		expect(subjects(shop)).toHaveLength(3);
	});
});

describe('texts', () => {
	test('a phone gets one text that says how many wait, with a link to the list', async () => {
		const policy = peoplePolicy(`${reviewers()}
interruptions: { per_hour: 1, per_day: 50, bundle_every: 10m }
plans: [{ route: approval, deadline: 2h, tiers: [{ after: 0s, to: [ana], channels: [sms] }, { after: 100m, to: [dee], channels: [email] }] }]`);
		const { shop } = await openPages(redis, policy);
		await reviews(shop, ['601.00', '602.00', '603.00']);
		expect(shop.phone.texts()).toHaveLength(1);
		await shop.advance(10 * minute);
		const text = await shop.phone.waitFor(({ body }) => body.startsWith('2 wait for you, first by '));
		expect(text.segments).toBe(1);
		const list = await (await fetch(linkIn(text.body))).text();
		for (const amount of ['602.00', '603.00']) expect(list).toContain(`USD ${amount}`);
	});
});

describe('information', () => {
	const informed = (digest: string, more: Readonly<Record<string, string>> = {}): string =>
		peoplePolicy(reviewers(more)).replace('notify_digest: false', `notify_digest: ${digest}`);
	const notified = async (shop: PeopleShop, amounts: readonly string[]): Promise<string[]> => {
		const ids = await Promise.all(amounts.map((amount) => shop.propose(refund(amount, { confidence: 0.96 }))));
		for (const id of ids) await shop.until(id, 'executed');
		return ids;
	};

	test('comes once an hour, in one message, to each reader at their own time, and interrupts nobody', async () => {
		const shop = await openPeople(redis, informed('{ to: [ana, ben], every: 1h }', { ben: 'digest_at: "18:00"' }));
		await shop.clockTo('2027-01-11T09:00:00Z');
		await notified(shop, ['20.00', '30.00']);
		await shop.advance(minute);
		await shop.advance(58 * minute);
		await shop.settled();
		expect(subjects(shop)).toEqual([]);
		await shop.advance(2 * minute);
		const digest = await shop.mailbox.waitFor(() => true);
		expect(digest.recipients).toEqual(['ana@shop.example']);
		for (const amount of ['20.00', '30.00']) expect(digest.text).toContain(`USD ${amount}`);
		await notified(shop, ['40.00']);
		// 18:00 in Berlin.
		await shop.clockTo('2027-01-11T17:00:00Z');
		const bens = await shop.mailbox.waitFor(({ recipients }) => recipients[0] === 'ben@shop.example');
		for (const amount of ['20.00', '30.00', '40.00']) expect(bens.text).toContain(`USD ${amount}`);
		// Ana's comes an hour after its first line.
		await shop.advance(hour);
		await expect.poll(() => subjects(shop).length, { timeout: 5000 }).toBe(3);
		expect(shop.mailed()[2]).toBe('ana');
		expect(await shop.app.back.store.load.on('2027-01-11')).toEqual({});
	});

	test('or only into the log', async () => {
		const shop = await openPeople(redis, informed('false'));
		await notified(shop, ['20.00']);
		await shop.advance(48 * hour);
		await shop.settled();
		expect(subjects(shop)).toEqual([]);
		expect(await shop.app.back.store.digestLines.fresh(10)).toEqual([]);
	});

	test('a line can be reported as wrong: looked at as often as one likes, reported once, on its history', async () => {
		const policy = informed('{ to: [ana], every: 1h }');
		const { shop } = await openPages(redis, policy);
		const [id = ''] = await notified(shop, ['20.00']);
		await shop.advance(minute);
		await shop.advance(hour);
		const digest = await shop.mailbox.waitFor(() => true);
		const link = linkIn(digest.text);
		for (let i = 0; i < 5; i++) expect((await fetch(link)).status).toBe(200);
		const page = await (await fetch(link)).text();
		expect(page).toContain('Report as wrong');
		expect(page).not.toContain('value="approve"');
		const history = async () =>
			(await shop.app.back.store.actions.history(id)).filter(({ event }) => String(event) === 'reported_wrong');
		expect(await history()).toEqual([]);
		expect((await submitForm(link, page, {})).status).toBe(400);
		expect((await submitForm(link, '', { reason: 'wrong_amount' })).status).toBe(403);
		expect((await submitForm(link, page, { reason: 'wrong_amount', comment: 'twice the price' })).html).toContain(
			'Reported. Thank you.',
		);
		expect((await submitForm(link, page, { reason: 'other', comment: '' })).html).toContain('You have reported this before');
		expect(await history()).toMatchObject([
			{ by: 'ana', to: 'executed', detail: { label: 'wrong_amount', comment: 'twice the price' } },
		]);
		expect(await shop.app.back.store.reports.of(id)).toMatchObject([{ reviewer: 'ana', label: 'wrong_amount' }]);
		expect(await shop.app.back.store.reports.since('default', 0, 10)).toEqual([id]);
		expect((await shop.get(id)).state).toBe('executed');
	});
});

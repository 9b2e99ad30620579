/** Approving much by a link: a one-time code by another channel, entered on the page; a forwarded link alone is not enough. */
import { expect, test } from 'vitest';
import { testRedis } from '../support/redis.ts';
import { linkIn, openPages, peoplePolicy, reviewers, submitForm } from './people.ts';
import { minute, refund } from './shop.ts';

const redis = testRedis();
const policy = peoplePolicy(`${reviewers()}
on_call: dee
plans: [{ route: approval, deadline: 4h, ask: [ana] }]
channel_limits: { sms: { max_amount: "800.00" } }
step_up_above: "1000.00"`);

const codeIn = (text: string): string => /\b\d{6}\b/.exec(text)?.[0] ?? '';
const wrong = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

/** A review with its mail, its page, and the texts that came so far. */
async function opened(amount: string) {
	const { shop, url } = await openPages(redis, policy);
	const id = await shop.propose(refund(amount));
	await shop.until(id, 'in_review');
	const mail = await shop.mailbox.waitFor(() => true);
	const link = linkIn(mail.text);
	const page = async (): Promise<string> => (await fetch(link)).text();
	const approve = async (code?: string) =>
		submitForm(link, await page(), { answer: 'approve', reason: '', comment: 'checked', ...(code !== undefined && { code }) });
	const nextCode = async (nth: number): Promise<string> => {
		await expect.poll(() => shop.phone.texts().length, { timeout: 5000 }).toBe(nth);
		return codeIn(shop.phone.texts()[nth - 1]?.body ?? '');
	};
	return { shop, url, id, link, page, approve, nextCode };
}

test('up to the amount a link is enough', async () => {
	const { shop, approve } = await opened('1000.00');
	expect((await approve()).html).toContain('Approved');
	expect(shop.phone.texts()).toEqual([]);
});

test('above it a code comes by text, and with it the approval counts as surer', async () => {
	const { shop, id, approve, page, nextCode } = await opened('1500.00');
	expect(await page()).toContain('needs a second proof that it is you');
	const asked = await approve();
	expect(asked.status).toBe(403);
	expect(asked.html).toContain('We are sending a code of six digits to your phone');
	expect((await shop.get(id)).state).toBe('in_review');
	const code = await nextCode(1);
	expect(shop.phone.texts()[0]).toMatchObject({ to: '+15550100001', body: expect.stringContaining('Refund USD 1,500.00') });
	const done = await approve(code);
	expect(done.status).toBe(200);
	await shop.until(id, 'executed');
	expect((await shop.get(id)).replies).toMatchObject([
		{ reviewer: 'ana', channel: 'email', assurance: 'code', comment: 'checked' },
	]);
	// What came back was sent to her number: it is verified from now on.
	expect((await shop.app.back.store.phones.find('ana'))?.verifiedAt).toBeTypeOf('number');
	// Asked for by its reader: it interrupts nobody.
	const day = new Date(await shop.app.back.store.now()).toLocaleDateString('sv', { timeZone: 'Europe/Berlin' });
	expect(await shop.app.back.store.load.on(day)).toEqual({ ana: 1 });
});

test('looking sends nothing, rejecting needs no code, and no copy of the store holds a code that works', async () => {
	const { shop, id, link, approve, page, nextCode } = await opened('1500.00');
	for (let i = 0; i < 20; i++) await fetch(`${link}?answer=approve`);
	await shop.settled();
	expect(shop.phone.texts()).toEqual([]);
	await approve();
	const code = await nextCode(1);
	const client = redis.connect();
	const dump: string[] = [];
	for await (const keys of client.scanStream({ match: `${redis.prefix}:*`, count: 500 }))
		for (const key of keys as string[]) dump.push(key, ((await client.dumpBuffer(key)) ?? Buffer.alloc(0)).toString('latin1'));
	const whole = dump.join('\n');
	expect(whole).not.toContain(link.split('/').at(-1));
	// Hashes and instants may hold any six digits by chance.
	expect(whole.replace(/[0-9a-f]{32,}|\d{7,}/g, '')).not.toContain(code);
	const rejected = await submitForm(link, await page(), { answer: 'reject', reason: 'wrong_amount', comment: '' });
	expect(rejected.status).toBe(200);
	expect((await shop.get(id)).state).toBe('rejected');
});

test('five wrong codes spend it, and another one is sent', async () => {
	const { shop, id, approve, nextCode } = await opened('1500.00');
	await approve();
	const code = await nextCode(1);
	for (const left of [4, 3, 2, 1]) {
		const tried = await approve(wrong(code));
		expect(tried.html).toMatch(left === 1 ? /1 try is left/ : new RegExp(`${left} tries are left`));
		expect([tried.status, tried.html.includes('code_wrong')]).toEqual([403, true]);
	}
	const worn = await approve(wrong(code));
	expect([worn.status, worn.html.includes('That code is not good any more'), worn.html.includes('code_expired')]).toEqual([
		403,
		true,
		true,
	]);
	const second = await nextCode(2);
	if (second !== code) expect((await approve(code)).html).toContain('tries are left');
	expect((await approve(second)).status).toBe(200);
	await shop.until(id, 'executed');
});

test('a code is good for ten minutes, for its own link, and not without limit', async () => {
	const { shop, id, approve, nextCode, link, page } = await opened('1500.00');
	await approve();
	const code = await nextCode(1);
	await shop.advance(10 * minute);
	expect((await approve(code)).html).toContain('That code is not good any more');
	const fresh = await nextCode(2);
	// Another link of the same person for the same action: what was sent for one opens nothing on the other.
	const action = await shop.get(id);
	const token = await shop.app.front.store.links.issue(
		{
			actionId: id,
			revision: action.revision,
			payloadDigest: action.payloadDigest,
			reviewer: 'ana',
			channel: 'email',
			purpose: 'review',
		},
		60_000,
	);
	const other = link.replace(/[^/]+$/, token);
	const tried = await submitForm(other, await (await fetch(other)).text(), {
		answer: 'approve',
		reason: '',
		comment: '',
		code: fresh,
	});
	expect(tried.html).toContain('4 tries are left');
	for (let i = 3; i <= 5; i++) {
		await submitForm(link, await page(), { answer: 'approve', reason: '', comment: '', again: '1' });
		await nextCode(i);
	}
	const refused = await submitForm(link, await page(), { answer: 'approve', reason: '', comment: '', again: '1' });
	expect(refused.html).toContain('Too many codes were asked for');
	expect((await shop.get(id)).state).toBe('in_review');
});

test('a text sends its code by mail; without a second channel there is the inbox or a colleague', async () => {
	const oneWay = peoplePolicy(`reviewers:
  ana: { name: Ana, phone: "+15550100001", email: ana@shop.example }
  ben: { name: Ben, email: ben@shop.example }
plans: [{ route: approval, deadline: 4h, tiers: [{ after: 0s, to: [ana], channels: [sms], urgent: true }, { after: 1h, to: [ben], channels: [email] }] }]
channel_limits: { sms: { max_amount: "550.00" } }
step_up_above: "1000.00"`);
	const { shop } = await openPages(redis, oneWay);
	const id = await shop.propose(refund('900.00'));
	const text = await shop.phone.waitFor(() => true);
	const link = linkIn(text.body);
	const asked = await submitForm(link, await (await fetch(link)).text(), { answer: 'approve', reason: '', comment: '' });
	expect(asked.html).toContain('to your email address');
	const mail = await shop.mailbox.waitFor(() => true);
	expect(mail).toMatchObject({ recipients: ['ana@shop.example'], subject: 'Your Countersign code' });
	const second = await shop.propose(refund('1200.00'));
	await shop.until(second, 'in_review');
	await shop.advance(61 * minute);
	const toBen = await shop.mailbox.waitFor(
		({ recipients, subject }) => recipients[0] === 'ben@shop.example' && subject.includes('1,200.00'),
	);
	const refused = await submitForm(linkIn(toBen.text), await (await fetch(linkIn(toBen.text))).text(), {
		answer: 'approve',
		reason: '',
		comment: '',
	});
	expect(refused.html).toContain('We know no second channel');
	expect((await shop.get(second)).state).toBe('in_review');
	expect((await shop.get(id)).state).toBe('in_review');
});

test('the link of somebody who was removed is dead, for looking and for answering', async () => {
	const { shop, link, page, approve } = await opened('600.00');
	await shop.advance(0);
	const before = await page();
	await shop.newPolicy(policy.replace(/ {2}ana:.*\n/, '').replace('ask: [ana]', 'ask: [ben]'));
	expect((await fetch(link)).status).toBe(403);
	expect(await page()).toContain('no longer active');
	const answered = await submitForm(link, before, { answer: 'approve', reason: '', comment: '' });
	expect(answered.status).toBe(403);
	expect(answered.html).toContain('reviewer_disabled');
	// Nobody else could approve it: it is a case now.
	await shop.mailbox.waitFor(({ recipients }) => recipients[0] === 'dee@shop.example');
	expect((await approve()).status).toBe(403);
});

test('above a further amount its digits are typed by hand, and nothing else will do', async () => {
	const { shop, id, link, page, nextCode } = await opened('12000.00');
	expect(await page()).toContain('To let it run, type the amount: <bdi dir="ltr">USD 12,000.00</bdi>');
	const answer = async (fields: Readonly<Record<string, string>>) =>
		submitForm(link, await page(), { comment: 'looked', ...fields });
	for (const typed of ['', '12', '1200.00', '120000', '12.000,00', 'EUR 12000', '12000.01', 'yes']) {
		const refused = await answer({ answer: 'approve', typed_amount: typed });
		expect([typed, refused.status, refused.html.includes('type the amount below')]).toEqual([typed, 422, true]);
		// What was written and chosen is still there.
		expect(refused.html).toMatch(/value="approve" required checked>/);
		expect(refused.html).toContain('>looked</textarea>');
	}
	expect(shop.phone.texts()).toEqual([]);
	const asked = await answer({ answer: 'approve', typed_amount: 'USD 12,000.00' });
	expect([asked.status, asked.html.includes('one-time-code')]).toEqual([403, true]);
	const done = await submitForm(link, asked.html, { code: await nextCode(1) });
	expect(done.status).toBe(200);
	await shop.until(id, 'executed');
});

test('rejecting it needs no typing', async () => {
	const { shop, id, link, page } = await opened('12000.00');
	expect((await submitForm(link, await page(), { answer: 'reject' })).status).toBe(200);
	await shop.until(id, 'rejected');
});

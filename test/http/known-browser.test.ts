/** One tap and one press, for a person's own browser; for any other the choice is marked and stays to be made (ADR 11). */
import { expect, test } from 'vitest';
import { linkIn, openPages, peoplePolicy, reviewers, submitForm } from '../flows/people.ts';
import { refund } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';

const redis = testRedis();
const policy = peoplePolicy(`${reviewers()}
groups: { support: [ana, ben] }
plans: [{ route: approval, deadline: 30m, ask: [support] }]
interruptions: false
`);

const checked = (page: string): string[] =>
	[...page.matchAll(/name="answer" value="(\w+)" required checked/g)].map(([, answer = '']) => answer);

test('the choice of a link is selected only in a browser in which its reviewer has answered before', async () => {
	const { shop, url } = await openPages(redis, policy);
	const linkOf = async (amount: string, who: string): Promise<{ id: string; link: string }> => {
		const id = await shop.propose(refund(amount));
		const mail = await shop.mailbox.waitFor(
			({ text, recipients }) => text.includes(amount) && recipients[0] === `${who}@shop.example`,
		);
		return { id, link: linkIn(mail.text) };
	};
	const page = async (link: string, cookie = ''): Promise<string> => (await fetch(link, { headers: { cookie } })).text();

	const first = await linkOf('601.00', 'ana');
	const unknown = await page(`${first.link}?answer=approve`);
	expect(unknown).toContain('class="tile ok came"');
	expect(checked(unknown)).toEqual([]);
	// What holds no answer decides nothing and makes nobody known.
	const nothing = await submitForm(first.link, unknown, {});
	expect([nothing.status, nothing.cookies]).toEqual([400, []]);
	const decided = await submitForm(first.link, unknown, { answer: 'approve' });
	expect(decided.status).toBe(200);
	await shop.until(first.id, 'executed');
	const [set = ''] = decided.cookies;
	expect(set).toMatch(/^countersign-known=[\w-]{43}; Max-Age=7776000; Path=\/; HttpOnly; SameSite=Lax$/);
	const cookie = set.split(';')[0] ?? '';

	const second = await linkOf('602.00', 'ana');
	for (const answer of ['approve', 'reject', 'take_over'])
		expect(checked(await page(`${second.link}?answer=${answer}`, cookie))).toEqual([answer]);
	expect(checked(await page(second.link, cookie))).toEqual([]);
	expect(checked(await page(`${second.link}?answer=approve`, `countersign-known=${'A'.repeat(43)}`))).toEqual([]);
	expect(checked(await page(`${second.link}?answer=approve`, 'countersign-known=*'))).toEqual([]);
	const colleague = await linkOf('603.00', 'ben');
	expect(checked(await page(`${colleague.link}?answer=approve`, cookie))).toEqual([]);
	// Whoever came second decided nothing, and is not known by it.
	const late = await submitForm(first.link, unknown, { answer: 'reject' });
	expect([late.status, late.cookies]).toEqual([409, []]);
	expect(url).toMatch(/^http/);
	// A copy of the store makes no browser known.
	const client = redis.connect();
	for await (const keys of client.scanStream({ match: `${redis.prefix}*`, count: 1000 }))
		for (const key of keys as string[])
			expect(`${key}${((await client.dumpBuffer(key)) ?? '').toString('latin1')}`).not.toContain(cookie.split('=')[1]);
});

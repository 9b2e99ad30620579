/** What comes in through a link, row by row, and what only several requests show: one winner, and an older page. */
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Action } from '../../src/domain/action.ts';
import { pageHeaders } from '../../src/http/pages/style.ts';
import { linkIn, openPages, peoplePolicy, reviewers, submitForm } from '../flows/people.ts';
import { refund } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';

const redis = testRedis();
const policy = peoplePolicy(`${reviewers()}
groups: { support: [ana, ben] }
plans: [{ route: approval, deadline: 30m, ask: [support] }]
interruptions: false
`);

const row = z.strictObject({
	id: z.string(),
	method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE']).default('POST'),
	/** `{T}`: Ana's own; `{T8}` and `{8T}`: its two pieces. */
	token: z.string().default('{T}'),
	query: z.string().default(''),
	/** Besides those that a browser sends from our own page; null: without it. */
	headers: z.record(z.string(), z.string().nullable()).default({}),
	/** Besides the hidden fields of the page. */
	fields: z.array(z.tuple([z.string(), z.string()])).default([]),
	/** Instead of hidden fields; `x*5`: five times x. */
	set: z.record(z.string(), z.string()).default({}),
	json: z.record(z.string(), z.unknown()).optional(),
	multipart: z.boolean().default(false),
	status: z.number(),
	/** The code on the page. */
	code: z.string().optional(),
	says: z.string().optional(),
});
const rows = z.array(row).parse(JSON.parse(readFileSync(new URL('./link-corpus.json', import.meta.url), 'utf8')));

const repeated = (text: string): string =>
	text.replace(/(x+)\*(\d+)$/, (_, ...[x, times]: string[]) => (x ?? '').repeat(Number(times)));
const hiddenOf = (page: string): Record<string, string> =>
	Object.fromEntries(
		[...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name, value]) => [name, value]),
	);

/** A request whose path is sent as it stands: `fetch` would mend it. */
function sendRaw(
	url: string,
	{ path, method, headers, body }: { path: string; method: string; headers: Record<string, string>; body: string | null },
) {
	return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>((resolve, reject) => {
		const { hostname, port } = new URL(url);
		const sending = request({ hostname, port, path, method, headers, agent: false }, (answer) => {
			let text = '';
			answer.on('data', (part: Buffer) => {
				text += part.toString();
			});
			answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
		});
		sending.on('error', reject);
		sending.end(body ?? undefined);
	});
}

test('the corpus: nothing of it decides, and every answer says what it should', { timeout: 60_000 }, async () => {
	const { shop, url } = await openPages(redis, policy);
	const id = await shop.propose(refund('600.00'));
	const linkOf = async (who: string): Promise<string> =>
		linkIn((await shop.mailbox.waitFor(({ recipients }) => recipients[0] === `${who}@shop.example`)).text);
	const [ana, ben] = [await linkOf('ana'), await linkOf('ben')];
	const token = ana.slice(-22);
	const page = async (link: string): Promise<string> => (await fetch(link)).text();
	const [hidden, bens] = [hiddenOf(await page(ana)), hiddenOf(await page(ben))];
	const { links, sessions, replyTokens } = shop.app.front.store;
	const { payloadDigest, revision } = await shop.get(id);
	const link = { actionId: id, revision, payloadDigest, reviewer: 'ana', channel: 'email' } as const;
	const tokens: Record<string, string> = {
		T: token,
		t: token.toLowerCase() === token ? `${token.slice(1)}A` : token.toLowerCase(),
		T8: token.slice(0, 8),
		'8T': token.slice(8),
		ID: id,
		'SIGN IN': await sessions.issueSignIn('ana'),
		SESSION: (await sessions.open('ana', 'link')).id,
		REPLY: await replyTokens.issue({ ...link, tier: 0 } as never, 60_000),
		REPORT: await links.issue({ ...link, purpose: 'report' }, 60_000),
		LIST: (await links.issueList([{ ...link, purpose: 'review' }], 60_000)).list,
		"BEN'S NONCE": bens.nonce ?? '',
	};
	const filled = (text: string): string => repeated(text.replace(/\{([^}]+)\}/g, (whole, name) => tokens[name] ?? whole));
	const before: Action = await shop.get(id);
	for (const given of rows) {
		const posted = [...Object.entries({ ...hidden, ...given.set }), ...given.fields].map(([name, value]): [string, string] => [
			name,
			filled(value),
		]);
		const own: Record<string, string | null> = {
			origin: url,
			'sec-fetch-site': 'same-origin',
			'content-type': 'application/x-www-form-urlencoded',
		};
		let body: string | null =
			given.method === 'GET' || given.method === 'HEAD' || given.method === 'DELETE' ? null : String(new URLSearchParams(posted));
		if (given.json !== undefined) {
			own['content-type'] = 'application/json';
			body = JSON.stringify({ ...hidden, ...given.json });
		}
		if (given.multipart) {
			own['content-type'] = 'multipart/form-data; boundary=b';
			const parts = posted.map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
			body = `${parts.join('')}--b\r\nContent-Disposition: form-data; name="answer"; filename="approve"\r\n\r\napprove\r\n--b--\r\n`;
		}
		const headers = Object.fromEntries(
			Object.entries({ ...own, ...given.headers }).filter((each): each is [string, string] => each[1] !== null),
		);
		const answer = await sendRaw(url, { path: `/r/${filled(given.token)}${given.query}`, method: given.method, headers, body });
		expect([given.id, answer.status]).toEqual([given.id, given.status]);
		if (given.code !== undefined) expect(answer.text, given.id).toContain(given.code);
		if (given.says !== undefined) expect(answer.text, given.id).toContain(given.says);
		for (const [name, value] of Object.entries(pageHeaders()))
			expect([given.id, name, answer.headers[name.toLowerCase()]]).toEqual([given.id, name, value]);
		expect(answer.headers['set-cookie'], given.id).toBeUndefined();
		expect(await shop.get(id), given.id).toEqual(before);
		// Guessing is slowed down elsewhere; here every row is to be answered by itself.
		const client = redis.connect();
		for (const key of await client.keys(`${redis.prefix}:store:limit:*`)) await client.del(key);
		client.disconnect();
	}
	expect(await shop.events(id)).toEqual(['received', 'routed_approval']);
});

describe('several requests', () => {
	const asked = async (amount: string) => {
		const { shop, url } = await openPages(redis, policy);
		const id = await shop.propose(refund(amount));
		const link = linkIn((await shop.mailbox.waitFor(({ recipients }) => recipients[0] === 'ana@shop.example')).text);
		return { shop, url, id, link, page: await (await fetch(link)).text() };
	};

	test('97: a double click, two tabs and the back button have one winner, and the same page afterwards', async () => {
		const { shop, id, link, page } = await asked('600.00');
		const all = await Promise.all(['approve', 'reject', 'approve', 'reject'].map((answer) => submitForm(link, page, { answer })));
		expect(all.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
		const { decision } = await shop.get(id);
		const word = decision?.event === 'approved_by_reviewers' ? 'Approved by Ana' : 'Rejected by Ana';
		for (const { status, html } of all) {
			expect(html).toContain(word);
			if (status === 409) expect(html).toContain('changed nothing');
		}
		const again = await submitForm(link, page, { answer: 'take_over' });
		expect([again.status, again.html.includes(word)]).toEqual([409, true]);
		const [one, other] = await Promise.all([link, `${link}?answer=approve`].map(async (url) => (await fetch(url)).text()));
		expect(one).toBe(other);
		expect(one).not.toContain('<form');
		expect((await shop.events(id)).filter((event) => /approved|rejected/.test(event))).toHaveLength(1);
	});

	test('91: a page of what was changed meanwhile is refused, and shows what was changed', async () => {
		const { shop, id, link, page } = await asked('600.00');
		const changed = {
			answer: 'edit',
			edit: { amount: { minor: 70_000, currency: 'USD' }, arguments: { order_id: '1882', '<b>': '=1+1' } },
		} as const;
		expect(await shop.answer(id, 'ben', changed)).toMatchObject({ ok: true });
		const late = await submitForm(link, page, { answer: 'approve' });
		expect(late.status).toBe(409);
		for (const html of [late.html, await (await fetch(link)).text()]) {
			expect(html).toContain('This changed after the link was sent');
			expect(html).toContain('What was changed since');
			expect(html).toMatch(/<del><bdi>USD 600\.00<\/bdi><\/del>.*<ins><bdi>USD 700\.00<\/bdi><\/ins>/s);
			expect(html).toMatch(/<ins><bdi>&quot;1882&quot;<\/bdi><\/ins>/);
			expect(html).not.toContain('<b>');
			expect(html).not.toContain('<form');
		}
		expect(await shop.get(id)).toMatchObject({ revision: 2, replies: [] });
	});

	test('99: in another browser it says whose link it is; above the limit it asks for more than the link', async () => {
		const { shop, id, link, page } = await asked('12000.00');
		expect(page).toContain('You are deciding as Ana');
		const tried = await submitForm(link, page, { answer: 'approve', typed_amount: '12000' });
		expect([tried.status, tried.html.includes('one-time-code')]).toEqual([403, true]);
		expect((await shop.get(id)).replies).toEqual([]);
	});
});

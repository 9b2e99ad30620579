/** Signing in to the inbox: links by mail, sessions, an identity provider, and everything that must not sign anybody in. */
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../src/embedded/free-port.ts';
import { httpRoutes, serveOn } from '../../src/http/server.ts';
import type { OidcSettings } from '../../src/http/session/oidc.ts';
import { shopPolicy } from '../flows/shop.ts';
import { testApp } from '../support/app.ts';
import { testRedis } from '../support/redis.ts';
import { startProvider } from './oidc-provider.ts';

const redis = testRedis();

interface Desk {
	readonly url: string;
	readonly shop: Awaited<ReturnType<typeof testApp>>;
	/** Sends a form as our own page would. */
	post(path: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
	get(path: string, headers?: Record<string, string>): Promise<Response>;
}

async function openDesk(options: { oidc?: OidcSettings; secure?: boolean } = {}): Promise<Desk> {
	const shop = await testApp(redis, { policy: shopPolicy, workers: [] });
	const port = await freePort();
	const url = `http://127.0.0.1:${port}`;
	const publicUrl = options.secure ? 'https://inbox.shop.example' : url;
	const routes = httpRoutes({
		engine: shop.app.front,
		connect: shop.app.connect,
		apiKeys: [],
		publicUrl,
		signIn: { mail: shop.app.parts.channels.email ?? null, oidc: options.oidc ?? null },
	});
	const server = await serveOn(routes.app, { host: '127.0.0.1', port });
	onTestFinished(async () => {
		routes.close();
		await server.close();
	});
	const own = { origin: publicUrl, 'sec-fetch-site': 'same-origin' };
	return {
		url,
		shop,
		get: (path, headers = {}) => fetch(url + path, { headers, redirect: 'manual' }),
		post: (path, form, headers = own) =>
			fetch(url + path, { method: 'POST', body: new URLSearchParams(form), headers, redirect: 'manual' }),
	};
}

/** The cookie that an answer sets, as a request sends it. */
const cookieOf = (answer: Response, name = 'countersign-session'): string =>
	answer.headers
		.getSetCookie()
		.map((line) => line.split(';')[0] ?? '')
		.find((pair) => pair.includes(name)) ?? '';

const nonceIn = (html: string): string => /name="nonce" value="([^"]+)"/.exec(html)?.[1] ?? '';

async function linkFor(desk: Desk, email: string): Promise<string> {
	const before = desk.shop.mailbox.messages().length;
	await desk.post('/sign-in', { email });
	const mail = await desk.shop.mailbox.waitFor((each) => Number(each.id) > before && each.recipients.includes(email));
	return new URL(/https?:\/\/\S+\/sign-in\/link\/\S+/.exec(mail.text)?.[0] ?? '').pathname;
}

async function signIn(desk: Desk, email = 'ana@shop.example'): Promise<{ cookie: string; answer: Response; link: string }> {
	const link = await linkFor(desk, email);
	const page = await (await desk.get(link)).text();
	const answer = await desk.post(link, { nonce: nonceIn(page) });
	return { cookie: cookieOf(answer), answer, link };
}

test('a link in a mail signs in once, when its button is pressed', async () => {
	const desk = await openDesk();
	const link = await linkFor(desk, 'ana@shop.example');
	for (let look = 0; look < 3; look++) {
		const page = await desk.get(link);
		expect(page.status).toBe(200);
		expect(page.headers.getSetCookie()).toEqual([]);
		expect(await page.text()).toContain('Sign in as Ana?');
	}
	const nonce = nonceIn(await (await desk.get(link)).text());
	expect((await desk.post(link, { nonce: 'x' })).status).toBe(403);
	expect((await desk.post(link, { nonce }, {})).status).toBe(403);
	const answer = await desk.post(link, { nonce });
	expect(answer.status).toBe(303);
	expect(answer.headers.get('location')).toBe('/inbox');
	expect(answer.headers.getSetCookie()[0]).toMatch(
		/^countersign-session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/,
	);
	expect((await desk.post(link, { nonce })).status).toBe(404);
	expect((await desk.get(link)).status).toBe(404);
});

test('leads to the page that was asked for, of the inbox and of nothing else', async () => {
	const desk = await openDesk();
	const wanted = '/inbox/history?state=executed&user=u-1';
	const asked = await desk.get(wanted);
	expect(asked.headers.get('location')).toBe(`/sign-in?to=${encodeURIComponent(wanted)}`);
	const page = await (await desk.get(asked.headers.get('location') ?? '')).text();
	expect(page).toContain('name="to" value="/inbox/history?state=executed&amp;user=u-1"');
	const through = async (to: string): Promise<string | null> => {
		const before = desk.shop.mailbox.messages().length;
		await desk.post('/sign-in', { email: 'ana@shop.example', to });
		const mail = await desk.shop.mailbox.waitFor((each) => Number(each.id) > before);
		const link = new URL(/https?:\/\/\S+\/sign-in\/link\/\S+/.exec(mail.text)?.[0] ?? '').pathname;
		return (await desk.post(link, { nonce: nonceIn(await (await desk.get(link)).text()) })).headers.get('location');
	};
	expect(await through(wanted)).toBe(wanted);
	for (const elsewhere of ['https://evil.example/inbox', '//evil.example', '/inbox//evil.example', '/inboxes', '/sign-out'])
		expect([
			elsewhere,
			(await (await desk.get(`/sign-in?to=${encodeURIComponent(elsewhere)}`)).text()).includes('name="to"'),
		]).toEqual([elsewhere, false]);
	expect(await through('https://evil.example/inbox')).toBe('/inbox');
});

test('known and unknown addresses get the same answer, and only known ones a mail', async () => {
	const desk = await openDesk();
	const [known, unknown] = await Promise.all([
		desk.post('/sign-in', { email: 'ana@shop.example' }),
		desk.post('/sign-in', { email: 'nobody@shop.example' }),
	]);
	expect(unknown.status).toBe(known.status);
	expect(await unknown.text()).toBe(await known.text());
	await desk.shop.mailbox.waitFor((mail) => mail.recipients.includes('ana@shop.example'));
	expect(desk.shop.mailbox.messages()).toHaveLength(1);
	expect((await desk.post('/sign-in', { email: 'no address' })).status).toBe(400);
});

test('where people come by https the cookie is a __Host- one', async () => {
	const desk = await openDesk({ secure: true });
	const { answer } = await signIn(desk);
	expect(answer.headers.getSetCookie()[0]).toMatch(
		/^__Host-countersign-session=[\w-]{43};.* Path=\/; HttpOnly; Secure; SameSite=Lax$/,
	);
});

test('a dump of Redis holds neither sessions nor links that anybody could use', async () => {
	const desk = await openDesk();
	const { cookie } = await signIn(desk);
	const link = await linkFor(desk, 'ben@shop.example');
	const client = redis.connect();
	const keys = await client.keys(`${redis.prefix}*`);
	const dump = await Promise.all(
		keys.map(async (key) => key + ((await client.dumpBuffer(key)) ?? Buffer.alloc(0)).toString('latin1')),
	);
	const secrets = [cookie.split('=')[1] ?? '', link.split('/').at(-1) ?? ''];
	for (const secret of secrets) {
		expect(secret).toHaveLength(43);
		expect(dump.join('\n')).not.toContain(secret);
	}
});

test('a session brought by the browser is not taken over, and is ended', async () => {
	const desk = await openDesk();
	const { sessions } = desk.shop.app.front.store;
	const planted = await sessions.open('ben', 'link');
	const link = await linkFor(desk, 'ana@shop.example');
	const nonce = nonceIn(await (await desk.get(link)).text());
	const answer = await desk.post(
		link,
		{ nonce },
		{ origin: desk.url, 'sec-fetch-site': 'same-origin', cookie: `countersign-session=${planted.id}` },
	);
	expect(cookieOf(answer)).not.toContain(planted.id);
	expect(await sessions.find(planted.id)).toBeNull();
});

test('a session ends after 30 idle minutes, and after 12 hours in any case', async () => {
	const desk = await openDesk();
	const { store } = desk.shop.app.front;
	const minutes = (n: number) => store.advance(n * 60_000);
	const idle = await store.sessions.open('ana', 'link');
	await minutes(29);
	expect(await store.sessions.find(idle.id)).toMatchObject({ reviewer: 'ana' });
	await minutes(29);
	expect(await store.sessions.find(idle.id)).not.toBeNull();
	await minutes(30);
	expect(await store.sessions.find(idle.id)).toBeNull();

	const busy = await store.sessions.open('ana', 'link');
	for (let i = 0; i < 28; i++) {
		await minutes(25);
		expect(await store.sessions.find(busy.id)).not.toBeNull();
	}
	await minutes(25);
	expect(await store.sessions.find(busy.id)).toBeNull();
});

test('signing out ends the session, and needs the form of a page', async () => {
	const desk = await openDesk();
	const { cookie } = await signIn(desk);
	const own = { origin: desk.url, 'sec-fetch-site': 'same-origin', cookie };
	const page = await (await desk.get('/inbox', { cookie })).text();
	const nonce = /action="\/sign-out"><input type="hidden" name="nonce" value="([^"]+)"/.exec(page)?.[1] ?? '';
	const refused = [
		await desk.post('/sign-out', { nonce: 'x' }, own),
		await desk.post('/sign-out', { nonce }, { cookie }),
		await desk.post('/sign-out', { nonce }, { ...own, cookie: '' }),
	];
	expect(refused.map(({ status }) => status)).toEqual([403, 403, 403]);
	expect((await desk.get('/inbox', { cookie })).status).toBe(200);
	const left = await desk.post('/sign-out', { nonce }, own);
	expect([left.status, left.headers.get('location')]).toEqual([303, '/sign-in']);
	expect((await desk.get('/inbox', { cookie })).status).toBe(303);
});

test('who asks too often is told to wait, and nobody is mailed more than five times', async () => {
	const desk = await openDesk();
	const answers = [];
	for (let i = 0; i < 11; i++) answers.push((await desk.post('/sign-in', { email: 'ana@shop.example' })).status);
	expect(answers).toEqual([...Array(10).fill(200), 429]);
	await expect.poll(() => desk.shop.mailbox.messages().length).toBe(5);
});

test('after twenty links that do not exist in a minute, an address is answered 429, for links of every kind', async () => {
	const desk = await openDesk();
	const statuses = [];
	for (let i = 0; i < 10; i++) {
		statuses.push((await desk.get(`/sign-in/link/${'x'.repeat(43)}`)).status);
		statuses.push((await desk.get(`/r/${'x'.repeat(22)}`)).status);
	}
	expect(statuses).toEqual(Array(20).fill(404));
	const refused = await desk.get(`/r/${'y'.repeat(22)}`);
	expect(refused.status).toBe(429);
	expect(await refused.text()).toContain('rate_limited');
	expect((await desk.get(`/sign-in/link/${'y'.repeat(43)}`)).status).toBe(429);
});

test('an identity provider signs in the reviewer whose verified address it names', async () => {
	const provider = await startProvider();
	onTestFinished(() => provider.close());
	const desk = await openDesk({ oidc: provider.settings });
	const roundTrip = async (): Promise<Response> => {
		const start = await desk.get('/sign-in/oidc');
		expect(start.status).toBe(303);
		const back = await fetch(start.headers.get('location') ?? '', { redirect: 'manual' });
		const { pathname, search } = new URL(back.headers.get('location') ?? '');
		return desk.get(pathname + search, { cookie: cookieOf(start, 'sign-in') });
	};
	provider.answer({ email: 'Ana@shop.example', email_verified: true });
	const entered = await roundTrip();
	expect(entered.status).toBe(303);
	expect(entered.headers.get('location')).toBe('/inbox');
	const id = cookieOf(entered).split('=')[1] ?? '';
	expect(await desk.shop.app.front.store.sessions.find(id)).toMatchObject({ reviewer: 'ana', via: 'oidc' });

	for (const claims of [
		{ email: 'stranger@shop.example', email_verified: true },
		{ email: 'ana@shop.example', email_verified: false },
		{ email: 'ana@shop.example' },
		{ email_verified: true },
		{ email: 'ana@shop.example', email_verified: true, nonce: 'another' },
	]) {
		provider.answer(claims);
		const refused = await roundTrip();
		expect(refused.status, JSON.stringify(claims)).toBe(403);
		expect(cookieOf(refused)).toBe('');
	}
	// Somebody else's way back, without the browser that began it.
	provider.answer({ email: 'ana@shop.example', email_verified: true });
	const start = await desk.get('/sign-in/oidc');
	const back = await fetch(start.headers.get('location') ?? '', { redirect: 'manual' });
	const { pathname, search } = new URL(back.headers.get('location') ?? '');
	expect((await desk.get(pathname + search)).status).toBe(403);
});

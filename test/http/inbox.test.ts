/** The inbox over HTTP: who gets in, what is shown, and that every answer goes the one way that all answers go. */
import { expect, test } from 'vitest';
import { refund } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';
import { hiddenIn, openInbox } from './inbox-desk.ts';

const redis = testRedis();

test('without a session every page leads to the sign-in, and no form does anything', async () => {
	const desk = await openInbox(redis);
	const id = await desk.propose(refund('800.00'));
	for (const path of [
		'/inbox',
		`/inbox/actions/${id}`,
		`/inbox/actions/${id}/edit`,
		'/inbox/history',
		'/inbox/together',
		'/inbox/policies/x'.padEnd(40, 'x'),
	]) {
		const answer = await fetch(desk.url + path, { redirect: 'manual' });
		const back = path === '/inbox' ? '' : `?to=${encodeURIComponent(path)}`;
		expect([answer.status, answer.headers.get('location')], path).toEqual([303, `/sign-in${back}`]);
	}
	expect((await fetch(`${desk.url}/inbox/events`)).status).toBe(204);
});

test('a form needs the session, the nonce and the word of the browser: each missing alone is 403', async () => {
	const desk = await openInbox(redis);
	const ana = await desk.seat('ana');
	const id = await desk.propose(refund('800.00'));
	const path = `/inbox/actions/${id}`;
	const html = await ana.page(path);

	const fields: Record<string, string> = { ...hiddenIn(html, path), answer: 'approve' };
	const origin = { origin: desk.url, 'sec-fetch-site': 'same-origin' };
	const { nonce: _nonce, ...withoutNonce } = fields;
	const refused = [
		await ana.post(path, fields, origin),
		await ana.post(path, fields, { cookie: ana.cookie }),
		await ana.post(path, withoutNonce),
		await ana.post(path, { ...fields, nonce: 'x'.repeat(43) }),
		await ana.post(path, fields, { cookie: ana.cookie, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }),
		await ana.post(path, fields, { cookie: ana.cookie, origin: 'https://evil.example' }),
		await ana.post(path, fields, { cookie: ana.cookie, 'sec-fetch-site': 'same-site' }),
		await (await desk.seat('ben')).post(path, fields),
	];
	expect(refused.map(({ status }) => status)).toEqual(Array(refused.length).fill(403));
	expect((await desk.shop.app.front.store.actions.get(id))?.state).toBe('in_review');
	expect((await ana.post(path, fields)).status).toBe(200);
	await desk.shop.until(id, 'executed');
	expect(desk.shop.runs).toHaveLength(1);
});

test('approve, reject with a comment, take over; who comes second is told who won', async () => {
	const desk = await openInbox(redis);
	const [ana, ben] = [await desk.seat('ana'), await desk.seat('ben')];
	const decide = async (answer: string, fields: Record<string, string> = {}) => {
		const id = await desk.propose(refund('800.00'));
		const path = `/inbox/actions/${id}`;
		const [hers, his] = [await ana.page(path), await ben.page(path)];
		expect(hers).not.toMatch(/<input[^>]*value="approve"[^>]*checked/);
		const won = await ana.send(hers, path, { answer, ...fields });
		expect(won.status).toBe(200);
		const lost = await ben.send(his, path, { answer: 'approve' });
		expect(lost.status).toBe(409);
		const text = await lost.text();
		expect(text.includes('Your answer came second and changed nothing.')).toBe(true);
		expect(/by Ana in the inbox/.test(text)).toBe(true);
		return id;
	};
	const approved = await decide('approve');
	await desk.shop.until(approved, 'executed');
	const rejected = await desk.shop.until(await decide('reject', { reason: 'wrong_amount', comment: 'only 80' }), 'rejected');
	expect(rejected.outcome?.reason).toBe('Wrong amount: only 80');
	const taken = await desk.shop.until(await decide('take_over'), 'escalated');
	expect(taken).toMatchObject({ owner: 'ana', decision: { channel: 'inbox', by: 'ana' } });
	expect(desk.shop.runs.map(({ id }) => id)).toEqual([approved]);
	expect(await ana.page('/inbox?view=cases')).toContain(taken.id);
});

test('a case: taken, given to a colleague, released by its owner only', async () => {
	const desk = await openInbox(redis);
	const [dee, ana] = [await desk.seat('dee'), await desk.seat('ana')];
	const id = await desk.propose(refund('9000.00'));
	const path = `/inbox/actions/${id}`;
	await expect.poll(async () => (await dee.page('/inbox')).includes(id)).toBe(true);
	const open = await dee.page(path);
	expect(open).toContain('value="own"');
	expect(open).not.toContain('value="release"');
	expect((await dee.send(open, path, { answer: 'own' })).status).toBe(200);
	const given = await dee.send(await dee.page(path), `${path}/give`, { to: 'ana' });
	expect(await given.text()).toContain('Ana has it now');
	expect(await desk.shop.until(id, 'escalated')).toMatchObject({ owner: 'ana' });
	expect((await dee.send(open, path, { answer: 'release' })).status).toBe(403);
	expect((await dee.send(open, path, { answer: 'own', comment: '' })).status).toBe(200);

	const { shop } = desk;
	const back = await dee.page(path);
	const stranger = await dee.post(`${path}/give`, { ...hiddenIn(back, `${path}/give`), to: 'nobody' });
	expect(stranger.status).toBe(403);
	expect((await ana.page(path)).includes('value="release"')).toBe(false);
	expect((await dee.send(back, path, { answer: 'release' })).status).toBe(200);
	await shop.until(id, 'executed');
	const history = await shop.app.front.store.actions.history(id);
	expect(history.filter(({ event }) => event === 'owner_changed').map(({ by }) => by)).toEqual(['dee', 'dee', 'dee']);
});

test('the history comes as a table: all that match, for who is signed in, and nothing in it is a formula', async () => {
	const desk = await openInbox(redis);
	const path = '/inbox/history.csv';
	expect((await fetch(desk.url + path, { redirect: 'manual' })).status).toBe(303);
	const ana = await desk.seat('ana');
	const ids = await Promise.all(
		['601.00', '602.00'].map((amount) => desk.propose(refund(amount, { user: `@SUM(1+9) ${amount}` }))),
	);
	expect(await ana.page('/inbox/history?user=602')).toContain('href="/inbox/history.csv?tenant=default&amp;user=602"');
	const answer = await ana.get(path);
	expect(answer.headers.get('content-type')).toBe('text/csv; charset=UTF-8');
	expect(answer.headers.get('content-disposition')).toBe('attachment; filename="countersign-history.csv"');
	expect(answer.headers.get('cache-control')).toBe('no-store');
	const bytes = Buffer.from(await answer.arrayBuffer());
	expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
	const [head = '', ...lines] = bytes.toString().slice(1).trimEnd().split('\r\n');
	expect(head.split(',').slice(0, 4)).toEqual(['id', 'tenant', 'state', 'route']);
	expect(lines.map((line) => line.split(',')[0]).sort()).toEqual([...ids].sort());
	for (const line of lines) expect(line).toContain(`"'@SUM(1+9) 60`);
	const some = await (await ana.get(`${path}?user=602`)).text();
	expect(some.trimEnd().split('\r\n')).toHaveLength(2);
	expect((await (await ana.get(`${path}?state=executed`)).text()).trimEnd().split('\r\n')).toHaveLength(1);
});

test('its owner gives a case back to nobody in particular: whoever is on call is paged, and can take it', async () => {
	const desk = await openInbox(redis);
	const ana = await desk.seat('ana');
	const id = await desk.propose(refund('800.00'));
	const path = `/inbox/actions/${id}`;
	await ana.send(await ana.page(path), path, { answer: 'take_over' });
	expect(await desk.shop.until(id, 'escalated')).toMatchObject({ owner: 'ana' });
	const paged = () =>
		desk.shop.mailbox
			.messages()
			.filter(({ recipients, subject }) => recipients[0] === 'dee@shop.example' && subject.includes('case'));
	expect(paged()).toEqual([]);
	const page = await ana.page(path);
	const given = await ana.send(page, `${path}/give`, { to: '*' });
	expect(await given.text()).toContain('Nobody has it now');
	expect((await desk.shop.app.front.store.actions.get(id))?.owner).toBeNull();
	await desk.shop.mailbox.waitFor(({ recipients, subject }) => recipients[0] === 'dee@shop.example' && subject.includes('case'));
	// Only who has it can give it back.
	expect((await ana.send(page, `${path}/give`, { to: '*' })).status).toBe(403);
	const dee = await desk.seat('dee');
	expect((await dee.send(await dee.page(path), path, { answer: 'own' })).status).toBe(200);
	expect((await desk.shop.app.front.store.actions.get(id))?.owner).toBe('dee');
	const { deadlineAt } = (await desk.shop.app.front.store.actions.get(id)) ?? {};
	expect(deadlineAt).toBeTypeOf('number');
});

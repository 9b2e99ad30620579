/** What people do in the inbox besides answering: change, decide together, look up, report, look back, follow. */
import { expect, test } from 'vitest';
import { fresh, refund, shopPolicy } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';
import { hiddenIn, openInbox } from './inbox-desk.ts';
import { outcomeLost } from './outcome-lost.ts';

const redis = testRedis();

const withSchema = shopPolicy.replace(
	'  refund:\n    risk_class: financial\n',
	`  refund:
    risk_class: financial
    amount_argument: amount
    arguments:
      type: object
      properties:
        order_id: { type: string, minLength: 1 }
        amount: { type: string }
        count: { type: integer, minimum: 1 }
        express: { type: boolean }
        note: { type: string, maxLength: 500 }
      required: [order_id]
      additionalProperties: false
`,
);

test('a change is shown before it is made, goes to policy, and is not approved by who made it where it raises the stake', async () => {
	const desk = await openInbox(redis, { policy: withSchema });
	const [ana, ben] = [await desk.seat('ana'), await desk.seat('ben')];
	const { store } = desk.shop.app.front;
	const id = await desk.propose(refund('800.00', { arguments: { order_id: '1881', amount: '800.00', count: 2 } }));
	const path = `/inbox/actions/${id}`;
	const form = await ana.page(`${path}/edit`);
	expect(form.includes('name="argument.count"')).toBe(true);
	expect(form.includes('name="argument.amount"')).toBe(false);
	const typed = {
		amount: '900.00',
		'argument.order_id': '1881',
		'argument.count': '3',
		'argument.express': '',
		'argument.note': '',
		comment: 'as agreed',
	};
	const preview = await ana.send(form, `${path}/edit`, typed);
	const shown = await preview.text();
	expect(preview.status).toBe(200);
	expect([...shown.matchAll(/<(del|ins)><bdi>([^<]*)<\/bdi>/g)].map(([, mark, text]) => `${mark} ${text}`)).toEqual([
		'del USD 800.00',
		'ins USD 900.00',
		'del &quot;800.00&quot;',
		'ins &quot;900.00&quot;',
		'del 2',
		'ins 3',
	]);
	expect((await store.actions.get(id))?.revision).toBe(1);
	const done = await ana.post(`${path}/edit`, { ...hiddenIn(shown, `${path}/edit`), step: 'confirm' });
	expect(done.status).toBe(200);
	await expect.poll(async () => (await store.actions.get(id))?.state).toBe('in_review');
	const action = await store.actions.get(id);
	expect(action).toMatchObject({
		revision: 2,
		proposal: { amount: { minor: 90_000 }, arguments: { order_id: '1881', amount: '900.00', count: 3 } },
		lastEdit: { by: 'ana', event: 'edited', comment: 'as agreed' },
	});
	const again = await ana.page(path);
	expect(again.includes('You have changed this one')).toBe(true);
	expect(again.includes('separation_of_duties')).toBe(true);
	const refused = await ana.send(again, path, { answer: 'approve' });
	expect([refused.status, (await refused.text()).includes('A second person must')]).toEqual([403, true]);
	expect((await ben.send(await ben.page(path), path, { answer: 'approve' })).status).toBe(200);
	await desk.shop.until(id, 'executed');
	expect(desk.shop.runs.map(({ arguments: given }) => given)).toEqual([{ order_id: '1881', amount: '900.00', count: 3 }]);
});

test('what a change cannot be is said in the form, and nothing is changed', async () => {
	const desk = await openInbox(redis, { policy: withSchema });
	const ana = await desk.seat('ana');
	const id = await desk.propose(refund('800.00', { arguments: { order_id: '1881', count: 2 } }));
	const path = `/inbox/actions/${id}/edit`;
	const form = await ana.page(path);
	const same = {
		amount: '800.00',
		'argument.order_id': '1881',
		'argument.count': '2',
		'argument.express': '',
		'argument.note': '',
	};
	const cases: readonly (readonly [Record<string, string>, string])[] = [
		[same, 'Nothing is changed yet'],
		[{ ...same, amount: '800.001' }, 'not an amount in that currency'],
		[{ ...same, amount: '1e3' }, 'not an amount in that currency'],
		[{ ...same, 'argument.count': 'two' }, 'Does not fit what the operation takes: count'],
		[{ ...same, 'argument.count': '0' }, 'Does not fit what the operation takes: count'],
		[{ ...same, 'argument.order_id': '' }, 'Does not fit what the operation takes: order_id'],
	];
	for (const [fields, problem] of cases) {
		const answer = await ana.send(form, path, fields);
		expect([answer.status, (await answer.text()).includes(problem)], problem).toEqual([422, true]);
	}
	expect((await desk.shop.app.front.store.actions.get(id))?.revision).toBe(1);

	const raw = await openInbox(redis);
	const seat = await raw.seat('ana');
	const other = await raw.propose(refund('800.00'));
	const json = await seat.page(`/inbox/actions/${other}/edit`);
	for (const text of ['[]', '{', '{"a":1,"a":2}', 'null']) {
		const answer = await seat.send(json, `/inbox/actions/${other}/edit`, { json: text });
		expect([answer.status, (await answer.text()).includes('not a JSON object')], text).toEqual([422, true]);
	}
});

test('similar ones are decided together under policy’s caps, each bound to what was shown', async () => {
	const desk = await openInbox(redis, { policy: `${shopPolicy}bulk: { max_count: 4, max_sum: "3000.00" }\n` });
	const [ana, ben] = [await desk.seat('ana'), await desk.seat('ben')];
	const agent = fresh('agent');
	const ids: string[] = [];
	for (const amount of ['800.00', '801.00', '802.00', '803.00', '804.00'])
		ids.push(await desk.propose(refund(amount, { agent })));
	await expect.poll(async () => (await ana.page('/inbox')).includes('5 × Refund')).toBe(true);
	const list = await ana.page('/inbox');
	expect(list.includes('together USD 4,010.00')).toBe(true);
	const group = /href="(\/inbox\/together\?like=[\w-]+)"/.exec(list)?.[1] ?? '';
	const page = await ana.page(group);
	const items = [...page.matchAll(/name="item" value="([^"]+)"/g)].map(([, item = '']) => item);
	expect(items).toHaveLength(4);
	expect(page).not.toMatch(/type="radio"[^>]*checked/);
	const send = (fields: Record<string, string | string[]>) => ana.send(page, '/inbox/together', fields);
	expect((await send({ answer: 'approve', item: items })).status).toBe(422);
	expect((await send({ answer: 'approve', item: [...items, `${ids[0]}~1~abc`] })).status).toBe(422);
	expect(desk.shop.runs).toHaveLength(0);

	// Ben is first with one of the three.
	const [first = ''] = items;
	const [firstId = ''] = first.split('~');
	await ben.send(await ben.page(`/inbox/actions/${firstId}`), `/inbox/actions/${firstId}`, { answer: 'reject' });
	const forged = (items[1] ?? '').replace(/~1~.*/, `~1~${'0'.repeat(64)}`);
	const done = await send({ answer: 'approve', item: [first, forged, items[2] ?? ''] });
	const text = await done.text();
	expect(/<h1>([^<]*counted)/.exec(text)?.[1]).toBe('1 of 3 counted');
	expect(/Rejected by Ben in the inbox/.test(text)).toBe(true);
	await desk.shop.until((items[2] ?? '').split('~')[0] ?? '', 'executed');
	expect(desk.shop.runs).toHaveLength(1);

	const other = await desk.propose(refund('800.00'));
	const { store } = desk.shop.app.front;
	const mixed = await store.actions.get(other);
	const answer = await send({ answer: 'reject', item: [items[3] ?? '', `${other}~1~${mixed?.payloadDigest}`] });
	expect(answer.status).toBe(422);
});

test('an unknown outcome waits for a person, who says what became of it', async () => {
	const desk = await openInbox(redis);
	const dee = await desk.seat('dee');
	const id = await outcomeLost(desk);
	const path = `/inbox/actions/${id}`;
	await expect.poll(async () => (await dee.page('/inbox')).includes(id)).toBe(true);
	const page = await dee.page(path);
	expect(page.includes('value="confirm_not_done"')).toBe(true);
	expect((await dee.send(page, path, { answer: 'confirm_done' })).status).toBe(200);
	await desk.shop.until(id, 'executed');
	expect((await dee.page('/inbox')).includes(id)).toBe(false);
});

test('what ran without asking can be reported as wrong, once by each', async () => {
	const desk = await openInbox(redis);
	const ana = await desk.seat('ana');
	const { createClient } = await import('../../src/producers/client.ts');
	const client = createClient({ redis: redis.connect(), prefix: redis.prefix });
	const { id } = await client.propose(refund('10.00', { confidence: 0.96 }));
	await desk.shop.until(id, 'executed');
	await client.close();
	const path = `/inbox/actions/${id}`;
	const page = await ana.page(path);
	const sent = await ana.send(page, `${path}/report`, { label: 'wrong_amount', comment: 'far too much' });
	expect((await sent.text()).includes('Your report is on record')).toBe(true);
	const { store } = desk.shop.app.front;
	expect(await store.reports.of(id)).toEqual([
		expect.objectContaining({ reviewer: 'ana', label: 'wrong_amount', comment: 'far too much' }),
	]);
	const after = await ana.page(path);
	expect(after.includes('Reported as wrong by Ana')).toBe(true);
	expect(after.includes(`action="${path}/report"`)).toBe(false);
});

test('history by state, operation, agent, user and text; an action with all that happened to it; the policy that judged', async () => {
	const desk = await openInbox(redis);
	const ana = await desk.seat('ana');
	const agent = fresh('agent');
	const one = await desk.propose(refund('800.00', { agent, user: 'maria.lopez' }));
	const two = await desk.propose(refund('900.00'));
	const ids = async (query: string): Promise<string[]> =>
		[...(await ana.page(`/inbox/history?${query}`)).matchAll(/href="\/inbox\/actions\/(act_\w+)"/g)].map(([, id = '']) => id);
	expect(new Set(await ids(''))).toEqual(new Set([one, two]));
	expect(await ids(`agent=${agent}`)).toEqual([one]);
	expect(await ids('user=MARIA')).toEqual([one]);
	expect(await ids('q=lopez&operation=refund&state=in_review')).toEqual([one]);
	expect(await ids(`q=${two}`)).toEqual([two]);
	expect(await ids('state=executed')).toEqual([]);
	expect(await ids('operation=reply')).toEqual([]);
	const page = await ana.page(`/inbox/actions/${one}`);
	expect(page.includes('policy asked for approval')).toBe(true);
	const policy = /href="(\/inbox\/policies\/[^"]+)"/.exec(page)?.[1] ?? '';
	expect((await ana.page(policy)).includes('This policy judges now')).toBe(true);
	expect((await ana.get('/inbox/actions/act_nothing')).status).toBe(404);
});

test('the stream tells what changed, and keeps nobody signed in', async () => {
	const desk = await openInbox(redis);
	const ana = await desk.seat('ana');
	await ana.page('/inbox');
	const stop = new AbortController();
	const stream = await fetch(`${desk.url}/inbox/events`, { headers: { cookie: ana.cookie }, signal: stop.signal });
	const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
	const id = await desk.propose(refund('800.00'));
	let heard = '';
	while (!heard.includes(id)) heard += new TextDecoder().decode((await reader.read()).value);
	const said = JSON.parse(/data: (\{.*)/.exec(heard)?.[1] ?? '{}') as { waiting: number };
	expect(said.waiting).toBe(1);
	stop.abort();
	const { store } = desk.shop.app.front;
	await store.advance(29 * 60_000);
	await ana.get('/inbox', { 'hx-request': 'true' });
	await store.advance(2 * 60_000);
	const after = await ana.get('/inbox', { 'hx-request': 'true' });
	expect([after.status, after.headers.get('hx-redirect')]).toEqual([200, '/sign-in']);
});

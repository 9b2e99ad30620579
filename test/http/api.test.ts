import { createServer, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { faultOf } from '../../src/domain/store-fault.ts';
import { engineOf } from '../../src/engine/engine.ts';
import { apiRoutes } from '../../src/http/api/routes.ts';
import { waiterOn } from '../../src/http/api/waiter.ts';
import { authenticate, newApiKey } from '../../src/http/auth.ts';
import { openQueues } from '../../src/queues/queues.ts';
import { storeOn } from '../../src/store/store.ts';
import { goodProposal } from '../domain/proposal-cases.ts';
import { testRedis } from '../support/redis.ts';
import { type TestApi, testApi } from './api-server.ts';

const redis = testRedis();
const { idempotencyKey: _key, ...body } = goodProposal;
const submit = (api: TestApi, key: string, change: object = {}) =>
	api.send('POST', '/v1/actions', { body: { ...body, ...change }, headers: { 'idempotency-key': key } });

describe('submitting', () => {
	test('answers 202 with an action that is on record, and asks for its judgement', async () => {
		const api = testApi(redis);
		const posted = await submit(api, 'k-1');
		expect(posted.status).toBe(202);
		expect(posted.body).toEqual({
			id: expect.stringMatching(/^act_/),
			state: 'received',
			ended: false,
			version: 1,
			createdAt: expect.any(String),
		});
		expect(posted.headers.get('location')).toBe(`/v1/actions/${posted.body.id}`);
		const read = await api.send('GET', posted.headers.get('location') ?? '');
		expect(read.body).toMatchObject({
			id: posted.body.id,
			tenant: 'acme',
			agent: 'support-bot',
			amount: { value: '240.00', currency: 'USD' },
			payloadDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
		});
		await vi.waitFor(async () =>
			expect(await api.engine.queues.of('actions').getWaiting()).toMatchObject([
				{ name: 'classify', data: { id: posted.body.id } },
			]),
		);
		await vi.waitFor(async () => expect(await api.engine.store.outbox.size()).toBe(0));
	});

	test('the same key and body, fifty at once: one action, one 202, one id', async () => {
		const api = testApi(redis);
		const answers = await Promise.all(Array.from({ length: 50 }, () => submit(api, 'k-1')));
		expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
		expect(answers.filter(({ status }) => status === 200)).toHaveLength(49);
		expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
	});

	test('the same key and another body is a mismatch; key order is not, NFD is', async () => {
		const api = testApi(redis);
		const first = await submit(api, 'k-1', { arguments: { a: 1, name: 'caf\u00e9' } });
		expect((await submit(api, 'k-1', { arguments: { name: 'caf\u00e9', a: 1 } })).status).toBe(200);
		for (const change of [
			{ arguments: { a: 2, name: 'caf\u00e9' } },
			{ arguments: { a: 1, name: 'cafe\u0301' } },
			{ confidence: 0.96 },
		]) {
			expect(await submit(api, 'k-1', change)).toMatchObject({
				status: 422,
				body: { code: 'idempotency_mismatch', retryable: false },
			});
		}
		expect((await api.send('GET', `/v1/actions/${first.body.id}`)).body.arguments).toEqual({ a: 1, name: 'caf\u00e9' });
	});

	test('the key may stand in the body or the header, quoted or bare; it is one key', async () => {
		const api = testApi(redis);
		const ids = await Promise.all([
			submit(api, 'k-9'),
			submit(api, '"k-9"'),
			submit(api, 'k-9', { idempotencyKey: 'k-9' }),
			api.send('POST', '/v1/actions', { body: { ...body, idempotencyKey: 'k-9' } }),
		]);
		expect(new Set(ids.map((answer) => answer.body.id)).size).toBe(1);
	});

	test('a key is of its agent and tenant alone', async () => {
		const api = testApi(redis);
		const { tenant: _tenant, agent: _agent, ...anybody } = body;
		const as = (token: string) => api.send('POST', '/v1/actions', { body: anybody, headers: { 'idempotency-key': 'k' }, token });
		const ids = await Promise.all([as(api.token), as(api.others.agent), as(api.others.tenant)]);
		expect(ids.map(({ status }) => status)).toEqual([202, 202, 202]);
		expect(new Set(ids.map((answer) => answer.body.id)).size).toBe(3);
	});

	test('sent again after its own deadline, it is still the same action', async () => {
		const api = testApi(redis);
		const deadlineAt = Date.now() + 1100;
		expect((await submit(api, 'k-1', { deadlineAt })).status).toBe(202);
		await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(deadlineAt - 900));
		expect((await submit(api, 'k-1', { deadlineAt })).status).toBe(200);
		expect(await submit(api, 'k-2', { deadlineAt })).toMatchObject({ status: 422, body: { code: 'deadline_too_short' } });
	});

	test('a charset and upper case are the same content type', async () => {
		const api = testApi(redis);
		for (const [i, type] of [
			'application/json; charset=utf-8',
			'Application/JSON',
			' application/json ',
			'application/json;charset="UTF-8"',
		].entries()) {
			const answer = await api.send('POST', '/v1/actions', {
				body,
				headers: { 'content-type': type, 'idempotency-key': `k-${i}` },
			});
			expect(answer.status).toBe(202);
		}
	});
});

describe('reading', () => {
	test('pages through a list, newest change first, by state', async () => {
		const api = testApi(redis);
		const ids = [];
		for (let i = 0; i < 7; i++) ids.unshift((await submit(api, `k-${i}`)).body.id);
		const held = await api.place({}, { route: 'approval' });
		const seen: string[] = [];
		for (let cursor = ''; ; ) {
			const page = await api.send('GET', `/v1/actions?state=received&limit=3${cursor}`);
			seen.push(...page.body.actions.map((action: { id: string }) => action.id));
			if (page.body.cursor === null) break;
			cursor = `&cursor=${page.body.cursor}`;
		}
		expect([...seen].sort()).toEqual([...ids].sort());
		expect((await api.send('GET', '/v1/actions?state=in_review')).body.actions).toMatchObject([{ id: held }]);
		expect((await api.send('GET', '/v1/actions')).body.actions).toHaveLength(8);
	});

	test('tells the history', async () => {
		const api = testApi(redis);
		const id = await api.place({}, { route: 'approval' });
		const answer = await api.send('GET', `/v1/actions/${id}/history`);
		expect(answer.body).toMatchObject({
			id,
			history: [
				{ event: 'received', by: 'support-bot', version: 1 },
				{ event: 'routed_approval', by: 'policy', version: 2 },
			],
		});
	});

	test('an entity tag saves the body', async () => {
		const api = testApi(redis);
		const id = await api.place({}, { route: 'approval' });
		const tag = (await api.send('GET', `/v1/actions/${id}`)).headers.get('etag') ?? '';
		expect(tag).toBe('"v2"');
		for (const known of [tag, `W/${tag}`, `"v1", ${tag}`]) {
			expect(await api.send('GET', `/v1/actions/${id}`, { headers: { 'if-none-match': known } })).toMatchObject({
				status: 304,
				body: null,
			});
		}
		expect((await api.send('GET', `/v1/actions/${id}`, { headers: { 'if-none-match': '"v1"' } })).status).toBe(200);
	});

	test('HEAD is GET without the body, and changes nothing', async () => {
		const api = testApi(redis);
		const id = await api.place({}, { route: 'approval' });
		expect(await api.send('HEAD', `/v1/actions/${id}`)).toMatchObject({ status: 200, body: null });
		expect((await api.engine.store.actions.get(id))?.version).toBe(2);
	});
});

describe('waiting', () => {
	const wait = { prefer: 'wait=10' };

	test('answers as soon as the action ends', async () => {
		const api = testApi(redis);
		const { id } = (await submit(api, 'k-1')).body;
		const waiting = api.send('GET', `/v1/actions/${id}`, { headers: wait });
		await vi.waitFor(() => expect(api.waiter.size).toBe(1));
		expect((await api.send('POST', `/v1/actions/${id}/withdraw`)).status).toBe(200);
		const answer = await waiting;
		expect(answer.body.state).toBe('withdrawn');
		expect(answer.headers.get('preference-applied')).toBe('wait=10');
		expect(api.waiter.size).toBe(0);
	});

	test('tells at once that a person has it, then waits for news of that', async () => {
		const api = testApi(redis);
		const id = await api.place({}, { route: 'approval' });
		const first = await api.send('GET', `/v1/actions/${id}`, { headers: wait });
		expect(first.body.state).toBe('in_review');
		const tag = first.headers.get('etag') ?? '';
		const waiting = api.send('GET', `/v1/actions/${id}`, { headers: { ...wait, 'if-none-match': tag } });
		await vi.waitFor(() => expect(api.waiter.size).toBe(1));
		// Something that is no news: the next tier of the same review.
		await api.engine.store.transition({ id, tenant: 'acme', steps: [{ event: 'tier_started', by: 'clock' }], set: { tier: 1 } });
		expect(api.waiter.size).toBe(1);
		await api.send('POST', `/v1/actions/${id}/withdraw`);
		expect((await waiting).body.state).toBe('withdrawn');
	});

	test('tells an agent that runs its actions itself when it may', async () => {
		const api = testApi(redis);
		const id = await api.place(
			{},
			{ route: 'auto', executor: { kind: 'claim', url: null, timeoutMs: 1000, lapseMs: 60_000, writeOffMs: 60_000 } },
		);
		expect((await api.send('GET', `/v1/actions/${id}`, { headers: wait })).body.state).toBe('approved');
	});

	test('gives up after the time asked for: the state as it is, or 304', async () => {
		const api = testApi(redis);
		const { id } = (await submit(api, 'k-1')).body;
		const headers = { prefer: 'respond-async, wait=1' };
		expect((await api.send('GET', `/v1/actions/${id}`, { headers })).body.state).toBe('received');
		expect((await api.send('GET', `/v1/actions/${id}`, { headers: { ...headers, 'if-none-match': '"v1"' } })).status).toBe(304);
	});

	test('a client that goes away leaves nothing behind', async () => {
		const api = testApi(redis);
		const { id } = (await submit(api, 'k-1')).body;
		const leaving = new AbortController();
		const waiting = api.send('GET', `/v1/actions/${id}`, { headers: wait, signal: leaving.signal });
		await vi.waitFor(() => expect(api.waiter.size).toBe(1));
		leaving.abort();
		await waiting;
		expect(api.waiter.size).toBe(0);
	});

	test('a server that goes answers those who wait with what is known', async () => {
		const api = testApi(redis);
		const { id } = (await submit(api, 'k-1')).body;
		const waiting = api.send('GET', `/v1/actions/${id}`, { headers: wait });
		await vi.waitFor(() => expect(api.waiter.size).toBe(1));
		api.waiter.close();
		expect(await waiting).toMatchObject({ status: 200, body: { state: 'received' } });
	});

	test('a lost connection loses no news', async () => {
		const connections: Redis[] = [];
		const store = storeOn(redis.connect(), { prefix: redis.prefix, keepMs: 60_000, devClock: false });
		const waiter = waiterOn(() => {
			connections.push(redis.connect({ retryStrategy: () => 20 }));
			return connections.at(-1) as Redis;
		}, store.keys.changes);
		onTestFinished(() => waiter.close());
		const listening = await waiter.listen('act_x');
		const news = listening.changed(5000, new AbortController().signal);
		connections[0]?.stream.destroy();
		await news;
		// And the subscription is there again.
		await vi.waitFor(async () => expect(await redis.connect().publish(store.keys.changes, 'act_x/executed/5')).toBe(1));
		await listening.changed(5000, new AbortController().signal);
		listening.stop();
		expect(connections).toHaveLength(1);
		expect(waiter.size).toBe(0);
	});

	test('five hundred wait on one subscription', async () => {
		const api = testApi(redis);
		const { id } = (await submit(api, 'k-1')).body;
		const waiting = Array.from({ length: 500 }, () => api.send('GET', `/v1/actions/${id}`, { headers: wait }));
		await vi.waitFor(() => expect(api.waiter.size).toBe(500));
		await api.send('POST', `/v1/actions/${id}/withdraw`);
		expect(new Set((await Promise.all(waiting)).map((answer) => answer.body.state))).toEqual(new Set(['withdrawn']));
	});
});

describe('withdrawing', () => {
	test('twice is once', async () => {
		const api = testApi(redis);
		const id = await api.place({}, { route: 'approval' });
		const first = await api.send('POST', `/v1/actions/${id}/withdraw`, { body: {} });
		const second = await api.send('POST', `/v1/actions/${id}/withdraw`);
		expect([first.status, second.status]).toEqual([200, 200]);
		expect(second.body).toMatchObject({ state: 'withdrawn', version: 3, decision: { event: 'withdrawn', by: 'support-bot' } });
	});

	test('too late: the answer names who was first', async () => {
		const api = testApi(redis);
		const id = await api.place({}, { route: 'block' });
		const answer = await api.send('POST', `/v1/actions/${id}/withdraw`);
		expect(answer).toMatchObject({
			status: 409,
			body: { code: 'not_withdrawable', winner: { event: 'blocked', by: 'policy', at: expect.stringMatching(/Z$/) } },
		});
	});
});

describe('running it oneself', () => {
	const executor = { kind: 'claim', url: null, timeoutMs: 1000, lapseMs: 60_000, writeOffMs: 60_000 } as const;

	test('a claim is given once, and its token ends it', async () => {
		const api = testApi(redis);
		const id = await api.place({ arguments: { order: 1 } }, { route: 'auto', executor });
		const claims = await Promise.all(Array.from({ length: 8 }, () => api.send('POST', `/v1/actions/${id}/claim`)));
		const won = claims.filter(({ status }) => status === 200);
		expect(won).toHaveLength(1);
		expect(won[0]?.body).toMatchObject({
			token: expect.stringMatching(/^exe_/),
			action: { state: 'executing', arguments: { order: 1 } },
		});
		for (const lost of claims.filter(({ status }) => status !== 200))
			expect(lost).toMatchObject({ status: 409, body: { code: 'not_claimable' } });
		const report = (token: string) =>
			api.send('POST', `/v1/actions/${id}/complete`, { body: { token, result: { status: 'done', result: { refunded: true } } } });
		expect(await report(`exe_${'0'.repeat(25)}`)).toMatchObject({ status: 409, body: { code: 'wrong_state' } });
		expect(await report(won[0]?.body.token)).toMatchObject({
			status: 200,
			body: { state: 'executed', outcome: { result: { refunded: true } } },
		});
		expect((await report(won[0]?.body.token)).status).toBe(409);
	});
});

describe('who may see and do what', () => {
	test('another tenant meets nothing at every address, exactly as if it were not there', async () => {
		const api = testApi(redis);
		const executor = { kind: 'claim', url: null, timeoutMs: 1000, lapseMs: 60_000, writeOffMs: 60_000 } as const;
		const id = await api.place({}, { route: 'auto', executor });
		const report = { token: `exe_${'0'.repeat(25)}`, result: { status: 'done' } };
		for (const [method, path, sent] of [
			['GET', ''],
			['GET', '/history'],
			['POST', '/withdraw'],
			['POST', '/claim'],
			['POST', '/complete', report],
		] as const) {
			const at = (name: string) => api.send(method, `/v1/actions/${name}${path}`, { token: api.others.tenant, body: sent });
			const [foreign, missing] = [await at(id), await at('act_0000000000000000000000000')];
			expect(foreign.status).toBe(404);
			expect(foreign.body).toEqual(missing.body);
		}
		expect((await api.send('GET', '/v1/actions', { token: api.others.tenant })).body).toEqual({ actions: [], cursor: null });
		expect((await api.engine.store.actions.get(id))?.state).toBe('approved');
	});

	test('another agent of the tenant may look, but not act', async () => {
		const api = testApi(redis);
		const id = await api.place({}, { route: 'approval' });
		const as = (method: string, path: string) => api.send(method, `/v1/actions/${id}${path}`, { token: api.others.agent });
		expect((await as('GET', '')).status).toBe(200);
		expect([(await as('POST', '/withdraw')).status, (await as('POST', '/claim')).status]).toEqual([404, 404]);
	});

	test('keys: the right secret of a known id, and nothing else', () => {
		const [mine, other] = [newApiKey({ tenant: 't', agent: 'a' }), newApiKey({ tenant: 't', agent: 'b' })] as const;
		const keys = [mine.key, other.key];
		expect(authenticate(`Bearer ${mine.token}`, keys)).toBe(mine.key);
		const swapped = `cs_${mine.key.id}_${other.token.slice(other.token.lastIndexOf(other.key.id) + other.key.id.length + 1)}`;
		for (const bad of [
			swapped,
			`${mine.token}x`,
			mine.token.slice(0, -1),
			mine.token.toUpperCase(),
			`cs_${mine.key.id}_${mine.key.secretHash}`,
			'',
		]) {
			expect(authenticate(`Bearer ${bad}`, keys)).toBeNull();
		}
		expect(JSON.stringify(mine.key)).not.toContain(mine.token.slice(-20));
	});

	test('405 names the methods, 401 the scheme, every answer its request', async () => {
		const api = testApi(redis);
		const wrong = await api.send('DELETE', '/v1/actions', { headers: { 'x-request-id': 'req-1' } });
		expect([wrong.headers.get('allow'), wrong.headers.get('x-request-id')]).toEqual(['GET, HEAD, POST', 'req-1']);
		const nobody = await api.send('GET', '/v1/actions', { token: 'x', headers: { 'x-request-id': 'a b' } });
		expect(nobody.headers.get('www-authenticate')).toMatch(/^Bearer/);
		expect(nobody.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
	});
});

describe('without a store', () => {
	/** An API whose Redis is a socket of our own. */
	function apiAt(port: number) {
		const options = { maxRetriesPerRequest: 1, commandTimeout: 1500, retryStrategy: () => 50 };
		const connections = [new Redis(port, '127.0.0.1', options), new Redis(port, '127.0.0.1', options)];
		for (const connection of connections) connection.on('error', () => undefined);
		const [first, second] = connections as [Redis, Redis];
		const store = storeOn(first, { prefix: '{t}', keepMs: 1000, devClock: false });
		const queues = openQueues({ connection: second, prefix: '{t}', onError: () => undefined });
		const { token, key } = newApiKey({ tenant: 'acme', agent: 'support-bot' });
		const engine = engineOf({
			store,
			queues,
			log: pino({ level: 'silent' }),
			worker: 'test',
			policy: () => {
				throw new Error('unused');
			},
		});
		const app = apiRoutes({ engine, apiKeys: [key], waiter: waiterOn(() => first.duplicate(), store.keys.changes) });
		onTestFinished(() => {
			for (const connection of connections) connection.disconnect();
		});
		return (method: string, path: string) =>
			app.request(path, {
				method,
				headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'k' },
				...(method === 'POST' && { body: JSON.stringify(body) }),
			});
	}

	/** A server that accepts and then behaves as told. */
	async function listen(onConnection: (socket: Socket) => void): Promise<number> {
		const sockets = new Set<Socket>();
		const server = createServer((socket) => {
			sockets.add(socket);
			socket.on('error', () => undefined);
			onConnection(socket);
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		onTestFinished(async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		});
		return (server.address() as { port: number }).port;
	}

	test.each([
		['refuses', (socket: Socket) => socket.destroy()],
		['hangs', () => undefined],
		[
			'loads',
			(socket: Socket) => socket.on('data', () => socket.write('-LOADING Redis is loading the dataset in memory\r\n'.repeat(5))),
		],
	])('a Redis that %s: 503 within two seconds, to be sent again', async (_, behave) => {
		const request = apiAt(await listen(behave));
		for (const [method, path] of [
			['POST', '/v1/actions'],
			['GET', '/v1/actions/act_0000000000000000000000000'],
			['GET', '/v1/actions'],
		] as const) {
			const started = performance.now();
			const answer = await request(method, path);
			expect(performance.now() - started).toBeLessThan(2500);
			expect(answer.status).toBe(503);
			expect(answer.headers.get('retry-after')).toBe('1');
			expect(await answer.json()).toMatchObject({ code: 'storage_unavailable', retryable: true });
		}
		expect((await request('GET', '/readyz')).status).toBe(503);
		expect((await request('GET', '/healthz')).status).toBe(200);
	});

	test('what Redis and its client throw becomes a code', () => {
		const code = (message: string): string => faultOf(new Error(message)).code;
		expect(code("OOM command not allowed when used memory > 'maxmemory'.")).toBe('storage_full');
		expect(code("ERR Error running script: OOM command not allowed when used memory > 'maxmemory'.")).toBe('storage_full');
		for (const message of [
			'connect ECONNREFUSED 127.0.0.1:6379',
			'Connection is closed.',
			'Command timed out',
			"READONLY You can't write against a read only replica.",
			'MISCONF Errors writing to the AOF file',
		]) {
			expect(code(message)).toBe('storage_unavailable');
		}
		expect(code('x is not a function')).toBe('internal');
		expect(faultOf(new Error('secret detail')).message).not.toContain('secret');
	});

	test('ready means that the store answers and nothing else is amiss', async () => {
		const api = testApi(redis);
		expect((await api.app.request('/readyz')).status).toBe(200);
		const draining = apiRoutes({ engine: api.engine, apiKeys: [], waiter: api.waiter, unready: () => 'draining' });
		expect((await draining.request('/readyz')).status).toBe(503);
	});
});

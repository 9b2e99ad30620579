/** The webhook executor: signed, to the vetted address only, once; every answer, and every silence, has one meaning. */

import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { payloadOf } from '../../src/domain/action.ts';
import { freePort } from '../../src/embedded/free-port.ts';
import { vet } from '../../src/execution/address.ts';
import { signedPost } from '../../src/execution/signed-post.ts';
import { hour, minute, openShop, refund, type Shop, shopPolicy } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';
import { secret, startReceiver } from './receiver.ts';

const redis = testRedis();

const env = { WEBHOOK_SECRET: secret, WEBHOOK_ALLOW_PRIVATE: '1' };
const policyFor = (url: string): string =>
	shopPolicy.replace(
		'executor: { timeout: 30s, lapse: 1h, write_off: 24h }',
		`executor: { kind: webhook, url: "${url}", timeout: 2s, lapse: 1h, write_off: 24h }`,
	);
const open = (url: string): Promise<Shop> => openShop(redis, { policy: policyFor(url), channels: false, env });

const json =
	(value: unknown, status = 200) =>
	(response: ServerResponse) => {
		response.writeHead(status, { 'content-type': 'application/json' });
		response.end(JSON.stringify(value));
	};

test('what was approved is posted, signed, under one id, with the digest it was decided on', async () => {
	const receiver = await startReceiver();
	receiver.answer(json({ status: 'done', result: { refund: 9 } }));
	const shop = await open(receiver.url);
	const id = await shop.propose(refund('20.00'));
	const action = await shop.until(id, 'executed');
	expect(action.outcome).toMatchObject({ result: { refund: 9 } });
	expect(receiver.got).toHaveLength(1);
	expect(receiver.got[0]).toMatchObject({
		headers: { 'webhook-id': `${id}.1`, 'content-type': 'application/json' },
		body: { type: 'action.execute', id, revision: 1, payloadDigest: action.payloadDigest, payload: payloadOf(action.proposal) },
	});
});

const answers: Record<
	string,
	{ readonly answer: (response: ServerResponse) => void; readonly state: 'executed' | 'failed' | 'outcome_unknown' }
> = {
	'200 without a body': { answer: (response) => response.end(), state: 'executed' },
	'200 in its own words': { answer: json({ ok: 'sure' }), state: 'executed' },
	'200 and `refused`': { answer: json({ status: 'refused', reason: 'closed' }), state: 'failed' },
	'200 and `failed`': { answer: json({ status: 'failed', reason: 'closed' }), state: 'failed' },
	'400': { answer: json({}, 400), state: 'failed' },
	'404': { answer: json({}, 404), state: 'failed' },
	'302 to somewhere else': {
		answer: (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
		state: 'outcome_unknown',
	},
	'500': { answer: json({}, 500), state: 'outcome_unknown' },
	'502': { answer: json({}, 502), state: 'outcome_unknown' },
	'a cut in the middle of the answer': {
		answer: (response) => {
			response.writeHead(200, { 'content-length': '100' });
			response.write('{"status":');
			setImmediate(() => response.destroy());
		},
		state: 'outcome_unknown',
	},
	'a cut before any answer': { answer: (response) => void response.destroy(), state: 'outcome_unknown' },
	'an answer without end': {
		answer: (response) => {
			response.writeHead(200);
			response.write(Buffer.alloc(100_000, 'x'));
		},
		state: 'outcome_unknown',
	},
	'no answer': { answer: () => undefined, state: 'outcome_unknown' },
};

test.each(Object.keys(answers))('the receiver gives %s', async (what) => {
	const { answer, state } = answers[what] as (typeof answers)[string];
	const receiver = await startReceiver();
	receiver.answer(answer);
	const shop = await open(receiver.url);
	const id = await shop.propose(refund('20.00'));
	await shop.until(id, state);
	await shop.advance(hour);
	expect(receiver.got).toHaveLength(1);
});

test.each([
	{ header: { 'retry-after': '600' }, afterMs: 10 * minute },
	{ header: {}, afterMs: 20_000 },
])('429 means later: $header', async ({ header, afterMs }) => {
	const receiver = await startReceiver();
	receiver.answer((response, count) => (count === 1 ? response.writeHead(429, header).end() : response.end()));
	const shop = await open(receiver.url);
	const id = await shop.propose(refund('20.00'));
	await expect.poll(() => shop.events(id)).toContain('execution_deferred');
	await shop.advance(afterMs - 10_000);
	expect(receiver.got).toHaveLength(1);
	await shop.advance(11_000);
	await shop.until(id, 'executed');
	expect(receiver.got.map(({ headers }) => headers['webhook-id'])).toEqual([`${id}.1`, `${id}.1`]);
});

test('nobody listens: certainly nothing was sent, so it is tried again until the approval lapses', async () => {
	const shop = await open(`http://127.0.0.1:${await freePort()}/run`);
	const id = await shop.propose(refund('20.00'));
	await expect.poll(() => shop.events(id)).toContain('execution_deferred');
	await shop.advance(2 * hour);
	await shop.until(id, 'expired');
});

describe('one post', () => {
	const post = { id: 'x', body: {}, secret, timeoutMs: 2000, allowPrivate: true } as const;

	test('each goes over a connection of its own: what a kept one has sent nobody could tell', async () => {
		const receiver = await startReceiver();
		for (let i = 0; i < 3; i++)
			expect(await signedPost({ ...post, url: receiver.url })).toMatchObject({ kind: 'answered', status: 200 });
		expect(receiver.connections()).toBe(3);
	});

	test('a stop ends it, and whether it was sent is said honestly', async () => {
		const receiver = await startReceiver();
		const stop = new AbortController();
		receiver.answer(() => stop.abort());
		expect(await signedPost({ ...post, url: receiver.url, signal: stop.signal })).toMatchObject({ kind: 'unanswered' });
		// A server whose backlog is full would hang before the connection stands; a refused one fails at once.
		expect(await signedPost({ ...post, url: `http://127.0.0.1:${await freePort()}/` })).toMatchObject({ kind: 'unsent' });
	});

	test('what answers with garbage instead of HTTP has been sent the request all the same', async () => {
		const server = createServer((socket) => socket.resume().end('220 smtp.example ESMTP\r\n'));
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		onTestFinished(() => new Promise((resolve) => server.close(() => resolve(undefined))));
		const { port } = server.address() as { port: number };
		expect(await signedPost({ ...post, url: `http://127.0.0.1:${port}/` })).toMatchObject({ kind: 'unanswered' });
	});

	test.each([
		'http://shop.example/',
		'https://127.0.0.1/',
		'https://[::1]/',
		'https://[::ffff:127.0.0.1]/',
		'https://169.254.169.254/latest/meta-data',
		'https://10.0.0.8/',
		'https://0.0.0.0/',
		'https://localhost/',
		'https://user:secret@93.184.216.34/',
		'https://93.184.216.34:22/',
		'ftp://93.184.216.34/',
		'not a url',
	])('`%s` is never called', async (url) => {
		expect(await signedPost({ ...post, url, allowPrivate: false })).toMatchObject({ kind: 'unsent' });
	});

	test('a public address is vetted as itself', async () => {
		expect(await vet(new URL('https://93.184.216.34/'), false)).toEqual({ ok: true, address: '93.184.216.34', family: 4 });
	});
});

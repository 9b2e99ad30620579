import { describe, expect, test } from 'vitest';
import { errorCodes } from '../../src/domain/errors.ts';
import { badTexts } from '../domain/json-cases.ts';
import { badProposals, changed, goodProposal } from '../domain/proposal-cases.ts';
import { testRedis } from '../support/redis.ts';
import { badRequests } from './api-cases.ts';
import { type Answer, type TestApi, testApi } from './api-server.ts';

const redis = testRedis();

/** What an answer says, in one line; every refusal must have the form of a problem. */
function verdictOn(answer: Answer): string {
	const { status, body, headers } = answer;
	if (status < 400) return String(status);
	expect(headers.get('content-type')).toBe('application/problem+json');
	expect(headers.get('cache-control')).toBe('no-store');
	expect(headers.get('x-request-id')).toMatch(/^[\w=-]{1,128}$/);
	expect(body).toMatchObject({
		type: `urn:countersign:error:${body.code}`,
		title: expect.any(String),
		status,
		retryable: expect.any(Boolean),
	});
	expect(body.detail.length).toBeLessThanOrEqual(400);
	expect(JSON.stringify(body)).not.toMatch(/\bat \S+ \(|node_modules|\.ts:\d/);
	return `${status} ${body.code}${body.field === undefined ? '' : ` ${body.field}`}`;
}

/** How many actions are on record. */
const onRecord = async ({ engine }: TestApi): Promise<number> =>
	Object.values(await engine.store.actions.counts('acme')).reduce((sum, count) => sum + count, 0);

describe('what the API refuses', () => {
	test('requests of every wrong kind; nothing reaches the store', async () => {
		const api = testApi(redis);
		const id = await api.place({}, { route: 'approval' });
		const wrong: string[] = [];
		for (const { name, method = 'POST', path = '/v1/actions', headers, body, status, code, field } of badRequests) {
			const answer = await api.send(method, path.replace(':id', id), { body, headers: { ...headers } });
			const [said, expected] = [verdictOn(answer), `${status} ${code}`];
			if (!said.startsWith(expected) || (field !== undefined && !said.endsWith(` ${field}`)))
				wrong.push(`${name}: ${said}, not ${expected} ${field ?? ''}`);
		}
		expect(wrong).toEqual([]);
		expect(await onRecord(api)).toBe(1);
		expect((await api.engine.store.actions.get(id))?.state).toBe('in_review');
	});

	test('texts that are no strict JSON', async () => {
		const api = testApi(redis);
		const wrong: string[] = [];
		for (const { name, text, code } of badTexts) {
			const answer = await api.send('POST', '/v1/actions', { body: text, headers: { 'idempotency-key': 'k' } });
			const said = verdictOn(answer);
			// A byte order mark is no text once it is decoded, and an empty text is no body.
			const expected = text === '' ? 'body_required' : text.startsWith('\ufeff') ? 'version_unsupported' : code;
			if (!said.startsWith(`${errorCodes[expected].status} ${expected}`)) wrong.push(`${name}: ${said}, not ${expected}`);
		}
		expect(wrong).toEqual([]);
		expect(await onRecord(api)).toBe(0);
	});

	test('proposals that do not validate', async () => {
		const api = testApi(redis);
		const wrong: string[] = [];
		for (const { name, change, code, field } of badProposals) {
			const answer = await api.send('POST', '/v1/actions', { body: changed(change) });
			const said = verdictOn(answer);
			// Tenant and agent come from the key: what contradicts it is refused as that, and what is missing is filled in.
			const claimed = 'tenant' in change || 'agent' in change;
			if (claimed && change.agent === undefined && change.tenant === undefined) continue;
			const expected = claimed ? 'operation_not_allowed' : name === 'no idempotencyKey' ? 'idempotency_key_required' : code;
			if (!said.startsWith(`${errorCodes[expected].status} ${expected}`)) wrong.push(`${name}: ${said}, not ${expected}`);
			else if (field !== undefined && !said.endsWith(field)) wrong.push(`${name}: ${said}, not ${field}`);
		}
		expect(wrong).toEqual([]);
		expect(await onRecord(api)).toBe(1); // The one without an agent: the key says who asks.
	});

	test.each([
		['bytes that are not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 'body_unreadable'],
		['UTF-16', new Uint8Array(Buffer.from(JSON.stringify(goodProposal), 'utf16le')), 'text_malformed|body_unreadable'],
		['an overlong NUL', new Uint8Array([0x22, 0xc0, 0x80, 0x22]), 'body_unreadable'],
		['surrogates in UTF-8', new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]), 'body_unreadable'],
		['random bytes', crypto.getRandomValues(new Uint8Array(2000)), 'body_unreadable'],
	])('%s', async (_, bytes, codes) => {
		const api = testApi(redis);
		const headers = { authorization: `Bearer ${api.token}`, 'content-type': 'application/json', 'idempotency-key': 'k' };
		const response = await api.app.request('/v1/actions', { method: 'POST', headers, body: bytes });
		expect(((await response.json()) as { code: string }).code).toMatch(new RegExp(`^(${codes})$`));
	});

	test('an endless body is cut off, and a broken one does no harm', async () => {
		const api = testApi(redis);
		const headers = { authorization: `Bearer ${api.token}`, 'content-type': 'application/json', 'idempotency-key': 'k' };
		let sent = 0;
		let cancelled = false;
		const endless = new ReadableStream({
			pull(controller) {
				sent += 65_536;
				controller.enqueue(new Uint8Array(65_536).fill(0x20));
			},
			cancel() {
				cancelled = true;
			},
		});
		const over = await api.app.request('/v1/actions', { method: 'POST', headers, body: endless, duplex: 'half' } as RequestInit);
		expect(over.status).toBe(413);
		expect(cancelled).toBe(true);
		expect(sent).toBeLessThan(1_000_000);
		const broken = new ReadableStream({
			start(controller) {
				controller.enqueue(new TextEncoder().encode('{"version":1,'));
				controller.error(new Error('aborted'));
			},
		});
		const cut = await api.app.request('/v1/actions', { method: 'POST', headers, body: broken, duplex: 'half' } as RequestInit);
		expect(await cut.json()).toMatchObject({ status: 400, code: 'body_unreadable' });
		expect(await onRecord(api)).toBe(0);
	});

	test('hostile text is taken as text, and given back as text', async () => {
		const api = testApi(redis);
		const reasoning = '\u202e<script>alert(1)</script>{{7*7}}\r\nBcc: x@y\u001b[2J\u001b]8;;http://evil\u0007';
		const posted = await api.send('POST', '/v1/actions', {
			body: { ...goodProposal, reasoning, arguments: { '<b>': '%0d%0a' } },
		});
		expect(posted.status).toBe(202);
		const read = await api.send('GET', `/v1/actions/${posted.body.id}`);
		expect(read.headers.get('content-type')).toMatch(/^application\/json/);
		expect(read.headers.get('x-content-type-options')).toBe('nosniff');
		expect(read.body.arguments).toEqual({ '<b>': '%0d%0a' });
	});
});

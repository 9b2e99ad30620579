/** Executions that half work, cannot be written down, cannot reach anybody, or meet a withdrawal (F31, F42, F45, F47, F49, F52). */
import { mkdirSync, symlinkSync, unlinkSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Webhook } from 'standardwebhooks';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { actionId } from '../../src/domain/ids.ts';
import { signedPost } from '../../src/execution/signed-post.ts';
import { authenticate, newApiKey } from '../../src/http/auth.ts';
import { journalFolder, openJournal } from '../../src/journal/journal.ts';
import { withdraw } from '../../src/reviews/withdraw.ts';
import { secret, startReceiver } from '../execution/receiver.ts';
import { hour, minute, openShop, refund, shopPolicy } from '../flows/shop.ts';
import { temporaryFolder } from '../support/folder.ts';
import { testRedis } from '../support/redis.ts';
import { expired } from './expired-cert.ts';

const redis = testRedis();

describe('done in part', () => {
	const result = {
		items: [
			{ id: 'a', done: true },
			{ id: 'b', done: true },
			{ id: 'c', done: false, why: 'out of stock' },
		],
	};

	test('two of three: what was done is on record, the agent is told, nothing more happens by itself', async () => {
		let calls = 0;
		const run = async () => {
			calls += 1;
			return { status: 'partial', reason: '2 of 3 items', result } as const;
		};
		const shop = await openShop(redis, { channels: false, operations: { refund: { run } } });
		const id = await shop.propose(refund('20.00'));
		const { outcome } = await shop.until(id, 'failed');
		expect(outcome).toMatchObject({
			state: 'failed',
			partial: true,
			result,
			reason: 'done in part: 2 of 3 items; propose the rest as a new action',
		});
		expect((await shop.events(id)).at(-1)).toBe('execution_partial');
		await shop.advance(hour);
		expect(calls).toBe(1);
	});

	test('in part without saying which is an unknown outcome, for a person', async () => {
		const run = async () => ({ status: 'partial', reason: 'some' }) as never;
		const shop = await openShop(redis, { channels: false, operations: { refund: { run } } });
		await shop.until(await shop.propose(refund('20.00')), 'outcome_unknown');
	});

	test('what it was allowed to spend stays spent', async () => {
		const limited = `${shopPolicy}limits:\n  - { id: daily, per: [user], max_sum: "50.00", window: 24h, route: approval }\n`;
		const run = async () => ({ status: 'partial', reason: 'some', result }) as const;
		const shop = await openShop(redis, { channels: false, policy: limited, operations: { refund: { run } } });
		const user = `user-${Math.random()}`;
		await shop.until(await shop.propose(refund('40.00', { user })), 'failed');
		await shop.until(await shop.propose(refund('40.00', { user })), 'in_review');
	});
});

describe('never presented', () => {
	test('nobody judged it until its deadline had passed: the fallback runs, the action does not, and the agent is told why', async () => {
		const shop = await openShop(redis, { channels: false, workers: ['auto', 'outcomes'] });
		const { store } = shop.app.back;
		const deadlineAt = (await store.now()) + 2 * minute;
		const [auto, asked] = [
			await shop.propose(refund('20.00', { deadlineAt })),
			await shop.propose(refund('600.00', { deadlineAt })),
		];
		// The classifiers are away for ten minutes.
		await store.advance(10 * minute);
		await shop.app.startWorkers(['classifier']);
		for (const id of [auto, asked]) {
			const { outcome } = await shop.until(id, 'expired');
			expect(outcome?.reason).toBe('never_presented: its deadline passed before anybody could be asked');
			expect((await shop.events(id)).slice(-2)).toEqual(['deadline_passed', 'fallback_done']);
		}
		expect(shop.runs).toEqual([]);
		expect(shop.fallbacks.map(({ id }) => id).sort()).toEqual([auto, asked].sort());
		// One that came at the same time and has time left is asked about as ever.
		await shop.until(await shop.propose(refund('600.00')), 'in_review');
	});
});

describe.skipIf(process.platform !== 'linux')('the disk of the journal is full', () => {
	test('no record, no action: what is approved waits, and runs once there is room', async () => {
		const folder = await temporaryFolder();
		const own = journalFolder(folder, redis.prefix);
		mkdirSync(own, { recursive: true });
		const file = join(own, `starts-${new Date().toISOString().slice(0, 10)}-test.log`);
		// A device that is always full.
		symlinkSync('/dev/full', file);
		const journal = openJournal({ folder, prefix: redis.prefix, place: 'here', writer: 'test', keepMs: hour });
		const shop = await openShop(redis, { channels: false, journal });
		const id = await shop.propose(refund('20.00'));
		await expect.poll(() => shop.events(id)).toContain('execution_deferred');
		expect(shop.runs).toEqual([]);
		unlinkSync(file);
		await shop.advance(20_000);
		await shop.until(id, 'executed');
		expect(shop.runs).toHaveLength(1);
		expect(await journal.starts.knows(`${id}.1`, Date.now())).toBe('started');
	});
});

describe('a webhook that cannot be reached has been sent nothing', () => {
	const post = {
		id: 'x',
		body: {},
		secret: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
		timeoutMs: 5000,
		allowPrivate: true,
	} as const;

	test('its name does not resolve', async () => {
		expect(await signedPost({ ...post, url: 'https://nowhere.invalid/run' })).toEqual({
			kind: 'unsent',
			reason: 'the host does not resolve',
		});
	});

	test('its certificate has expired', async () => {
		// Trusted otherwise, so that nothing but its age is against it.
		const trusted = getCACertificates('default');
		setDefaultCACertificates([expired.cert]);
		onTestFinished(() => setDefaultCACertificates(trusted));
		let requests = 0;
		const server = createServer(expired, (_request, response) => {
			requests += 1;
			response.end();
		}).listen(0, '127.0.0.1');
		await new Promise((resolve) => server.once('listening', resolve));
		onTestFinished(() => new Promise((resolve) => server.close(() => resolve(undefined))));
		const { port } = server.address() as AddressInfo;
		expect(await signedPost({ ...post, url: `https://localhost:${port}/run` })).toMatchObject({
			kind: 'unsent',
			reason: 'certificate has expired',
		});
		expect(requests).toBe(0);
	});
});

describe('keys are changed while things are on their way', () => {
	test('an agent’s old and new key work side by side until the old one is taken out', () => {
		const caller = { tenant: 'default', agent: 'bot' };
		const [before, after] = [newApiKey(caller), newApiKey(caller)];
		const header = (token: string): string => `Bearer ${token}`;
		for (const { token } of [before, after]) expect(authenticate(header(token), [before.key, after.key])).toMatchObject(caller);
		expect(authenticate(header(before.token), [after.key])).toBeNull();
		expect(authenticate(header(after.token), [after.key])).toMatchObject(caller);
	});

	test('webhooks are signed with both secrets, so that receivers may change when they like', async () => {
		const old = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
		const { webhook } = readConfig({ WEBHOOK_SECRET: `${old} ${secret}` });
		// It refuses what is not signed with the new one.
		const receiver = await startReceiver();
		const posted = { url: receiver.url, id: 'x', body: { a: 1 }, timeoutMs: 5000, allowPrivate: true } as const;
		expect(await signedPost({ ...posted, secret: webhook?.secret ?? '' })).toMatchObject({ kind: 'answered', status: 200 });
		const [{ headers } = { headers: {} }] = receiver.got;
		const verify = (by: string) => () => new Webhook(by).verify('{"a":1}', headers as Record<string, string>);
		expect(verify(old)).not.toThrow();
		expect(verify(`whsec_${Buffer.alloc(24, 3).toString('base64')}`)).toThrow();
		expect(() => readConfig({ WEBHOOK_SECRET: `${secret} short` })).toThrow('WEBHOOK_SECRET');
	});
});

test('withdrawn in the moment in which it is started: one of the two happens, and the agent is told which', async () => {
	const shop = await openShop(redis, { channels: false });
	const outcomes = await Promise.all(
		Array.from({ length: 60 }, async () => {
			const proposed = refund('600.00');
			const id = actionId('default', proposed.agent, proposed.idempotencyKey);
			await shop.propose(proposed);
			await shop.until(id, 'in_review');
			await shop.answer(id, 'ana', 'approve');
			const taken = await withdraw(shop.app.front, id, { tenant: 'default', agent: proposed.agent });
			const { state } = await shop.until(id, 'executed', 'withdrawn');
			const ran = shop.runs.some((run) => run.id === id);
			return { id, taken, state, ran };
		}),
	);
	for (const { id, taken, state, ran } of outcomes) {
		expect({ state, ran }, id).toEqual(taken.ok ? { state: 'withdrawn', ran: false } : { state: 'executed', ran: true });
		if (!taken.ok) expect(taken.problem.code, id).toBe('not_withdrawable');
	}
});

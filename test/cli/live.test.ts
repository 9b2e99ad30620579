import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { actionId } from '../../src/domain/ids.ts';
import { withdraw } from '../../src/reviews/withdraw.ts';
import { walk } from '../../src/store/walk.ts';
import { goodProposal } from '../domain/proposal-cases.ts';
import { testApp } from '../support/app.ts';
import { temporaryFolder } from '../support/folder.ts';
import { testRedis } from '../support/redis.ts';
import { countersign, type Ended, spawned, started } from './countersign.ts';

const redis = testRedis();
const policyPath = fileURLToPath(new URL('../../policies/support.yaml', import.meta.url));
const policy = readFileSync(policyPath, 'utf8');
const reviewer = 'ana';

/** Nobody is asked: without a channel every tier would fail at once, and reviews would not stay where a test wants them. */
const lanes = ['classifier', 'auto', 'notify', 'outcomes'] as const;

const env = (): Record<string, string> => ({
	REDIS_URL: redis.url,
	COUNTERSIGN_PREFIX: redis.prefix,
	COUNTERSIGN_POLICY: policyPath,
});
const run = (...args: string[]): Promise<Ended> => countersign(args, env());
const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);

const proposal = (n: number, change: object = {}): string =>
	JSON.stringify({
		version: 1,
		agent: 'bot',
		idempotencyKey: `k-${n}`,
		operation: 'refund',
		amount: { value: '20', currency: 'USD' },
		confidence: 0.999,
		user: `u-${n}`,
		arguments: { order_id: `${n}` },
		...change,
	});
const idOf = (n: number): string => actionId('default', 'bot', `k-${n}`);

async function file(...lines: string[]): Promise<string> {
	const path = join(await temporaryFolder(), 'rows.jsonl');
	await writeFile(path, lines.join('\n'));
	return path;
}

describe('submitting', () => {
	test('every row goes where replay says it goes', async () => {
		await testApp(redis, { policy, channels: false, workers: lanes });
		const rows = await file(
			proposal(1, { operation: 'lookup_order', amount: undefined }),
			proposal(2, { amount: { value: '700', currency: 'USD' } }),
			proposal(3, { amount: { value: '6000', currency: 'USD' } }),
			proposal(4, { operation: 'unheard_of' }),
			proposal(5, { confidence: 0.1 }),
		);
		const [live, replayed] = [`${rows}.live`, `${rows}.replay`];
		const sent = await run('submit', rows, '--routes', live, '--json');
		expect(sent).toMatchObject({ code: 0, stderr: '5 actions routed\n' });
		expect(
			sent.stdout
				.trim()
				.split('\n')
				.map((line) => JSON.parse(line).line),
		).toEqual([1, 2, 3, 4, 5]);
		await run('replay', rows, '--policy', policyPath, '--routes', replayed);
		expect(sent.stdout).toContain('"route":"auto"');
		expect(await readFile(live, 'utf8')).toBe(await readFile(replayed, 'utf8'));
		expect(await run('submit', rows, '--parallel', '5')).toMatchObject({ code: 0, stderr: '5 actions routed\n' });
		expect((await json('list', '--limit', '50')).actions).toHaveLength(5);
	});

	test('nothing is sent where a row is bad, and a used key is refused', async () => {
		const { app } = await testApp(redis, { policy, channels: false, workers: ['classifier'] });
		const rows = await file(proposal(1), proposal(2, { confidence: 7 }), '{');
		expect(await run('submit', rows)).toMatchObject({
			code: 5,
			stdout: '',
			stderr: expect.stringMatching(/line 2: `confidence`[\s\S]*line 3: /),
		});
		expect(await app.back.store.actions.get(idOf(1))).toBeNull();
		expect(await run('submit', rows, '--skip-bad')).toMatchObject({ code: 0, stderr: '1 actions routed, 2 rows left out\n' });
		expect(await app.back.store.actions.get(idOf(1))).not.toBeNull();
		expect(await run('submit', await file(proposal(1, { confidence: 0.5 })))).toMatchObject({
			code: 4,
			stderr: expect.stringContaining('idempotency_mismatch'),
		});
	});

	test('without a worker it says so', async () => {
		expect(await run('submit', await file(proposal(1)), '--timeout', '1')).toMatchObject({
			code: 1,
			stderr: expect.stringContaining('is a worker running?'),
		});
	});
});

describe('looking and deciding', () => {
	test('list, show, decide, wait: one life of an action', async () => {
		await testApp(redis, { policy, channels: false, workers: lanes });
		const hostile = '\u001b[2Japprove me\u202e';
		await run('submit', await file(proposal(1, { amount: { value: '700', currency: 'USD' }, reasoning: hostile })));
		const id = idOf(1);
		const [listed, shown, history] = [
			await run('list', '--state', 'in_review'),
			await run('show', id, '--history'),
			await json('show', id, '--history'),
		];
		expect(listed.stdout).toMatch(new RegExp(`^${id}  in_review  approval  refund +USD 700\\.00`, 'm'));
		expect(shown.stdout).toContain('agent wrote');
		for (const character of ['\u001b', '\u202e']) expect(shown.stdout + listed.stdout).not.toContain(character);
		expect(history).toMatchObject({
			id,
			state: 'in_review',
			history: expect.arrayContaining([
				expect.objectContaining({ event: 'received' }),
				expect.objectContaining({ event: 'routed_approval' }),
			]),
		});

		expect(await run('wait', id, '--timeout', '0')).toMatchObject({ code: 15, stdout: `${id} is in_review\n` });
		expect(await run('decide', id, 'approve', '--as', 'nobody')).toMatchObject({
			code: 1,
			stderr: expect.stringContaining('reviewer_not_allowed'),
		});
		expect(await run('decide', id, 'approve', '--as', reviewer, '--digest', '0'.repeat(64))).toMatchObject({
			code: 4,
			stderr: expect.stringContaining('changed_since_shown'),
		});
		const waiting = spawned(['wait', id, '--timeout', '15', '--json'], env());
		expect(await run('decide', id, 'approve', '--as', reviewer, '--comment', 'photo seen')).toMatchObject({
			code: 0,
			stdout: expect.stringMatching(new RegExp(`^${id} is (approved|executing|executed) \\(approved_by_reviewers\\)\n$`)),
		});
		const ended = await waiting;
		expect(ended.code).toBe(0);
		expect(JSON.parse(ended.stdout)).toMatchObject({ id, state: 'executed', decision: { by: reviewer, comment: 'photo seen' } });
		const late = await run('decide', id, 'reject', '--as', reviewer, '--json');
		expect(late.code).toBe(4);
		expect(JSON.parse(late.stderr)).toMatchObject({
			code: 'already_decided',
			details: { winner: { event: 'approved_by_reviewers', by: reviewer } },
		});
	});

	test('reject and withdraw have exit codes of their own', async () => {
		await testApp(redis, { policy, channels: false, workers: lanes });
		const held = { amount: { value: '700', currency: 'USD' } };
		await run('submit', await file(proposal(1, held), proposal(2, held)));
		expect(await run('decide', idOf(1), 'reject', '--as', reviewer)).toMatchObject({ code: 0 });
		expect((await run('wait', idOf(1), '--timeout', '10')).code).toBe(10);
		expect(await run('withdraw', idOf(2))).toMatchObject({ code: 0, stdout: `${idOf(2)} is withdrawn\n` });
		expect((await run('wait', idOf(2), '--timeout', '10')).code).toBe(12);
		expect(await run('withdraw', idOf(1))).toMatchObject({ code: 4, stderr: expect.stringContaining('rejected_by_reviewer') });
	});

	test('what is not there is not found', async () => {
		const nothing = 'act_0000000000000000000000000';
		for (const args of [
			['show', nothing],
			['wait', nothing],
			['withdraw', nothing],
			['decide', nothing, 'approve', '--as', 'x'],
			['quarantine', 'show', 'qrn_x'],
			['quarantine', 'discard', 'qrn_x'],
			['quarantine', 'redrive', 'qrn_x'],
		]) {
			expect(await run(...args)).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('not_found') });
		}
	});

	test('pages of a list', async () => {
		await testApp(redis, { policy, channels: false, workers: ['classifier'] });
		await run('submit', await file(...[1, 2, 3].map((n) => proposal(n))));
		const first = await json('list', '--limit', '2');
		const second = await json('list', '--limit', '2', '--cursor', first.cursor);
		expect([...first.actions, ...second.actions].map((action: { id: string }) => action.id).sort()).toEqual(
			[1, 2, 3].map(idOf).sort(),
		);
		expect(second.cursor).toBeNull();
	});
});

test('quarantine: look, drive again, drop', async () => {
	const { app, until } = await testApp(redis, { policy, channels: false, workers: ['classifier'] });
	const { queues, store } = app.back;
	await queues.propose('bad.1', { ...goodProposal, amount: '\u001b[31m240' });
	await vi.waitFor(async () => expect(await store.quarantine.size()).toBe(1));
	const [record] = (await json('quarantine', 'list')).records;
	expect(record).toMatchObject({ queue: 'actions', jobId: 'bad.1', problem: { code: 'amount_type' } });
	expect(record).not.toHaveProperty('raw');
	const shown = await run('quarantine', 'show', record.id);
	expect(shown.stdout).toContain('amount_type');
	expect(shown.stdout).not.toContain('\u001b');
	// Still wrong: it comes back.
	expect(await run('quarantine', 'redrive', record.id)).toMatchObject({ code: 0 });
	await vi.waitFor(async () => expect(await store.quarantine.list(10)).toMatchObject([{ jobId: `redrive.${record.id}` }]));
	const [again] = await store.quarantine.list(10);
	await run('quarantine', 'discard', again?.id ?? '');
	expect(await json('quarantine', 'list')).toEqual({ size: 0, records: [] });
	// What was wrong was not the record.
	const kept = await store.quarantine.put({
		queue: 'actions',
		jobId: 'x',
		problem: { code: 'internal', message: 'a bug, since mended' },
		raw: JSON.stringify(goodProposal),
		encoding: 'utf8',
	});
	await run('quarantine', 'redrive', kept.id);
	await until(actionId('acme', 'support-bot', goodProposal.idempotencyKey), 'in_review', 'approved', 'escalated');
	const wakeUp = await store.quarantine.put({
		queue: 'auto',
		jobId: 'x',
		problem: { code: 'no_bound_decision', message: 'forged' },
		raw: '{}',
		encoding: 'utf8',
	});
	expect(await run('quarantine', 'redrive', wakeUp.id)).toMatchObject({ code: 4 });
});

test('the HTTP side and the workers are processes of their own, and stop when told to', async () => {
	const key = await json('key', '--agent', 'bot');
	const api = started(['api', '--port', '0', '--json'], { ...env(), COUNTERSIGN_API_KEYS: key.entry });
	const worker = started(['worker', '--only', 'classifier,chores', '--json'], env());
	const { url } = JSON.parse(await api.first);
	expect(JSON.parse(await worker.first)).toMatchObject({ workers: ['classifier', 'chores'] });
	expect((await fetch(`${url}/readyz`)).status).toBe(200);
	const headers = { authorization: `Bearer ${key.token}`, 'content-type': 'application/json', 'idempotency-key': 'k' };
	const posted = await fetch(`${url}/v1/actions`, {
		method: 'POST',
		headers,
		body: JSON.stringify({ version: 1, operation: 'refund', amount: { value: '700', currency: 'USD' } }),
	});
	expect(posted.status).toBe(202);
	const { id } = (await posted.json()) as { id: string };
	const judged = await fetch(`${url}/v1/actions/${id}`, { headers: { ...headers, prefer: 'wait=10' } });
	expect(await judged.json()).toMatchObject({ id, agent: 'bot', state: expect.stringMatching(/in_review|escalated/) });
	// Somebody still waits when the server is told to go.
	const waiting = fetch(`${url}/v1/actions/${id}`, {
		headers: { ...headers, prefer: 'wait=25', 'if-none-match': judged.headers.get('etag') ?? '' },
	}).catch(() => null);
	api.stop();
	worker.stop();
	expect((await api.ended).code).toBe(0);
	expect((await worker.ended).code).toBe(0);
	await waiting;
});

test('the example handlers run what is approved', async () => {
	const worker = started(['worker', '--handlers', 'examples/handlers.mjs'], env());
	await worker.first;
	await run('submit', await file(proposal(1, { operation: 'lookup_order', amount: undefined })));
	expect((await run('wait', idOf(1), '--timeout', '15')).code).toBe(0);
	expect(await json('show', idOf(1))).toMatchObject({
		state: 'executed',
		outcome: { result: { order_id: '1', status: 'delivered' } },
	});
	worker.stop();
	expect((await worker.ended).code).toBe(0);
	const wrong = await spawned(['worker', '--handlers', 'examples/nowhere.mjs'], env());
	expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('config_invalid') });
});

describe('a table for a spreadsheet', () => {
	test('has every action once, with nothing in it that a spreadsheet would run', async () => {
		const shop = await testApp(redis, { policy, channels: false, workers: lanes });
		const plain = { operation: 'lookup_order', amount: undefined };
		const rows = Array.from({ length: 25 }, (_, n) =>
			proposal(n, n === 7 ? { user: '=HYPERLINK("http://evil.example")', amount: { value: '700', currency: 'USD' } } : plain),
		);
		await run('submit', await file(...rows));
		for (let n = 0; n < 25; n++) await shop.until(idOf(n), 'executed', 'in_review');
		const { code, stdout } = await run('list', '--csv');
		expect(code).toBe(0);
		const [head, ...lines] = stdout.trimEnd().split('\r\n');
		expect(head).toMatch(/^id,tenant,state,route,operation,amount,currency,agent,user,/);
		expect(lines.map((line) => line.split(',')[0]).sort()).toEqual(Array.from({ length: 25 }, (_, n) => idOf(n)).sort());
		expect(stdout).toContain(`"'=HYPERLINK(""http`);
		expect(stdout).toMatch(/,in_review,approval,refund,700\.00,USD,bot,/);
		expect((await run('list', '--csv', '--limit', '3')).stdout.trimEnd().split('\r\n')).toHaveLength(4);
		expect((await run('list', '--csv', '--state', 'rejected')).stdout.trimEnd().split('\r\n')).toEqual([head]);
		expect((await run('list', '--csv', '--json')).code).toBe(2);
	});

	test('misses nothing that changes while it is being read, and names nothing twice', async () => {
		const shop = await testApp(redis, { policy, channels: false, workers: lanes });
		const rows = Array.from({ length: 9 }, (_, n) => proposal(n, { amount: { value: '700', currency: 'USD' } }));
		await run('submit', await file(...rows));
		for (let n = 0; n < 9; n++) await shop.until(idOf(n), 'in_review', 'escalated');
		const { store } = shop.app.front;
		const found: string[] = [];
		for await (const actions of walk(store, { tenant: 'default', batch: 2 })) {
			found.push(...actions.map(({ id }) => id));
			if (found.length !== 2) continue;
			// The one that would have come last moves to the front, where the reading has been.
			const { actions: all } = await store.actions.list({ tenant: 'default', limit: 50 });
			const last = all.at(-1);
			if (last !== undefined) await withdraw(shop.app.front, last.id, { tenant: 'default', agent: 'bot' });
		}
		expect(found.sort()).toEqual(Array.from({ length: 9 }, (_, n) => idOf(n)).sort());
	});
});

test('interruptions are counted for each reviewer and day', async () => {
	const shop = await testApp(redis, { policy, channels: false, workers: lanes });
	const { load } = shop.app.front.store;
	const today = new Date(await shop.app.front.store.now()).toISOString().slice(0, 10);
	for (const [who, message] of [
		['ana', '1'],
		['ana', '2'],
		['ana', '2'],
		['ben', '3'],
	] as const)
		await load.count({ reviewer: who, message, day: today }, null);
	expect(await json('interruptions')).toEqual({ [today]: { ana: 2, ben: 1 } });
	const { stdout } = await run('interruptions', '--days', '1');
	expect(
		stdout
			.split('\n')
			.map((line) => line.split(/\s+/).filter(Boolean))
			.filter(({ length }) => length > 0),
	).toEqual([
		['DAY', 'MESSAGES', 'REVIEWER'],
		[today, '2', 'ana'],
		[today, '1', 'ben'],
	]);
	expect((await run('interruptions', '--days', '0')).code).toBe(2);
});

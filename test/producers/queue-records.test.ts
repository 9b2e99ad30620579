import { readFileSync } from 'node:fs';
import { Queue } from 'bullmq';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ErrorCode } from '../../src/domain/errors.ts';
import { actionId } from '../../src/domain/ids.ts';
import { badProposals, changed, goodProposal } from '../domain/proposal-cases.ts';
import { testApp } from '../support/app.ts';
import { testRedis } from '../support/redis.ts';

const redis = testRedis();
const policy = readFileSync(new URL('../../policies/support.yaml', import.meta.url), 'utf8');

/** A queue as anybody with a connection has it. */
function rawQueue(): Queue {
	const queue = new Queue('actions', { connection: redis.connect(), prefix: redis.prefix });
	onTestFinished(() => queue.close());
	return queue;
}

describe('what anybody can put into the queue', () => {
	/** Data of every wrong kind, and the code it must be kept under. */
	const wrong: readonly (readonly [name: string, data: unknown, code: ErrorCode])[] = [
		...[null, [], 'str', '{"version":1}', 42, true].map(
			(data) => [`the data ${JSON.stringify(data)}`, data, 'object_required'] as const,
		),
		['nothing', {}, 'version_unsupported'],
		// A record may wait longer than its deadline without being wrong; what the sender got wrong is told to the sender.
		...badProposals
			.filter(({ code }) => !code.startsWith('deadline_'))
			.map(({ name, change, code }) => [name, changed(change), code] as const),
	];

	test('bad records are kept with their code and their bytes, and the worker lives on', async () => {
		const { app, until } = await testApp(redis, { policy, workers: ['classifier'], channels: false });
		const queue = rawQueue();
		await queue.addBulk(
			wrong.map(([, data], i) => ({ name: 'propose', data, opts: { jobId: `bad.${i}`, removeOnComplete: true } })),
		);
		await queue.add('propose', goodProposal);
		await until(actionId('acme', 'support-bot', goodProposal.idempotencyKey), 'in_review', 'escalated', 'approved', 'executed');
		await vi.waitFor(async () => expect(await app.back.store.quarantine.size()).toBe(wrong.length), { timeout: 10_000 });
		const kept = new Map((await app.back.store.quarantine.list(1000)).map((record) => [record.jobId, record]));
		const told = wrong.map(([name, data, code], i) => {
			const record = kept.get(`bad.${i}`);
			return record?.problem.code === code && record.raw === JSON.stringify(data)
				? null
				: `${name}: ${record?.problem.code}, not ${code}`;
		});
		expect(told.filter(Boolean)).toEqual([]);
		const counts = await app.back.store.actions.counts('acme');
		expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(1);
	});

	test('a job of an unknown name is kept, not run and not dropped', async () => {
		const { app } = await testApp(redis, { policy, workers: ['classifier'], channels: false });
		await rawQueue().add('approve', { id: 'act_0000000000000000000000000', version: 1 }, { jobId: 'odd.1' });
		await vi.waitFor(async () =>
			expect(await app.back.store.quarantine.list(10)).toMatchObject([
				{ jobId: 'odd.1', queue: 'actions', problem: { code: 'record_unreadable' } },
			]),
		);
	});

	test('another payload under a used key is kept; the first one stands', async () => {
		const { app, until } = await testApp(redis, { policy, workers: ['classifier'], channels: false });
		const queue = rawQueue();
		await queue.add('propose', goodProposal);
		const id = actionId('acme', 'support-bot', goodProposal.idempotencyKey);
		const first = await until(id, 'in_review', 'escalated', 'approved');
		await queue.add('propose', { ...goodProposal, amount: { value: '9999', currency: 'USD' } });
		await vi.waitFor(async () =>
			expect(await app.back.store.quarantine.list(10)).toMatchObject([{ problem: { code: 'idempotency_mismatch' } }]),
		);
		await queue.add('propose', goodProposal);
		await vi.waitFor(async () => expect(await queue.getJobCounts('waiting', 'active')).toEqual({ waiting: 0, active: 0 }));
		expect(await app.back.store.actions.get(id)).toMatchObject({
			version: first.version,
			proposal: { amount: { minor: 24000 } },
		});
		expect(await app.back.store.quarantine.size()).toBe(1);
	});
});

/** The queues: one job for one follow-up however often it is asked for, and one wake-up for all that is due at about the same time. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { effects, lifecycle } from '../../src/domain/lifecycle.ts';
import { catalog, jobOf, jobOptions, type QueueName, queueNames } from '../../src/queues/catalog.ts';
import { openQueues, type Queues, readJob, wakeSlotMs } from '../../src/queues/queues.ts';
import { workOn } from '../../src/queues/work.ts';
import { testRedis } from '../support/redis.ts';

const redis = testRedis();

function open(): Queues {
	const queues = openQueues({ connection: redis.connect(), prefix: redis.prefix, onError: () => undefined });
	onTestFinished(() => queues.close());
	return queues;
}

const id = newId('act');

describe('the catalogue', () => {
	test('every effect of the table becomes a job of the catalogue, or needs none', () => {
		for (const { event, effects: wanted } of lifecycle) {
			for (const effect of wanted) {
				const job = jobOf(event, effect);
				if (job !== null) expect(Object.keys(catalog[job.queue])).toContain(job.name);
			}
		}
		expect(effects.filter((effect) => jobOf('received', effect) === null)).toEqual(['inform']);
	});

	test('only what was reported at once runs by the queue of reports', () => {
		expect(jobOf('routed_notify', 'execute')?.queue).toBe('notify');
		for (const event of ['routed_auto', 'approved_by_reviewers', 'released', 'execution_deferred'] as const)
			expect(jobOf(event, 'execute')?.queue).toBe('auto');
	});

	test('jobs leave no trace, are tried often enough, and are bounded', () => {
		expect(jobOptions).toMatchObject({
			removeOnComplete: true,
			sizeLimit: 384 * 1024,
			backoff: { type: 'exponential', jitter: 0.5 },
		});
		expect(jobOptions.attempts).toBeGreaterThanOrEqual(5);
	});

	test.each([
		['auto', 'execute', { id, version: 2 }, true],
		['auto', 'execute', { id, version: -1 }, false],
		['auto', 'execute', { id, version: 1.5 }, false],
		['auto', 'execute', { id: 'act_1', version: 2 }, false],
		['auto', 'execute', { id, version: 2, approved: true }, false],
		['auto', 'execute', null, false],
		['auto', 'toString', { id, version: 2 }, false],
		['auto', '__proto__', { id, version: 2 }, false],
		['deadlines', 'wake', { at: 1 }, true],
		['deadlines', 'wake', { at: 'soon' }, false],
		['actions', 'propose', 'anything: the classifier knows better messages', true],
	] as const)('in `%s` a job `%s` with %j: %s', (...[queue, name, data, good]) => {
		expect(readJob(queue as QueueName, { name, data }).ok).toBe(good);
	});
});

describe('adding', () => {
	test('the same follow-up twice is one job, and its data holds ids only', async () => {
		const queues = open();
		const followUp = { event: 'routed_auto', effect: 'execute', id, version: 2 } as const;
		await Promise.all([queues.add([followUp, followUp]), queues.add([followUp])]);
		const jobs = await queues.of('auto').getJobs(['waiting']);
		expect(jobs.map(({ id: jobId, data }) => [jobId, data])).toEqual([[`execute.${id}.2`, { id, version: 2 }]]);
	});

	test('an effect that needs no job adds none', async () => {
		const queues = open();
		await queues.add([{ event: 'routed_notify', effect: 'inform', id, version: 2 }]);
		for (const name of queueNames) expect(await queues.of(name).count()).toBe(0);
	});

	test('a job that ended makes room for the next one of its name', async () => {
		const queues = open();
		let runs = 0;
		const worker = workOn(
			'auto',
			{ execute: async () => void runs++ },
			{
				connection: redis.connect(),
				prefix: redis.prefix,
				concurrency: 1,
				onError: () => undefined,
				onUnreadable: async () => undefined,
				onPoison: async () => undefined,
			},
		);
		onTestFinished(() => worker.close(1000));
		for (const wanted of [1, 2, 3]) {
			await queues.add([{ event: 'routed_auto', effect: 'execute', id, version: 2 }]);
			await expect.poll(() => runs).toBe(wanted);
			await expect.poll(() => queues.of('auto').getJobCountByTypes('active', 'completed', 'failed')).toBe(0);
		}
	});
});

describe('wake-ups', () => {
	const delayed = async (queues: Queues): Promise<number[]> =>
		(await queues.of('deadlines').getDelayed()).map(({ data }) => (data as { at: number }).at).sort((a, b) => a - b);

	test('a thousand deadlines of one instant need one; it is never early, and at most a slot late', async () => {
		const queues = open();
		const now = Date.now();
		const at = now + 60_000;
		await Promise.all(Array.from({ length: 1000 }, (_, i) => queues.wake(at + (i % 10), now)));
		const slots = await delayed(queues);
		expect(slots.length).toBeLessThanOrEqual(2);
		for (const slot of slots) {
			expect(slot).toBeGreaterThanOrEqual(at);
			expect(slot).toBeLessThan(at + 10 + wakeSlotMs);
		}
	});

	test('two processes that arm the same instant add one job', async () => {
		const now = Date.now();
		const [one, other] = [open(), open()];
		await Promise.all([one.wake(now + 60_000, now), other.wake(now + 60_000, now)]);
		expect(await delayed(one)).toHaveLength(1);
	});

	test('what is due now, or was, wakes at once, even where the same slot has just fired', async () => {
		const queues = open();
		const now = Date.now();
		const woken: unknown[] = [];
		const worker = workOn(
			'deadlines',
			{ wake: async (data: never) => void woken.push(data) },
			{
				connection: redis.connect(),
				prefix: redis.prefix,
				concurrency: 1,
				onError: () => undefined,
				onUnreadable: async () => undefined,
				onPoison: async () => undefined,
			},
		);
		onTestFinished(() => worker.close(1000));
		await queues.wake(now, now);
		await queues.wake(now - 5000, now);
		await expect.poll(() => woken).toHaveLength(2);
	});

	test('a wake-up is no second late, whatever woke the worker just before', async () => {
		const queues = open();
		const woken = new Map<number, number>();
		const wake = async ({ at }: { at: number }): Promise<void> => void woken.set(at, Date.now());
		const worker = workOn(
			'deadlines',
			{ wake },
			{
				connection: redis.connect(),
				prefix: redis.prefix,
				concurrency: 2,
				onError: () => undefined,
				onUnreadable: async () => undefined,
				onPoison: async () => undefined,
			},
		);
		onTestFinished(() => worker.close(1000));
		const late: number[] = [];
		for (let i = 0; i < 20; i++) {
			const now = Date.now();
			const at = now + 20;
			await queues.wake(at, now);
			await queues.wake(now - 5000, now);
			const slot = Math.ceil(at / wakeSlotMs) * wakeSlotMs;
			await expect.poll(() => woken.has(slot), { interval: 5, timeout: 5000 }).toBe(true);
			late.push((woken.get(slot) as number) - slot);
		}
		// The median: single ones may meet a busy machine.
		expect(late.sort((a, b) => a - b)[10]).toBeLessThan(300);
	});

	test('the memory of armed instants does not grow for ever', async () => {
		const queues = open();
		const now = Date.now();
		for (let i = 0; i < 50; i++)
			await Promise.all(
				Array.from({ length: 50 }, (_, j) => queues.wake(now + 1000 + (i * 50 + j) * wakeSlotMs, now + i * 2500)),
			);
		expect((await delayed(queues)).length).toBeGreaterThan(2000);
	});
});

test('a worker that will not stop is left behind after its grace', async () => {
	const queues = open();
	const { promise: running, resolve: runs } = Promise.withResolvers<void>();
	const hang = async (): Promise<void> => {
		runs();
		await new Promise(() => undefined);
	};
	const worker = workOn(
		'auto',
		{ execute: hang },
		{
			connection: redis.connect(),
			prefix: redis.prefix,
			concurrency: 1,
			onError: () => undefined,
			onUnreadable: async () => undefined,
			onPoison: async () => undefined,
		},
	);
	await queues.add([{ event: 'routed_auto', effect: 'execute', id, version: 2 }]);
	await running;
	const before = performance.now();
	await worker.close(100);
	expect(performance.now() - before).toBeLessThan(2000);
	// Its job stays where it is until the lock runs out, and comes back to another worker.
	expect(await queues.of('auto').getActiveCount()).toBe(1);
});

/** Jobs whose worker died with them: one at a time, blamed only for a death of their own, and in nobody's way. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { type Isolation, isolationOn } from '../../src/queues/isolation.ts';
import { openQueues } from '../../src/queues/queues.ts';
import { workOn } from '../../src/queues/work.ts';
import { testRedis } from '../support/redis.ts';

const redis = testRedis();

const quick = (isolation: Isolation, id: string, deaths = 1): Promise<string> => isolation.alone({ id, deaths }, async () => {});

/** One that is alone, until it is told to end. */
async function holding(isolation: Isolation, id: string): Promise<{ readonly ends: Promise<string>; end(): void; fail(): void }> {
	const began = Promise.withResolvers<void>();
	const { promise, resolve, reject } = Promise.withResolvers<void>();
	const run = (): Promise<void> => {
		began.resolve();
		return promise;
	};
	const ends = isolation.alone({ id, deaths: 1 }, run).catch((error: Error) => error.message);
	await began.promise;
	return { ends, end: resolve, fail: () => reject(new Error('failed')) };
}

test('of jobs that died with a worker one runs at a time; one that finishes is cleared, one that dies alone is guilty', async () => {
	const isolation = isolationOn(redis.connect(), redis.prefix, 'auto');
	const a = await holding(isolation, 'a');
	expect(await quick(isolation, 'b')).toBe('wait');
	a.end();
	expect(await a.ends).toBe('ran');
	const b = await holding(isolation, 'b');
	// It came back while it still has the lane, one death later: its worker died with it.
	expect(await quick(isolation, 'b', 2)).toBe('guilty');
	expect(await quick(isolation, 'a', 2)).toBe('ran');
	b.end();
	await b.ends;
	expect(await quick(isolation, 'b', 2)).toBe('ran');
});

test('one that merely failed is not blamed, also where nobody could be told that it had', async () => {
	const connection = redis.connect();
	const isolation = isolationOn(connection, redis.prefix, 'auto');
	const a = await holding(isolation, 'a');
	a.fail();
	expect(await a.ends).toBe('failed');
	expect(await quick(isolation, 'a')).toBe('ran');

	const away = redis.connect();
	const cut = await holding(isolationOn(away, redis.prefix, 'auto'), 'c');
	away.disconnect();
	cut.end();
	// What it has done stands, and the lane is still taken.
	expect(await cut.ends).toBe('ran');
	expect(await quick(isolation, 'd')).toBe('wait');
	expect(await quick(isolation, 'c')).toBe('ran');
	expect(await quick(isolation, 'd')).toBe('ran');
});

test('a lane is kept while its job runs, and lapses within seconds where nobody says that it does', {
	timeout: 20_000,
}, async () => {
	const connection = redis.connect();
	const key = `${redis.prefix}:auto:alone`;
	const a = await holding(isolationOn(connection, redis.prefix, 'auto'), 'a');
	expect(await connection.pttl(key)).toBeLessThanOrEqual(2_500);
	await connection.pexpire(key, 1_500);
	await vi.waitFor(async () => expect(await connection.pttl(key)).toBeGreaterThan(1_500), { timeout: 10_000 });
	// Its process stood still for too long, and another one took the lane: it is not taken back.
	await connection.set(key, 'b', 'PX', 4_000);
	a.end();
	await a.ends;
	expect(await connection.get(key)).toBe('b');
});

test('suspects that wait take no place from the others, and run once the lane is free', async () => {
	const connection = redis.connect();
	const queues = openQueues({ connection: redis.connect(), prefix: redis.prefix, onError: () => undefined });
	onTestFinished(() => queues.close());
	const followUp = { event: 'routed_auto', effect: 'execute', version: 2 } as const;
	const suspects = Array.from({ length: 6 }, () => newId('act'));
	await queues.add(suspects.map((id) => ({ ...followUp, id })));
	// BullMQ's own count of how often the worker of a job has died.
	for (const job of await queues.of('auto').getJobs(['waiting']))
		await connection.hset(`${redis.prefix}:auto:${job.id}`, 'stc', 1);
	const elsewhere = await holding(isolationOn(redis.connect(), redis.prefix, 'auto'), 'in another process');

	const ran: string[] = [];
	const working = workOn(
		'auto',
		{ execute: async ({ id }: { id: string }) => void ran.push(id) },
		{
			connection: redis.connect(),
			prefix: redis.prefix,
			concurrency: 2,
			onError: () => undefined,
			onUnreadable: async () => undefined,
			onPoison: async (_queue, job) => void ran.push(`poison ${job.id}`),
		},
	);
	onTestFinished(() => working.close(1_000));
	await working.ready();
	const others = Array.from({ length: 4 }, () => newId('act'));
	await queues.add(others.map((id) => ({ ...followUp, id })));
	await vi.waitFor(() => expect(new Set(ran)).toEqual(new Set(others)), { timeout: 10_000 });
	elsewhere.end();
	await elsewhere.ends;
	await vi.waitFor(() => expect(new Set(ran)).toEqual(new Set([...others, ...suspects])), { timeout: 10_000 });
	expect(ran).toHaveLength(10);
});

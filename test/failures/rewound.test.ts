/** Redis goes back in time: what was acknowledged is gone, and what ran may run again. Nothing runs before a person has looked. */
import { readdirSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { claim } from '../../src/execution/claim.ts';
import { type Journal, openJournal } from '../../src/journal/journal.ts';
import { sweep } from '../../src/workers/sweeper.ts';
import { minute, openShop, proposing, refund, type Shop } from '../flows/shop.ts';
import { temporaryFolder } from '../support/folder.ts';
import { ownRedis } from '../support/own-redis.ts';
import { testRedis } from '../support/redis.ts';
import { cutLog, nativeServer, openFront, openServer } from './servers.ts';

const redis = testRedis();
const day = 24 * 3_600_000;
const journalIn = (folder: string, place = 'redis:6379/0'): Journal =>
	openJournal({ folder, prefix: '{own}', place, writer: 'test', keepMs: day });

const codes = (shop: Shop): string[] => shop.app.storage.alerts().map(({ code }) => code);
const resume = (shop: Shop): Promise<void> => shop.app.back.store.mark.lift({ by: 'ops', because: 'looked', cautiousMs: day });

/** Everything that the server holds, to be put back later. */
async function copyOf(shop: Shop, client: ReturnType<typeof redis.connect>): Promise<() => Promise<void>> {
	const names = await client.keys(`${shop.app.back.store.keys.prefix}:store:*`);
	const dumps = await Promise.all(
		names.map(async (name) => [name, await client.dumpBuffer(name), await client.pttl(name)] as const),
	);
	return async () => {
		await client.flushall();
		for (const [name, dump, ttl] of dumps) if (dump !== null) await client.restore(name, Math.max(0, ttl), dump);
	};
}

describe('while the workers run', () => {
	test('what policy would let run waits, people go on deciding, and nothing is executed until a person resumes', async () => {
		const own = await ownRedis(redis.kind);
		const shop = await openShop(own, { channels: false, journal: journalIn(await temporaryFolder()) });
		const open = await shop.propose(refund('600.00'));
		await shop.until(open, 'in_review');
		const goBack = await copyOf(shop, own.connect());
		const ran = await shop.propose(refund('20.00'));
		await shop.until(ran, 'executed');
		await goBack();

		const held = await shop.propose(refund('30.00'));
		await shop.until(held, 'received');
		expect(await shop.answer(open, 'ana', 'approve')).toMatchObject({ ok: true });
		await shop.advance(minute);
		expect((await shop.get(open)).state).toBe('approved');
		expect((await shop.get(held)).state).toBe('received');
		await shop.app.storage.look();
		expect(codes(shop)).toEqual(['storage_rewound']);
		expect(shop.app.storage.alerts()[0]?.message).toMatch(/\d+ acknowledged changes are missing: nothing is run/);
		expect(shop.runs.map(({ id }) => id)).toEqual([ran]);

		await resume(shop);
		await shop.advance(minute);
		await shop.until(open, 'executed');
		await shop.until(held, 'executed');
		await shop.app.storage.look();
		expect(codes(shop)).toEqual([]);
		expect(shop.runs.map(({ id }) => id).sort()).toEqual([ran, open, held].sort());
	});

	test('an action that ran, and of which Redis has forgotten it, does not run again: its outcome is unknown', async () => {
		const own = await ownRedis(redis.kind);
		const shop = await openShop(own, { channels: false, journal: journalIn(await temporaryFolder()) });
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		const goBack = await copyOf(shop, own.connect());
		await shop.answer(id, 'ana', 'approve');
		await shop.until(id, 'executed');
		await goBack();

		await shop.app.storage.look();
		// The reviewer is asked again, says yes again, and nothing comes of it before somebody has looked, or after.
		expect(await shop.answer(id, 'ana', 'approve')).toMatchObject({ ok: true });
		await resume(shop);
		await shop.advance(minute);
		await shop.until(id, 'outcome_unknown');
		expect(shop.runs).toHaveLength(1);
		const [, , , start, lost] = await shop.app.back.store.actions.history(id);
		expect([start?.event, lost?.event, lost?.detail]).toEqual([
			'execution_started',
			'outcome_lost',
			'the journal says that it was started before Redis went back in time',
		]);
	});

	test('where no journal is old enough to say, the outcome is unknown as well', async () => {
		const own = await ownRedis(redis.kind);
		const shop = await openShop(own, { channels: false });
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		const goBack = await copyOf(shop, own.connect());
		await shop.answer(id, 'ana', 'approve');
		await shop.until(id, 'executed');
		await goBack();
		await shop.app.storage.look();
		await shop.answer(id, 'ana', 'approve');
		await resume(shop);
		await shop.advance(minute);
		await shop.until(id, 'outcome_unknown');
		expect(shop.runs).toHaveLength(1);
		// What came in after a person has looked is not in doubt.
		await shop.until(await shop.propose(refund('20.00')), 'executed');
	});

	test('somebody empties Redis: the same', async () => {
		const own = await ownRedis(redis.kind);
		const shop = await openShop(own, { channels: false });
		await shop.until(await shop.propose(refund('20.00')), 'executed');
		await own.connect().flushall();
		await shop.app.storage.look();
		expect(codes(shop)).toEqual(['storage_rewound']);
		const held = await shop.propose(refund('30.00'));
		await shop.until(held, 'received');
		await sweep(shop.app.deps);
		expect(shop.runs).toHaveLength(1);
	});

	test('a hundred writers by two connections never take each other for a Redis that went back', async () => {
		const shop = await openShop(redis, { channels: false });
		await shop.until(await shop.propose(refund('20.00')), 'executed');
		const ids = await Promise.all(Array.from({ length: 100 }, () => shop.propose(refund('20.00'))));
		for (const id of ids) await shop.until(id, 'executed');
		await shop.app.storage.look();
		expect(codes(shop)).toEqual([]);
	});
});

describe('a person pauses the system', () => {
	test('nothing is run, decisions are taken, and what waits runs when it goes on', async () => {
		const shop = await openShop(redis, { channels: false });
		const { mark } = shop.app.back.store;
		await mark.hold('looking into a complaint', 'ops');
		const held = await shop.propose(refund('20.00'));
		await shop.until(held, 'received');
		await shop.app.storage.look();
		expect(shop.app.storage.alerts()).toMatchObject([
			{ code: 'held', message: expect.stringMatching(/^paused by ops: looking into a complaint/) },
		]);
		await resume(shop);
		await shop.advance(minute);
		await shop.until(held, 'executed');
	});

	test('an agent that runs its actions itself is told to wait, and may claim it afterwards', async () => {
		const shop = await openShop(redis, { channels: false });
		const { front, back } = shop.app;
		const parcel = proposing({ operation: 'ship_parcel', amount: { value: '600.00', currency: 'USD' } });
		const id = await shop.propose(parcel);
		await shop.until(id, 'in_review');
		await shop.answer(id, 'ana', 'approve');
		await back.store.mark.hold('a complaint', 'ops');
		const agent = { tenant: 'default', agent: parcel.agent };
		expect(await claim(front, id, agent)).toMatchObject({ ok: false, problem: { code: 'held' } });
		expect((await shop.get(id)).state).toBe('approved');
		await resume(shop);
		expect(await claim(front, id, agent)).toMatchObject({ ok: true });
	});
});

describe.skipIf(nativeServer === null)('a real server', () => {
	const options = (folder: string) => ({ channels: false, journal: journalIn(folder) });

	test('its append-only file loses its tail in a power loss: the next start says how much, and runs nothing', async () => {
		const server = await openServer();
		const journal = await temporaryFolder();
		const before = await openShop(server.redis, options(journal));
		const id = await before.propose(refund('600.00'));
		await before.until(id, 'in_review');
		await before.answer(id, 'ana', 'approve');
		await before.until(id, 'executed');
		await before.app.close(2000);
		await server.kill();
		// The execution's last word, and a little before it.
		cutLog(server.folder, 2_000);
		await server.start();

		const after = await openShop(server.redis, options(journal));
		await after.app.storage.look();
		expect(codes(after)).toEqual(['storage_rewound']);
		expect((await after.app.back.store.mark.check()).missing).toBeGreaterThan(0);
		const held = await after.propose(refund('30.00'));
		await after.until(held, 'received');
		expect(after.runs).toEqual([]);
		await resume(after);
		await after.advance(minute);
		await after.until(held, 'executed');
		expect([...before.runs, ...after.runs].filter((run) => run.id === id)).toHaveLength(1);
	});

	test('a lagging replica is promoted: an acknowledged decision has vanished, and nothing runs on what is left', async () => {
		const [primary, replica] = [await openServer(), await openServer()];
		const [one, other] = [primary.redis.connect(), replica.redis.connect()];
		const link = await openFront(primary.port);
		await other.call('REPLICAOF', '127.0.0.1', String(link.port));
		const front = await openFront(primary.port);
		const shop = await openShop(
			{ ...primary.redis, url: front.url, connect: (given) => primary.redis.connect({ ...given, port: front.port }) },
			options(await temporaryFolder()),
		);
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		await expect.poll(() => one.wait(1, 100), { timeout: 15_000 }).toBe(1);
		// The link is cut first: what the kernel has taken would still arrive.
		link.leadTo(1);
		expect(await shop.answer(id, 'ana', 'reject')).toMatchObject({ ok: true });
		await primary.kill();
		await other.call('REPLICAOF', 'NO', 'ONE');
		front.leadTo(replica.port);

		await expect.poll(() => codes(shop), { timeout: 15_000 }).toContain('storage_rewound');
		// The rejection is gone: the reviewer is asked again, and an approval would not run before somebody has looked.
		expect((await shop.get(id)).state).toBe('in_review');
		await shop.answer(id, 'ben', 'approve');
		await sweep(shop.app.deps);
		expect((await shop.get(id)).state).toBe('approved');
		expect(shop.runs).toEqual([]);
	});

	test('yesterday’s backup is restored in another place: it starts paused, and repeats nothing', async () => {
		const server = await openServer();
		const journal = await temporaryFolder();
		const before = await openShop(server.redis, options(journal));
		const id = await before.propose(refund('600.00'));
		await before.until(id, 'in_review');
		const backup = await temporaryFolder();
		await server.redis.connect().save();
		await cp(server.folder, backup, { recursive: true });
		await before.answer(id, 'ana', 'approve');
		await before.until(id, 'executed');
		await before.app.close(2000);
		await server.kill();

		const restored = await openServer();
		await restored.kill();
		await cp(backup, restored.folder, { recursive: true });
		await restored.start();
		const after = await openShop(restored.redis, { channels: false, journal: journalIn(journal, 'elsewhere:6379/0') });
		await after.app.storage.look();
		expect(codes(after)).toEqual(['storage_rewound']);
		await after.answer(id, 'ana', 'approve');
		await after.advance(minute);
		expect(after.runs).toEqual([]);
		await resume(after);
		await after.advance(minute);
		await after.until(id, 'outcome_unknown');
		expect(after.runs).toEqual([]);
		expect(readdirSync(join(restored.folder, 'appendonlydir')).length).toBeGreaterThan(0);
	});
});

/** The one write: all of it or nothing, once, by the clock of Redis, or a refusal that says why. */
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Action } from '../../src/domain/action.ts';
import { newId } from '../../src/domain/ids.ts';
import { approved, owned, started, withdrawn } from '../../src/engine/moves.ts';
import { storeOn } from '../../src/store/store.ts';
import type { Change, Refusal } from '../../src/store/transition.ts';
import { refund } from '../flows/shop.ts';
import { ownRedis } from '../support/own-redis.ts';
import { testRedis } from '../support/redis.ts';
import { type Desk, day, hour, minute, openDesk } from './desk.ts';
import { lossyProxy } from './lossy-proxy.ts';

const redis = testRedis();

const by = { by: 'ana', channel: 'inbox' } as const;
const approval = (action: Action): Change => approved(action, [], by);
const on = (action: Action): Pick<Change, 'id' | 'tenant'> => ({ id: action.id, tenant: action.tenant });

/** Everything that is stored about an action, wherever it is. */
async function everything({ store }: Desk, id: string): Promise<unknown> {
	const client = redis.connect();
	const indexes = await client.keys(`${redis.prefix}:store:index:*`);
	return {
		record: await client.hgetall(store.keys.action(id)),
		history: await client.lrange(store.keys.history(id), 0, -1),
		due: await client.zscore(store.keys.due, id),
		outbox: await client.zrange(store.keys.outbox, '0', '-1'),
		indexes: (await Promise.all(indexes.map(async (key) => ((await client.zscore(key, id)) === null ? [] : [key])))).flat(),
	};
}

describe('all of it or nothing', () => {
	test('state, patch, history, due index, state index and outbox are one write', async () => {
		const desk = openDesk(redis);
		const action = await desk.created(refund('600.00'));
		const result = await desk.store.transition(approval(action));
		expect(result).toMatchObject({
			ok: true,
			state: 'approved',
			version: 3,
			outbox: [{ event: 'approved_by_reviewers', effect: 'execute', version: 3 }],
		});
		expect(await everything(desk, action.id)).toMatchObject({
			record: { state: 'approved', version: '3', decisionDigest: action.payloadDigest },
			history: [
				/"event":"received"/,
				/"event":"routed_approval"/,
				/"at":\d+,"version":3,"deadlineAt":\d+,"event":"approved_by_reviewers"/,
			].map((form) => expect.stringMatching(form)),
			due: expect.stringMatching(/^\d+$/),
			outbox: [`approved_by_reviewers/execute/${action.id}/3`],
			indexes: [`${redis.prefix}:store:index:default:approved`],
		});
	});

	test('an end leaves no timer, and a record that expires', async () => {
		const desk = openDesk(redis);
		const action = await desk.created(refund('600.00'));
		expect(await desk.store.transition(withdrawn(action, action.agent))).toMatchObject({
			ok: true,
			state: 'withdrawn',
			outbox: [],
		});
		expect(await everything(desk, action.id)).toMatchObject({
			due: null,
			outbox: [],
			indexes: [`${redis.prefix}:store:index:default:withdrawn`],
		});
		expect(await desk.store.actions.get(action.id)).toMatchObject({
			dueAt: null,
			deadlineAt: null,
			armId: null,
			outcome: { state: 'withdrawn' },
		});
		const keys = [desk.store.keys.action(action.id), desk.store.keys.history(action.id)];
		for (const key of keys) expect(await redis.connect().pttl(key)).toBeGreaterThan(day - minute);
	});

	test('a change that the table does not know is a fault, and writes nothing', async () => {
		const desk = openDesk(redis);
		const action = await desk.created(refund('600.00'));
		const before = await everything(desk, action.id);
		const change: Change = {
			...on(action),
			steps: [
				{ event: 'deadline_passed', by: 'clock' },
				{ event: 'execution_succeeded', by: 'clock' },
			],
		};
		await expect(desk.store.transition(change)).rejects.toThrow('no `execution_succeeded` from `falling_back`');
		expect(await everything(desk, action.id)).toEqual(before);
	});

	test('a Redis that is full refuses the whole write; what frees memory lets it pass', async () => {
		const own = await ownRedis(redis.kind);
		const desk = openDesk(own);
		const action = await desk.created(refund('600.00'));
		const client = own.connect();
		const read = async () => [
			await client.hgetall(desk.store.keys.action(action.id)),
			await client.lrange(desk.store.keys.history(action.id), 0, -1),
			await client.zrange(desk.store.keys.due, '0', '-1', 'WITHSCORES'),
			await client.zrange(desk.store.keys.outbox, '0', '-1'),
			await client.keys('*index*'),
		];
		const before = await read();
		await client.config('SET', 'maxmemory', '1');
		await expect(desk.store.transition(approval(action))).rejects.toThrow(/OOM|maxmemory/);
		expect(await read()).toEqual(before);
		await client.config('SET', 'maxmemory', '0');
		expect(await desk.store.transition(approval(action))).toMatchObject({ ok: true, version: 3 });
	});
});

describe('once', () => {
	test('a write whose answer got lost is sent again by the client, and answered like the first', async () => {
		const desk = openDesk(redis);
		const action = await desk.created(refund('600.00'));
		const proxy = await lossyProxy(redis.url);
		const client = new Redis(proxy.url, { maxRetriesPerRequest: null, retryStrategy: () => 1 });
		onTestFinished(() => client.disconnect());
		const store = storeOn(client, desk.store.settings);
		// The script is known by then: what is lost is the answer of the write, not of its loading.
		expect(await store.transition(approval({ ...action, version: 99 }))).toMatchObject({ ok: false, why: 'version' });
		proxy.loseNextReply();
		const result = await store.transition(approval(action));
		expect(proxy.lost).toBe(1);
		expect(result).toMatchObject({ ok: true, state: 'approved', version: 3, outbox: [{ effect: 'execute', version: 3 }] });
		expect((await store.actions.history(action.id)).map(({ event }) => event)).toEqual([
			'received',
			'routed_approval',
			'approved_by_reviewers',
		]);
		expect(await store.outbox.size()).toBe(1);
	});

	test('the same decision by two clients is one decision; the second is told of the first', async () => {
		const desk = openDesk(redis);
		const action = await desk.created(refund('600.00'));
		const results = await Promise.all([desk.store.transition(approval(action)), desk.store.transition(approval(action))]);
		expect(results.filter(({ ok }) => ok)).toHaveLength(1);
		expect(results.find(({ ok }) => !ok)).toMatchObject({ why: 'state', winner: { event: 'approved_by_reviewers', by: 'ana' } });
	});

	test('creating what is there is refused, with its state', async () => {
		const desk = openDesk(redis);
		const proposing = refund('600.00');
		await desk.created(proposing);
		await expect(desk.created(proposing)).rejects.toThrow('not created: exists');
	});
});

test('a server that has forgotten its scripts is told them again', async () => {
	const own = await ownRedis(redis.kind);
	const desk = openDesk(own);
	const action = await desk.created(refund('600.00'));
	await own.connect().script('FLUSH');
	expect(await desk.engine.commit(approval(action))).toMatchObject({ ok: true, state: 'approved' });
	await own.connect().script('FLUSH');
	expect((await desk.store.due.take(10, 1000)).ids).toEqual([]);
	expect(await desk.engine.queues.of('auto').getWaitingCount()).toBe(1);
});

describe('by the clock of Redis', () => {
	test('a process whose clock is ten minutes wrong writes the same instants', async () => {
		const desk = openDesk(redis);
		const [seconds] = await redis.connect().time();
		const wrong = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 10 * minute);
		onTestFinished(() => wrong.mockRestore());
		const action = await desk.created(refund('600.00'));
		expect(Math.abs(action.createdAt - Number(seconds) * 1000)).toBeLessThan(10_000);
		expect(action.deadlineAt).toBe(action.createdAt + 30 * minute);
		expect(await desk.store.transition(approval(action))).toMatchObject({ ok: true });
	});

	test('the clock offset is for development: production neither moves it nor looks at it', async () => {
		const desk = openDesk(redis);
		await desk.store.advance(10 * hour);
		const store = storeOn(redis.connect(), { ...desk.store.settings, devClock: false });
		expect((await desk.store.now()) - (await store.now())).toBeGreaterThan(9 * hour);
		await expect(store.advance(1)).rejects.toThrow('the clock can only be moved in development');
		const action = await desk.created(refund('600.00'));
		const [seconds] = await redis.connect().time();
		expect(action.createdAt - Number(seconds) * 1000).toBeGreaterThan(9 * hour);
	});

	test('a deadline counts from its very instant', async () => {
		const desk = openDesk(redis);
		const action = await desk.created(refund('600.00'));
		await desk.store.advance((action.deadlineAt as number) - (await desk.store.now()));
		expect(await desk.store.transition(approval(action))).toMatchObject({
			ok: false,
			why: 'too_late',
			deadlineAt: action.deadlineAt,
			state: 'in_review',
		});
	});

	test('of a relative and an absolute deadline the earlier counts, and nothing is due after it', async () => {
		const desk = openDesk(redis);
		const deadlineAt = (await desk.store.now()) + 5 * minute;
		const action = await desk.created(refund('600.00', { deadlineAt }));
		expect(action).toMatchObject({ deadlineAt, dueAt: deadlineAt });
	});
});

describe('fences', () => {
	const cases: { readonly why: Refusal; readonly change: (action: Action) => Change }[] = [
		{ why: 'missing', change: (action) => ({ ...approval(action), id: `act_${'0'.repeat(25)}` }) },
		{ why: 'version', change: (action) => owned({ ...action, version: action.version - 1 }, by) },
		{ why: 'state', change: (action) => started(action, { token: newId('exe'), worker: 'w', number: 1 }) },
		{ why: 'revision', change: (action) => owned({ ...action, revision: 7 }, by) },
		{ why: 'arm', change: (action) => ({ ...owned(action, by), arm: newId('arm') }) },
		{ why: 'token', change: (action) => ({ ...owned(action, by), token: newId('exe') }) },
		{ why: 'too_early', change: (action) => ({ ...owned(action, by), deadline: 'after' }) },
		{ why: 'unbound', change: (action) => ({ ...owned(action, by), bound: true }) },
		{
			why: 'guard',
			change: (action) => ({ ...owned(action, by), guard: { key: `${redis.prefix}:store:fact:approvals`, since: 0, count: 1 } }),
		},
	];

	test.each(cases)('`$why` is refused, and nothing is written', async ({ why, change }) => {
		const desk = openDesk(redis);
		const action = await desk.created(refund('6000.00'), { route: 'escalation' });
		const before = await everything(desk, action.id);
		const result = await desk.store.transition(change(action));
		expect(result).toMatchObject({
			ok: false,
			why,
			winner: null,
			...(why !== 'missing' && { state: 'escalated', version: 2, revision: 1 }),
		});
		expect(await everything(desk, action.id)).toEqual(before);
	});

	test('an approval of another payload than the stored one cannot be started', async () => {
		const desk = openDesk(redis);
		const action = await desk.created(refund('60.00'), { route: 'auto' });
		await redis.connect().hset(desk.store.keys.action(action.id), 'payloadDigest', '0'.repeat(64));
		expect(await desk.store.transition(started(action, { token: newId('exe'), worker: 'w', number: 1 }))).toMatchObject({
			ok: false,
			why: 'unbound',
		});
	});

	test('who held the revision before an edit is told of the edit, whatever was decided about the new one since', async () => {
		const desk = openDesk(redis);
		const action = await desk.created(refund('600.00'));
		const edit = { event: 'edited', by: 'ben', channel: 'inbox', payloadDigest: action.payloadDigest } as const;
		const edited = {
			...on(action),
			steps: [{ event: 'edited', by: 'ben' }],
			decision: edit,
			set: { revision: 2 },
		} as const satisfies Change;
		expect(await desk.store.transition(edited)).toMatchObject({ ok: true, state: 'received' });
		const next = (await desk.store.actions.get(action.id)) as Action;
		expect(await desk.store.transition(withdrawn(next, 'agent'))).toMatchObject({ ok: true });
		expect(await desk.store.transition(approval(action))).toMatchObject({
			ok: false,
			why: 'revision',
			winner: { event: 'edited', by: 'ben' },
		});
		expect(await desk.store.transition(withdrawn(next, 'agent'))).toMatchObject({
			ok: false,
			why: 'state',
			winner: { event: 'withdrawn', by: 'agent' },
		});
	});
});

/** An approved action is started once. What came of it is one of a closed set, or unknown, and then never tried again blindly (I2). */
import { describe, expect, test } from 'vitest';
import type { Handler, Reconcile, Run } from '../../src/execution/registry.ts';
import { testRedis } from '../support/redis.ts';
import { hour, minute, openShop, refund, type Shop, shopPolicy } from './shop.ts';

const redis = testRedis();

const calls = { count: 0 };
/** A handler that counts its calls and then does as it is told. */
const counting = (run: Run): Run => {
	calls.count = 0;
	return async (...args) => {
		calls.count++;
		return run(...args);
	};
};

const open = (refunding: Handler, policy = shopPolicy): Promise<Shop> =>
	openShop(redis, { policy, operations: { refund: refunding } });

describe('certainly nothing happened', () => {
	test.each(['refused', 'failed'] as const)(
		'`%s`: it failed, the agent is told why, and it is not tried again',
		async (status) => {
			const shop = await open({ run: counting(async () => ({ status, reason: 'the order is closed' })) });
			const id = await shop.propose(refund('20.00'));
			expect(await shop.until(id, 'failed')).toMatchObject({ outcome: { state: 'failed', reason: 'the order is closed' } });
			await shop.advance(2 * hour);
			expect(calls.count).toBe(1);
			expect((await shop.events(id)).at(-1)).toBe(`execution_${status}`);
		},
	);

	test('who approved it is told that it was not done', async () => {
		const shop = await open({ run: async () => ({ status: 'refused', reason: 'the order is closed' }) });
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		await shop.answer(id, 'ben', 'approve');
		await shop.until(id, 'failed');
		await shop.mailbox.waitFor(
			({ recipients, text }) => recipients.includes('ben@shop.example') && text.includes('the order is closed'),
		);
	});

	test('`deferred`: it is started again when the handler says, under the same key, and counts as one', async () => {
		const keys: string[] = [];
		const run: Run = async (_action, { idempotencyKey, attempt }) => {
			keys.push(`${idempotencyKey}/${attempt}`);
			return attempt < 3 ? { status: 'deferred', afterMs: 20 * minute, reason: 'the till is busy' } : { status: 'done' };
		};
		const shop = await open({ run });
		const id = await shop.propose(refund('20.00'));
		await expect.poll(() => shop.events(id)).toContain('execution_deferred');
		const { deadlineAt } = await shop.get(id);
		for (const tries of [2, 3]) {
			expect(keys).toHaveLength(tries - 1);
			await shop.advance(21 * minute);
			await expect.poll(() => keys).toHaveLength(tries);
			if (tries === 2) await expect.poll(async () => (await shop.get(id)).state).toBe('approved');
			// What is left of the approval shrinks; deferring does not renew it.
			if (tries === 2) expect((await shop.get(id)).deadlineAt).toBe(deadlineAt);
		}
		await shop.until(id, 'executed');
		expect(keys).toEqual([`${id}.1/1`, `${id}.1/2`, `${id}.1/3`]);
	});

	test('deferred for longer than the approval is good, it lapses', async () => {
		const shop = await open({
			run: counting(async () => ({ status: 'deferred', afterMs: 5 * hour, reason: 'the till is closed' })),
		});
		const id = await shop.propose(refund('20.00'));
		await expect.poll(() => shop.events(id)).toContain('execution_deferred');
		await shop.advance(61 * minute);
		expect((await shop.until(id, 'expired')).outcome?.reason).toBe('approved, but nobody could run it in time');
		expect(calls.count).toBe(1);
	});

	test('done with a result that JSON cannot say is done, without it', async () => {
		const cycle: Record<string, unknown> = { big: 1n };
		cycle.self = cycle;
		const shop = await open({ run: async () => ({ status: 'done', result: cycle }) });
		const id = await shop.propose(refund('20.00'));
		expect((await shop.until(id, 'executed')).outcome).not.toHaveProperty('result');
	});
});

const cut: Run = () => Promise.reject(new Error('the line was cut'));
const unknowing: Record<string, Run> = {
	throws: cut,
	'throws at once': () => {
		throw new Error('the line was cut');
	},
	'answers nothing': async () => undefined as never,
	'answers `true`': async () => true as never,
	'answers an unknown status': async () => ({ status: 'ok' }) as never,
	'defers to no instant': async () => ({ status: 'deferred', afterMs: Number.NaN, reason: 'later' }),
};

describe('nobody can tell whether it happened', () => {
	test.each(Object.keys(unknowing))('a handler that %s: unknown, never tried again, and a person is asked', async (how) => {
		const shop = await open({ run: counting(unknowing[how] as Run) });
		const id = await shop.propose(refund('20.00'));
		await shop.until(id, 'outcome_unknown');
		const mail = await shop.mailbox.waitFor(({ recipients }) => recipients.includes('dee@shop.example'));
		expect(mail.text).toContain('nobody knows whether it happened');
		await shop.advance(hour);
		expect(calls.count).toBe(1);
		expect(await shop.events(id)).toEqual(['received', 'routed_auto', 'execution_started', 'outcome_lost', 'reconcile_failed']);
	});

	test('a handler that hangs is given up at its timeout, and told to stop', async () => {
		const { promise: stopped, resolve: stops } = Promise.withResolvers<void>();
		const hanging: Run = (_action, { signal }) => {
			signal.addEventListener('abort', () => stops(), { once: true });
			return new Promise(() => undefined);
		};
		const shop = await open({ run: counting(hanging) }, shopPolicy.replace('timeout: 30s', 'timeout: 1s'));
		const id = await shop.propose(refund('20.00'));
		await shop.until(id, 'outcome_unknown');
		await stopped;
		expect(calls.count).toBe(1);
	});

	const found: Record<
		string,
		{ readonly reconcile: Reconcile; readonly state: 'executed' | 'failed'; readonly outcome: object }
	> = {
		done: {
			reconcile: async () => ({ status: 'done', result: { refund: 7 } }),
			state: 'executed',
			outcome: { state: 'executed', result: { refund: 7 } },
		},
		'not done': {
			reconcile: async () => ({ status: 'not_done' }),
			state: 'failed',
			outcome: { state: 'failed', reason: 'it did not happen' },
		},
	};
	test.each(Object.keys(found))('a handler that can look it up finds out: %s', async (what) => {
		const { reconcile, state, outcome } = found[what] as (typeof found)[string];
		const shop = await open({ run: cut, reconcile });
		const id = await shop.propose(refund('20.00'));
		expect(await shop.until(id, state)).toMatchObject({ outcome });
		expect(shop.mailbox.messages()).toEqual([]);
	});

	const useless: Record<string, Reconcile> = {
		'finds nothing': async () => ({ status: 'unknown' }),
		throws: () => Promise.reject(new Error('the line was cut')),
		'answers nonsense': async () => 'yes' as never,
		'answers nothing': async () => undefined as never,
	};
	test.each(Object.keys(useless))('a look-up that %s brings a person', async (how) => {
		const shop = await open({ run: cut, reconcile: useless[how] as Reconcile });
		const id = await shop.propose(refund('20.00'));
		await shop.mailbox.waitFor(({ recipients }) => recipients.includes('dee@shop.example'));
		expect((await shop.events(id)).slice(-2)).toEqual(['outcome_lost', 'reconcile_failed']);
	});

	test.each([
		{ answer: 'confirm_done', state: 'executed', event: 'reconciled_done' },
		{ answer: 'confirm_not_done', state: 'failed', event: 'reconciled_not_done' },
	] as const)('a person looks it up and says `$answer`', async ({ answer, state, event }) => {
		const shop = await open({ run: cut });
		const id = await shop.propose(refund('20.00'));
		await expect.poll(() => shop.events(id)).toContain('reconcile_failed');
		expect(await shop.answer(id, 'dee', answer)).toMatchObject({ ok: true, event });
		expect((await shop.get(id)).state).toBe(state);
		expect(await shop.answer(id, 'dee', answer)).toMatchObject({ ok: false, problem: { code: 'already_decided' } });
	});

	test('nobody finds out: it is written off, which is neither done nor failed', async () => {
		const shop = await open({ run: counting(cut) });
		const id = await shop.propose(refund('20.00'));
		await expect.poll(() => shop.events(id)).toContain('reconcile_failed');
		await shop.advance(23 * hour);
		expect((await shop.get(id)).state).toBe('outcome_unknown');
		await shop.advance(2 * hour);
		expect(await shop.until(id, 'unaccounted')).toMatchObject({ outcome: { state: 'unaccounted' } });
		expect(calls.count).toBe(1);
	});

	test('a worker that was paused reports late: what it says is what was looked for', async () => {
		const { promise: goOn, resolve: go } = Promise.withResolvers<void>();
		const { promise: running, resolve: runs } = Promise.withResolvers<void>();
		const slow: Run = async () => {
			runs();
			await goOn;
			return { status: 'done', result: { refund: 8 } };
		};
		const shop = await open({ run: counting(slow) });
		const id = await shop.propose(refund('20.00'));
		await running;
		await shop.advance(minute);
		await shop.until(id, 'outcome_unknown');
		go();
		expect(await shop.until(id, 'executed')).toMatchObject({ outcome: { result: { refund: 8 } } });
		expect(calls.count).toBe(1);
	});
});

describe('started once', () => {
	test('a worker that dies between start and finish leaves an unknown outcome, not a second run', async () => {
		const { promise: running, resolve: runs } = Promise.withResolvers<void>();
		const dying: Run = () => {
			runs();
			return new Promise(() => undefined);
		};
		const first = await open({ run: counting(dying) });
		const id = await first.propose(refund('20.00'));
		await running;
		// Its process is gone: it does not show itself any more, and nobody works its jobs.
		await first.app.back.store.workers.leave((await first.get(id)).attempt?.worker as string);
		const second = await openShop(redis);
		await second.advance(10_000);
		await second.until(id, 'outcome_unknown');
		await second.advance(hour);
		expect(calls.count).toBe(1);
		expect(second.runs).toEqual([]);
	});

	test('a stop waits for what runs, and hands back nothing half done', async () => {
		const { promise: goOn, resolve: go } = Promise.withResolvers<void>();
		const { promise: running, resolve: runs } = Promise.withResolvers<void>();
		const slow: Run = async () => {
			runs();
			await goOn;
			return { status: 'done' };
		};
		const shop = await open({ run: counting(slow) });
		const id = await shop.propose(refund('20.00'));
		await running;
		const closed = shop.app.close(10_000);
		go();
		await closed;
		const store = (await openShop(redis)).app.back.store;
		expect((await store.actions.get(id))?.state).toBe('executed');
	});

	test('a stop that has waited long enough records what it abandons as unknown', async () => {
		const { promise: running, resolve: runs } = Promise.withResolvers<void>();
		const hanging: Run = () => {
			runs();
			return new Promise(() => undefined);
		};
		const shop = await open({ run: counting(hanging) });
		const id = await shop.propose(refund('20.00'));
		await running;
		await shop.app.close(600);
		const next = await openShop(redis);
		const { state, outcome } = await next.get(id);
		expect({ state, outcome }).toEqual({ state: 'outcome_unknown', outcome: null });
		expect(await next.events(id)).toContain('outcome_lost');
		await next.advance(hour);
		expect(calls.count).toBe(1);
		expect(next.runs).toEqual([]);
	});

	test('two processes share the work, and each action runs in one of them', async () => {
		const shops = [await openShop(redis, { channels: false }), await openShop(redis, { channels: false })] as const;
		const ids = await Promise.all(Array.from({ length: 40 }, (_, i) => shops[i % 2 === 0 ? 0 : 1].propose(refund('20.00'))));
		for (const id of ids) await shops[0].until(id, 'executed');
		const ran = shops.flatMap(({ runs }) => runs.map(({ id }) => id));
		expect(ran.sort()).toEqual([...ids].sort());
		for (const { runs } of shops) expect(runs.length).toBeGreaterThan(0);
	});
});

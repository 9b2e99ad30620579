/** The `claim` executor: the agent runs what was approved itself, under the same fence as a worker. */
import { expect, test } from 'vitest';
import type { ExecutionResult } from '../../src/domain/outcome.ts';
import { claim, complete } from '../../src/execution/claim.ts';
import { hour, minute, openShop, proposing, type Shop } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';

const redis = testRedis();

interface Claimed {
	readonly shop: Shop;
	readonly id: string;
	readonly me: { readonly tenant: string; readonly agent: string };
	/** Claims, and gives back the token. */
	claimed(): Promise<string>;
	report(token: string, result: ExecutionResult): ReturnType<typeof complete>;
}

/** A parcel that a person has let go, and whose agent must now ship it. */
async function approved(): Promise<Claimed> {
	const shop = await openShop(redis, { channels: false });
	const proposed = proposing({ operation: 'ship_parcel', amount: { value: '600.00', currency: 'USD' } });
	const id = await shop.propose(proposed);
	await shop.until(id, 'in_review');
	await shop.answer(id, 'ana', 'approve');
	const me = { tenant: 'default', agent: proposed.agent };
	const { front } = shop.app;
	return {
		shop,
		id,
		me,
		async claimed() {
			const result = await claim(front, id, me);
			if (!result.ok) throw new Error(result.problem.message);
			return result.token;
		},
		report: (token, result) => complete(front, { ...me, id, token, result }),
	};
}

test('of ten claims one is given leave; its report ends the action', async () => {
	const { shop, id, me, report } = await approved();
	const claims = await Promise.all(Array.from({ length: 10 }, () => claim(shop.app.front, id, me)));
	const given = claims.flatMap((each) => (each.ok ? [each.token] : []));
	expect(given).toHaveLength(1);
	for (const each of claims) if (!each.ok) expect(each.problem.code).toBe('not_claimable');
	expect((await shop.get(id)).state).toBe('executing');
	expect(await report(given[0] as string, { status: 'done', result: { parcel: 7 } })).toMatchObject({
		ok: true,
		action: { state: 'executed', outcome: { result: { parcel: 7 } } },
	});
	// No worker ran it.
	expect(shop.runs).toEqual([]);
	expect(await report(given[0] as string, { status: 'failed', reason: 'no' })).toMatchObject({
		ok: false,
		problem: { code: 'wrong_state' },
	});
});

test('nobody else may claim it or report on it, not even with the token, nor with another', async () => {
	const { shop, id, me, claimed, report } = await approved();
	for (const stranger of [
		{ ...me, agent: 'another' },
		{ ...me, tenant: 'other' },
	]) {
		expect(await claim(shop.app.front, id, stranger)).toMatchObject({ ok: false, problem: { code: 'not_found' } });
	}
	const token = await claimed();
	expect(await complete(shop.app.front, { ...me, agent: 'another', id, token, result: { status: 'done' } })).toMatchObject({
		ok: false,
		problem: { code: 'not_found' },
	});
	expect(await report('exe_0000000000000000000000000', { status: 'done' })).toMatchObject({
		ok: false,
		problem: { code: 'wrong_state' },
	});
	expect((await shop.get(id)).state).toBe('executing');
});

test('what is not approved cannot be claimed', async () => {
	const shop = await openShop(redis, { channels: false });
	const proposed = proposing({ operation: 'ship_parcel', amount: { value: '600.00', currency: 'USD' } });
	const id = await shop.propose(proposed);
	await shop.until(id, 'in_review');
	const me = { tenant: 'default', agent: proposed.agent };
	expect(await claim(shop.app.front, id, me)).toMatchObject({ ok: false, problem: { code: 'not_claimable' } });
	await shop.answer(id, 'ana', 'reject');
	expect(await claim(shop.app.front, id, me)).toMatchObject({ ok: false, problem: { code: 'not_claimable' } });
});

test('a payload that was altered after the decision is not given leave', async () => {
	const { shop, id, me } = await approved();
	const client = redis.connect();
	const key = shop.app.back.store.keys.action(id);
	const body = JSON.parse((await client.hget(key, 'body')) as string);
	body.proposal.amount.minor = 1;
	await client.hset(key, 'body', JSON.stringify(body));
	expect(await claim(shop.app.front, id, me)).toMatchObject({ ok: false, problem: { code: 'payload_mismatch' } });
	expect((await shop.get(id)).state).toBe('approved');
});

test('an agent that never reports leaves an unknown outcome at its timeout, not before; its late report is believed', async () => {
	const { shop, id, claimed, report } = await approved();
	const token = await claimed();
	await shop.advance(20_000);
	expect((await shop.get(id)).state).toBe('executing');
	await shop.advance(20_000);
	await shop.until(id, 'outcome_unknown');
	expect(await report(token, { status: 'done' })).toMatchObject({ ok: true, action: { state: 'executed' } });
});

test('deferred, it can be claimed again for what is left of the approval, and no longer', async () => {
	const { shop, id, me, claimed, report } = await approved();
	const { deadlineAt } = await shop.get(id);
	const first = await claimed();
	expect(await report(first, { status: 'deferred', afterMs: minute, reason: 'the van is full' })).toMatchObject({
		ok: true,
		action: { state: 'approved', deadlineAt },
	});
	const second = await claimed();
	expect(second).not.toBe(first);
	expect(await report(first, { status: 'done' })).toMatchObject({ ok: false });
	await report(second, { status: 'deferred', afterMs: minute, reason: 'the van is full' });
	await shop.advance(hour);
	await shop.until(id, 'expired');
	expect(await claim(shop.app.front, id, me)).toMatchObject({ ok: false, problem: { code: 'not_claimable' } });
});

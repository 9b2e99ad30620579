import { expect, test } from 'vitest';
import { proposing } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';
import { openDesk, plan, verdict } from './desk.ts';

const redis = testRedis();
const frozen = Object.freeze(plan());

test('what policy fixes for many verdicts lies in the store once, and every verdict reads back whole', async () => {
	const desk = openDesk(redis);
	const made = [];
	for (let i = 0; i < 3; i++) made.push(await desk.created(proposing({ operation: 'refund' }), { plan: frozen }));
	for (const { id } of made) expect((await desk.store.actions.get(id))?.verdict).toEqual(verdict('approval', { plan: frozen }));
	const client = redis.connect();
	expect(await client.keys(desk.store.keys.terms('*').replace(/[{}]/g, '?'))).toHaveLength(1);
	const record = await client.hget(desk.store.keys.action(made[0]?.id ?? ''), 'verdict');
	expect(JSON.parse(record ?? '')).not.toHaveProperty('plan');
});

test('a plan of one action alone stays in its record', async () => {
	const desk = openDesk(redis);
	const own = plan({ deadlineMs: 61_000 });
	const { id } = await desk.created(proposing({ operation: 'refund' }), { plan: own });
	expect((await desk.store.actions.get(id))?.plan).toEqual(own);
	expect(await redis.connect().keys(desk.store.keys.terms('*').replace(/[{}]/g, '?'))).toEqual([]);
});

test('terms that Redis has lost come back with the next record that names them', async () => {
	const desk = openDesk(redis);
	await desk.created(proposing({ operation: 'refund' }), { plan: frozen });
	const client = redis.connect();
	const lost = await client.keys(desk.store.keys.terms('*').replace(/[{}]/g, '?'));
	await client.del(...lost);
	const { id } = await desk.created(proposing({ operation: 'refund' }), { plan: frozen });
	// A process that never read them.
	expect((await openDesk(redis).store.actions.get(id))?.plan).toEqual(frozen);
});

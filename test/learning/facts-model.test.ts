import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FactsQuery } from '../../src/domain/facts.ts';
import { factsModel } from '../../src/learning/facts-model.ts';
import { storeOn } from '../../src/store/store.ts';
import type { FactWrite } from '../../src/store/transition.ts';
import { testRedis } from '../support/redis.ts';

const redis = testRedis();

const minute = 60_000;
// A limit has one length, as in a policy.
const lengths = { minute, hour: 60 * minute, day: 24 * 60 * minute, odd: 7919 } as const;
const windows = fc
	.uniqueArray(
		fc.record({
			limit: fc.constantFrom(...(Object.keys(lengths) as (keyof typeof lengths)[])),
			key: fc.constantFrom('user=u', 'agent=a|operation=refund', 'päyee=:%'),
			amount: fc.integer({ min: -1_000_000, max: 1_000_000_000 }),
		}),
		{ selector: ({ limit }) => limit, maxLength: 4 },
	)
	.map((each) => each.map((window) => ({ ...window, windowMs: lengths[window.limit] })));
const query = fc.record({
	agent: fc.constantFrom('a', 'b:c', 'b%3Ac'),
	user: fc.constantFrom(null, 'u', 'v', ''),
	confidence: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.5, 0.6, 1)),
	repeatKey: fc.constantFrom(null, 'same', 'other'),
	repeatWindowMs: fc.constant(300 * 24 * 60 * minute),
	refusalKey: fc.constantFrom(null, 'c-1', 'c-2'),
	windows,
});
const command = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.record({
			kind: fc.constant('fetch' as const),
			action: fc.nat(5),
			revision: fc.integer({ min: 1, max: 2 }),
			query,
		}),
	},
	{
		weight: 2,
		arbitrary: fc.record({ kind: fc.constant('approval' as const), action: fc.nat(5), user: fc.constantFrom('u', 'v', '') }),
	},
	{
		weight: 1,
		arbitrary: fc.record({ kind: fc.constant('reviewed' as const), agent: fc.constantFrom('a', 'b:c'), rejected: fc.boolean() }),
	},
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant('refused' as const), key: fc.constantFrom('c-1', 'c-2') }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant('released' as const), query }) },
	{
		weight: 2,
		arbitrary: fc.record({
			kind: fc.constant('wait' as const),
			ms: fc.constantFrom(1, 7919, minute, 20 * minute, 61 * minute, 9 * 60 * minute),
		}),
	},
);

test('the memory answers as the store does, whatever happened', async () => {
	const connection = redis.connect();
	const store = storeOn(connection, { prefix: redis.prefix, keepMs: minute, devClock: true });
	const write = async (writes: readonly FactWrite[], now: number): Promise<void> => {
		for (const [name, key, ...args] of writes)
			await connection.call(name, key, ...args.map((arg) => String(arg === '@now' ? now : arg)));
	};
	let run = 0;
	await fc.assert(
		fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40 }), async (commands) => {
			run += 1;
			const tenant = `t-${run}`;
			const model = factsModel();
			const idOf = (action: number): string => `act_${run}x${action}`;
			let now = await store.now();
			// Keys expire by Redis's own clock, which no test moves: after a wait an action comes back as another revision.
			let waits = 0;
			for (const each of commands) {
				if (each.kind === 'fetch') {
					const asked: FactsQuery = { tenant, ...each.query };
					const revision = each.revision + 2 * waits;
					const { reservedAt: _, rollout: _none, ...facts } = await store.facts.fetch(idOf(each.action), revision, asked);
					now = facts.now;
					expect(model.fetch({ id: idOf(each.action), revision }, asked, now)).toEqual(facts);
				} else if (each.kind === 'approval') {
					await write(store.facts.approvalNeeded(tenant, each.user, idOf(each.action)), now);
					model.approvalNeeded({ tenant, user: each.user, id: idOf(each.action) }, now);
				} else if (each.kind === 'reviewed') {
					await write(store.facts.reviewed(tenant, each.agent, each.rejected), now);
					model.reviewed({ tenant, agent: each.agent }, each.rejected);
				} else if (each.kind === 'refused') {
					await write(store.facts.refused(tenant, each.key), now);
					model.refused(tenant, each.key);
				} else if (each.kind === 'released') {
					await write(store.facts.released({ tenant, ...each.query }, now), now);
					model.released({ tenant, ...each.query }, now);
				} else {
					waits += 1;
					await store.advance(each.ms);
					now = await store.now();
				}
			}
		}),
		{ numRuns: 120 },
	);
});

test('more than it keeps: a hundred confidences and approvals, ten reviews', async () => {
	const connection = redis.connect();
	const store = storeOn(connection, { prefix: redis.prefix, keepMs: minute, devClock: true });
	const model = factsModel();
	const asked: FactsQuery = {
		tenant: 't',
		agent: 'a',
		user: 'u',
		confidence: 0.5,
		repeatKey: null,
		repeatWindowMs: 1,
		refusalKey: null,
		windows: [],
	};
	for (let i = 0; i < 130; i++) {
		const id = `act_${i}`;
		const { reservedAt: _, rollout: _none, ...facts } = await store.facts.fetch(id, 1, { ...asked, confidence: i / 200 });
		expect(model.fetch({ id, revision: 1 }, { ...asked, confidence: i / 200 }, facts.now)).toEqual(facts);
		for (const [name, key, ...args] of [
			...store.facts.approvalNeeded('t', 'u', id),
			...store.facts.reviewed('t', 'a', i % 50 !== 0),
		]) {
			await connection.call(name, key, ...args.map((arg) => String(arg === '@now' ? facts.now : arg)));
		}
		model.approvalNeeded({ tenant: 't', user: 'u', id }, facts.now);
		model.reviewed({ tenant: 't', agent: 'a' }, i % 50 !== 0);
	}
});

test('what no query can reach any more is forgotten', () => {
	const model = factsModel();
	const asked = (i: number): FactsQuery => ({
		tenant: 't',
		agent: 'a',
		user: `u-${i}`,
		confidence: 0.5,
		repeatKey: `r-${i}`,
		repeatWindowMs: minute,
		refusalKey: null,
		windows: [{ limit: 'l', key: `u-${i}`, windowMs: minute, amount: 1 }],
	});
	const day = 24 * 60 * minute;
	const before = process.memoryUsage().heapUsed;
	for (let i = 0; i < 60_000; i++) model.fetch({ id: `act_${i}`, revision: 1 }, asked(i), Math.floor(i / 100) * day);
	expect(process.memoryUsage().heapUsed - before).toBeLessThan(60e6);
});

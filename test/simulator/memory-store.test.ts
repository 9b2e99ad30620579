/** What the simulator takes for the store answers as Redis does: whole simulated companies write to both, change by change. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openDesk } from '../store/desk.ts';
import { testRedis } from '../support/redis.ts';
import { memoryStore } from './memory-store.ts';
import { simulate } from './simulate.ts';

const redis = testRedis();
const seeds = 6;

test(`${seeds} companies: Redis and memory never disagree`, { timeout: 120_000 }, async () => {
	const desk = openDesk(redis);
	const client = redis.connect({ enableAutoPipelining: true });
	let changes = 0;
	const given = fc.record({
		seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
		actions: fc.constant(8),
		answers: fc.constant(40),
		lost: fc.constant(10),
		twice: fc.constant(20),
		late: fc.constant(20),
		deadly: fc.constant(50),
	});
	await fc.assert(
		fc.asyncProperty(given, async (setting) => {
			const mirror = memoryStore();
			const ids = new Set<string>();
			await simulate(setting, {
				beside: async (change, now) => {
					changes++;
					// Each company has ids of its own in Redis, since all have the same agents and keys.
					const id = `act_${String(setting.seed).padStart(10, '0')}${change.id.slice(14)}`;
					ids.add(id);
					await client.set(desk.store.keys.clockOffset, String(now - Date.now()));
					const stored = await desk.store.transition({ ...change, id, facts: [] });
					// By the instant at which Redis has made it, so that deadlines fall alike.
					const { outbox: _ours, ...made } = { outbox: null, ...mirror.transition({ ...change, id }, stored.at) };
					const { outbox: _theirs, ...expected } = { outbox: null, ...stored };
					expect(made).toEqual(expected);
				},
			});
			for (const id of ids) expect(await desk.store.actions.get(id)).toEqual(mirror.get(id));
		}),
		{ numRuns: seeds, seed: 20261122 },
	);
	expect(changes).toBeGreaterThan(100);
});

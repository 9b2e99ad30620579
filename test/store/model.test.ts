/** Random histories, with late, repeated and stale deliveries, crashes of writers and moves of the clock, against Redis and the model. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { states } from '../../src/domain/lifecycle.ts';
import type { Route } from '../../src/domain/verdict.ts';
import { testRedis } from '../support/redis.ts';
import { type Act, everything, history, likely } from './acts.ts';
import { openDesk } from './desk.ts';
import { create, perform, sweepOutbox } from './perform.ts';
import { audit, compare, Subject, World } from './world.ts';

const redis = testRedis();

const lanes = 4;
const runsEach = 80;

/** One lane: histories one after another, under a clock of their own. Gives back the states that were reached. */
async function lane(number: number): Promise<Set<string>> {
	const prefix = redis.prefix.replace('}', `-${number}}`);
	const desk = openDesk({ ...redis, prefix });
	const client = redis.connect({ enableAutoPipelining: true });
	const reached = new Set<string>();
	const property = fc.asyncProperty(history, async ({ quorum, fallback, callback, first, steps }) => {
		const world = new World(desk, client, { quorum, fallback });
		const subjects = [new Subject(callback), new Subject(!callback)] as const;
		for (const subject of subjects) await create(world, subject, first as Route);
		for (const subject of subjects) await compare(world, subject);
		for (const each of steps) {
			const subject = subjects[each.target as 0 | 1];
			const among = each.likely ? likely(subject.model) : everything;
			const chosen = among[each.pick % among.length] as Act;
			// A repeated delivery acts on the same look as the first.
			const at = subject.lookBack(each.stale);
			for (let times = each.twice ? 2 : 1; times > 0; times--) {
				world.crashing = each.crash;
				await perform(world, subject, { act: chosen, at });
				world.crashing = false;
				await compare(world, subject);
			}
		}
		for (const subject of subjects) {
			await audit(world, subject);
			for (const { action } of subject.seen) reached.add(action.state);
		}
		await sweepOutbox(world);
	});
	await fc.assert(property, { numRuns: runsEach, seed: 20261122 + number });
	return reached;
}

test(`${lanes * runsEach} random histories: Redis and the model never disagree`, { timeout: 120_000 }, async () => {
	const reached = await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
	// Histories that never get anywhere would prove nothing.
	expect([...new Set(reached.flatMap((each) => [...each]))].sort()).toEqual([...states].sort());
});

/**
 * Worker processes are killed thirty times, at named places and anywhere, while actions of every kind go through them and people
 * race for answers. `npm run faults` is the same with Redis killed as well, and with as many as one likes. `FAULT_SEED` repeats a
 * run's choices; their timing stays the machine's.
 */
import { expect, test } from 'vitest';
import { openAudit } from '../../src/audit/audit.ts';
import { tableLines, tableOf } from '../../src/audit/table.ts';
import { testRedis } from '../support/redis.ts';
import { campaign } from './campaign.ts';

const redis = testRedis();
const kills = 30;

test('thirty kills under load: nothing lost, nothing run twice, every unknown outcome accounted for', {
	timeout: 240_000,
}, async () => {
	const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
	const audit = openAudit({ now: Date.now(), graceMs: 60_000, ended: true });
	const run = await campaign(
		{
			seed,
			actions: 500,
			races: 100,
			faults: { kill: kills, deleteJob: 2, forgeJob: 4, dropReply: 4 },
			workers: 2,
			quick: true,
			drainMs: 90_000,
			redis: { url: redis.url, prefix: redis.prefix },
		},
		audit,
	);
	const report = audit.report();
	console.log(`seed ${seed}, ${redis.kind} redis\n${tableLines(tableOf(report)).join('\n')}`);
	expect(report.findings).toEqual([]);
	expect(run.left).toBe(0);
	expect(run.kills.length).toBe(kills);
	// Zeros mean something only where there was something to get wrong.
	const { counts } = report;
	expect(counts.acknowledged).toBe(500);
	for (const number of [counts.executions, counts.effects, counts.fallbacks, counts.deadlines, counts.messages])
		expect(number, JSON.stringify(counts)).toBeGreaterThan(0);
	expect(counts.races, JSON.stringify(counts)).toBeGreaterThan(50);
	expect(counts.unknown, JSON.stringify(counts)).toBeGreaterThan(0);
});

/** SIGTERM at every named point of the way (F44): what is in hand is finished, and nobody has to find out anything. */
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openAudit } from '../../src/audit/audit.ts';
import { testRedis } from '../support/redis.ts';
import { campaign } from './campaign.ts';
import { stopPoints } from './edits.ts';

const redis = testRedis();

test('told to stop at each point in turn, a process ends within its time, and what it had in hand is done', {
	timeout: 240_000,
}, async () => {
	const history = join(tmpdir(), `countersign-stops-${process.pid}-${Date.now()}.jsonl`);
	onTestFinished(() => rm(history, { force: true }));
	const audit = openAudit({ now: Date.now(), graceMs: 60_000, ended: true });
	const run = await campaign(
		{
			seed: 44,
			actions: 600,
			races: 0,
			faults: { terminate: stopPoints.length },
			thin: true,
			workers: 2,
			quick: true,
			drainMs: 60_000,
			plots: [
				'runs',
				'runs',
				'told',
				'approve',
				'letter',
				'letter',
				'expire',
				'expire',
				'late',
				'edit',
				'hangs',
				'hangs',
				'defers',
				'case',
			],
			redis: { url: redis.url, prefix: redis.prefix },
			history,
		},
		audit,
	);
	const report = audit.report();
	expect(report.findings).toEqual([]);
	expect(run.left).toBe(0);
	expect(run.redriven).toBe(0);
	expect(run.stopped.map(({ point }) => point)).toEqual(stopPoints);
	for (const { code, ms } of run.stopped) {
		expect(code).toBe(0);
		expect(ms).toBeLessThan(20_000);
	}
	// Whatever became unknown hung in its handler; nothing did because of a stop.
	const lines = (await readFile(history, 'utf8')).trim().split('\n');
	const entries = lines.flatMap((line) => (JSON.parse(line) as { history?: string[] }).history ?? []);
	const lost = entries.map((entry) => JSON.parse(entry) as { event: string; detail?: unknown });
	const reasons = lost.filter(({ event }) => event === 'outcome_lost').map(({ detail }) => detail);
	expect(reasons.length).toBeGreaterThan(0);
	expect(new Set(reasons)).toEqual(new Set(['no answer within 1000 ms']));
});

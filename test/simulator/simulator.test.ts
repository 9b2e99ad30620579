/**
 * Simulated companies, for hundreds of days in seconds: the product's own code under a clock that jumps, with processes that die between
 * any two steps and jobs that are lost, late or repeated. `SIMULATOR_SEEDS` asks for more of them; a failure names its seed and shrinks.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openAudit, type Report } from '../../src/audit/audit.ts';
import { states } from '../../src/domain/lifecycle.ts';
import { memoryStore } from './memory-store.ts';
import { type Setting, type Simulated, simulate } from './simulate.ts';

const seeds = Number(process.env.SIMULATOR_SEEDS ?? 100);
const setting = fc.record({
	seed: fc.noShrink(fc.integer({ min: 0, max: 2 ** 31 - 1 })),
	actions: fc.integer({ min: 1, max: 24 }),
	answers: fc.integer({ min: 0, max: 40 }),
	lost: fc.integer({ min: 0, max: 40 }),
	twice: fc.integer({ min: 0, max: 40 }),
	late: fc.integer({ min: 0, max: 40 }),
	deadly: fc.integer({ min: 0, max: 300 }),
});

function checked({ actions, calls, deeds, now }: Simulated): Report {
	const audit = openAudit({ now, graceMs: 60_000, ended: true });
	const callsOf = Map.groupBy(calls, ({ id }) => id);
	const deedsOf = Map.groupBy(deeds, ({ id }) => id);
	for (const action of actions) audit.add(action, { calls: callsOf.get(action.id) ?? [], deeds: deedsOf.get(action.id) ?? [] });
	return audit.report();
}

test(`${seeds} simulated companies: every action ends, none runs undecided or twice, everybody is told the same winner`, {
	timeout: 600_000,
}, async () => {
	const reached = new Set<string>();
	const sums = { days: 0, events: 0, deaths: 0, actions: 0, unknown: 0, contenders: 0 };
	const from = performance.now();
	await fc.assert(
		fc.asyncProperty(setting, async (given) => {
			const simulated = await simulate(given);
			const report = checked(simulated);
			expect(simulated.actions.length).toBe(given.actions);
			expect(report.findings).toEqual([]);
			for (const { history } of simulated.actions)
				for (const entry of history) reached.add((JSON.parse(entry) as { to: string }).to);
			sums.days += simulated.days;
			sums.events += simulated.events;
			sums.deaths += simulated.deaths;
			sums.actions += report.counts.actions;
			sums.unknown += report.counts.unknown;
			sums.contenders += report.counts.contenders;
		}),
		{ numRuns: seeds, seed: Number(process.env.SIMULATOR_SEED ?? 20261122) },
	);
	const minutes = (performance.now() - from) / 60_000;
	console.log(
		`${seeds} seeds, ${sums.days.toFixed(0)} days (${(sums.days / minutes).toFixed(0)} a minute), ${JSON.stringify(sums)}`,
	);
	// Companies in which nothing goes wrong would prove nothing.
	for (const [name, sum] of Object.entries(sums)) expect(sum, name).toBeGreaterThan(0);
	expect([...reached].sort()).toEqual([...states].sort());
});

test('a seed repeats', async () => {
	const given: Setting = { seed: 7, actions: 10, answers: 20, lost: 10, twice: 10, late: 10, deadly: 100 };
	const told = ({ actions, events, deaths }: Simulated) => ({
		events,
		deaths,
		histories: actions.map(({ history }) => history.map((entry) => (JSON.parse(entry) as { event: string; at: number }).event)),
	});
	expect(told(await simulate(given))).toEqual(told(await simulate(given)));
});

test('a write that trusts what was read before is caught', async () => {
	const caught = await Promise.all(
		Array.from({ length: 10 }, async (_, seed) => {
			const given: Setting = { seed, actions: 20, answers: 40, lost: 0, twice: 30, late: 10, deadly: 50 };
			return !checked(await simulate(given, { memory: memoryStore(false) })).ok;
		}),
	);
	expect(caught).toContain(true);
});

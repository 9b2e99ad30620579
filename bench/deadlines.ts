/** A storm: thousands of deadlines pass within one second, and every fallback has to run, none too early, none much too late. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Bed } from './rig/bed.ts';
import { type Benchmark, inRounds } from './rig/benchmark.ts';
import { monotonicMs } from './rig/clock.ts';
import { closedLoop } from './rig/driving.ts';
import { percentile } from './rig/statistics.ts';

const inFlight = 64;
/** A fallback that has not run this long after the last deadline counts as lost, in ms. */
const patienceMs = 60_000;

export const deadlines: Benchmark = {
	name: 'deadlines',
	run: (size) =>
		inRounds(
			{
				lost: { name: 'deadlines within one second, lost', unit: 'actions', goal: { of: 'value', atMost: 0 } },
				early: { name: 'deadlines within one second, early', unit: 'actions', goal: { of: 'value', atMost: 0 } },
				p50: { name: 'deadline recorded, lateness p50', unit: 'ms' },
				p99: { name: 'deadline recorded, lateness p99', unit: 'ms', goal: { of: 'value', atMost: 500 } },
				fallbackP50: { name: 'its fallback run and recorded, p50', unit: 'ms' },
				fallbackP99: { name: 'its fallback run and recorded, p99', unit: 'ms', goal: { of: 'value', atMost: 500 } },
			},
			(bed) => storm(bed, size.short ? 2_000 : 10_000),
			{ ...size, rounds: 3 },
		),
};

type Storm = Record<'lost' | 'early' | 'p50' | 'p99' | 'fallbackP50' | 'fallbackP99', number>;

/** Parks `count` actions whose deadlines are spread over one second, and waits for every fallback. */
async function storm(bed: Bed, count: number): Promise<Storm> {
	const warm = await closedLoop(1_000, inFlight, (i) => bed.side.park(i));
	// The first deadline must be ahead of the last park, with room for a machine that gets busier meanwhile.
	const parkingMs = (2 * count * 1000) / warm.perSecond + 2_000;
	const first = Date.now() + Math.ceil(parkingMs);
	const toMonotonic = monotonicMs() - Date.now();
	const passed: number[] = [];
	const ran: number[] = [];
	let inTime = 0;
	const waiting: Promise<unknown>[] = [];
	await closedLoop(count, inFlight, async (i) => {
		const deadlineAt = first + Math.floor((i * 1000) / count);
		const id = await bed.side.park(1_000 + i, deadlineAt);
		if (Date.now() < deadlineAt) inTime += 1;
		const lateness = (at: number): number => at - (deadlineAt + toMonotonic);
		waiting.push(bed.side.passed(id).then((at) => passed.push(lateness(at))));
		waiting.push(bed.side.expired(id).then((at) => ran.push(lateness(at))));
	});
	if (inTime < count) {
		throw new Error(`only ${inTime} of ${count} actions were parked before their deadlines: the machine is too busy to measure`);
	}
	await Promise.race([Promise.all(waiting), wait(first + 1000 - Date.now() + patienceMs)]);
	return {
		lost: count - ran.length,
		// The two clocks were read one after the other: a millisecond is theirs.
		early: passed.filter((late) => late < -1).length,
		p50: percentile(passed, 0.5),
		p99: percentile(passed, 0.99),
		fallbackP50: percentile(ran, 0.5),
		fallbackP99: percentile(ran, 0.99),
	};
}

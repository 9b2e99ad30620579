/** Waiting for a person: how many can be parked a second and what each costs in memory; how soon a yes is an execution. */
import { type Benchmark, inRounds } from './rig/benchmark.ts';
import { withCpu } from './rig/cpu.ts';
import { closedLoop, openLoop } from './rig/driving.ts';
import { percentile } from './rig/statistics.ts';

const inFlight = 64;

export const parkAndResume: Benchmark = {
	name: 'park-and-resume',
	run: (size) =>
		inRounds(
			{
				park: { name: 'park: submitted to waiting for a person', unit: 'actions/s', goal: { of: 'ratio', atLeast: 0.5 } },
				parkCpu: { name: 'park, CPU of store and worker', unit: 'ms/action' },
				memory: { name: 'memory of the store per parked approval', unit: 'bytes', goal: { of: 'value', atMost: 4_500 } },
				resume: { name: 'resume: approved to executed', unit: 'actions/s', goal: { of: 'ratio', atLeast: 0.5 } },
				resumeCpu: { name: 'resume, CPU of store and worker', unit: 'ms/action' },
				p50: { name: 'decision to executed at 100/s, p50', unit: 'ms' },
				p99: { name: 'decision to executed at 100/s, p99', unit: 'ms', goal: { of: 'value', atMost: 5 } },
			},
			async (bed) => {
				const parking = size.short ? 5_000 : 20_000;
				const resuming = size.short ? 3_000 : 10_000;
				const timed = size.short ? 300 : 600;
				let n = 0;
				const warm: string[] = [];
				await closedLoop(2_000, inFlight, async () => warm.push(await bed.side.park(n++)));
				const show = (all: readonly string[]) => closedLoop(all.length, inFlight, (i) => bed.side.show(all[i] as string));
				await show(warm);
				await closedLoop(warm.length, inFlight, (i) => bed.side.approve(warm[i] as string));

				const ids: string[] = [];
				const before = await bed.server.usedMemory();
				const park = await withCpu(bed, parking, () =>
					closedLoop(parking, inFlight, async () => ids.push(await bed.side.park(n++))),
				);
				const memory = ((await bed.server.usedMemory()) - before) / parking;
				await show(ids);
				const approve = (i: number): Promise<number> => bed.side.approve(ids[i] as string);
				const latencies = await openLoop(timed, 100, approve);
				const resume = await withCpu(bed, resuming, () => closedLoop(resuming, inFlight, (i) => approve(timed + i)));
				return {
					park: park.perSecond,
					parkCpu: park.cpu,
					memory,
					resume: resume.perSecond,
					resumeCpu: resume.cpu,
					p50: percentile(latencies, 0.5),
					p99: percentile(latencies, 0.99),
				};
			},
			{ ...size, rounds: size.short ? 3 : 5 },
		),
};

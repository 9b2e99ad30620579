/** From submitted to executed, without a person: how many a second, and how long one takes. */
import { type Benchmark, inRounds } from './rig/benchmark.ts';
import { withCpu } from './rig/cpu.ts';
import { closedLoop, openLoop } from './rig/driving.ts';
import { percentile } from './rig/statistics.ts';

const inFlight = 64;

export const autoPath: Benchmark = {
	name: 'auto-path',
	run: (size) =>
		inRounds(
			{
				rate: { name: 'auto path, submit to executed', unit: 'actions/s', goal: { of: 'ratio', atLeast: 0.5 } },
				cpu: { name: 'auto path, CPU of store and worker', unit: 'ms/action' },
				p50: { name: 'auto path at 100/s, p50', unit: 'ms' },
				p99: { name: 'auto path at 100/s, p99', unit: 'ms', goal: { of: 'ratio', atMost: 2 } },
			},
			async (bed) => {
				const count = size.short ? 5_000 : 15_000;
				let n = 0;
				const one = (): Promise<number> => bed.side.run(n++);
				await closedLoop(3_000, inFlight, one);
				const { perSecond, cpu } = await withCpu(bed, count, () => closedLoop(count, inFlight, one));
				const latencies = await openLoop(size.short ? 300 : 600, 100, one);
				return { rate: perSecond, cpu, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
			},
			{ ...size, rounds: size.short ? 3 : 5 },
		),
};

/** CPU per action: the figure that stays put while other work comes and goes on the machine. */
import type { Bed } from './bed.ts';
import type { Rate } from './driving.ts';

/** The rate, and the CPU of the store and of the worker process together, in ms per action. */
export async function withCpu(bed: Bed, count: number, drive: () => Promise<Rate>): Promise<{ perSecond: number; cpu: number }> {
	const before = await bed.cpu();
	const { perSecond } = await drive();
	const after = await bed.cpu();
	return { perSecond, cpu: (after.store - before.store + (after.worker - before.worker)) / count };
}

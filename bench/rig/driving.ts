/** Two ways to put load on a side: as much as goes with so many in flight, and so many a second whatever comes back. */
import { setTimeout as wait } from 'node:timers/promises';
import { monotonicMs } from './clock.ts';

export interface Rate {
	/** Actions per second, from the first submission to the last record. */
	readonly perSecond: number;
	readonly ms: number;
}

/** Does `count` things, `inFlight` at a time. */
export async function closedLoop(count: number, inFlight: number, once: (i: number) => Promise<unknown>): Promise<Rate> {
	const start = monotonicMs();
	let next = 0;
	const lane = async (): Promise<void> => {
		while (next < count) {
			const i = next;
			next += 1;
			await once(i);
		}
	};
	await Promise.all(Array.from({ length: inFlight }, lane));
	const ms = monotonicMs() - start;
	return { perSecond: (count * 1000) / ms, ms };
}

/**
 * Starts `perSecond` things a second, evenly, `count` in all, whether or not the earlier ones have come back, so that a slow
 * answer delays nobody else's start. Each latency counts from the instant at which it should have started (ms).
 */
export async function openLoop(count: number, perSecond: number, once: (i: number) => Promise<number>): Promise<number[]> {
	const start = monotonicMs() + 5;
	const running: Promise<number>[] = [];
	for (let i = 0; i < count; i++) {
		const due = start + (i * 1000) / perSecond;
		const ahead = due - monotonicMs();
		if (ahead > 0) await wait(ahead);
		// A timer comes up to a millisecond late, which is nobody's latency; a driver that fell behind is.
		const now = monotonicMs();
		const begun = now - due > 2 ? due : now;
		running.push(once(i).then((at) => at - begun));
	}
	return await Promise.all(running);
}

import { onConnection } from './server-info.ts';

const rounds = 20;

/**
 * The quickest of some PINGs in ms, over a connection of its own. The quickest, because a server that is slow by itself is slow
 * every time, and one slow answer says only that the machine was busy.
 */
export async function pingLatency(url: string): Promise<number> {
	return await onConnection(url, 10_000, async (client) => {
		let quickest = Number.POSITIVE_INFINITY;
		for (let round = 0; round < rounds; round++) {
			const before = performance.now();
			await client.ping();
			quickest = Math.min(quickest, performance.now() - before);
		}
		return quickest;
	});
}

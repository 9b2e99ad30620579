/** The floor's driver: a job for a proposal; compare-and-set and a job for a decision. */
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { refund } from '../rig/actions.ts';
import type { OpenSide } from '../rig/side.ts';
import { compareAndSet, type FloorQueue, floorJobOptions, floorKey, floorPrefix } from './queues.ts';

const halfAnHour = 1_800_000;

export const openFloor: OpenSide = async (redisUrl, expect) => {
	const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
	connection.defineCommand('compareAndSet', { numberOfKeys: 1, lua: compareAndSet });
	const client = connection as Redis & { compareAndSet(key: string, state: string, by: string): Promise<number> };
	const queue = (name: FloorQueue): Queue => new Queue(name, { connection, prefix: floorPrefix });
	const [classify, execute] = [queue('classify'), queue('execute')];
	await Promise.all([classify.waitUntilReady(), execute.waitUntilReady()]);
	const propose = async (n: number, confidence: number, deadlineAt: number): Promise<string> => {
		// As long as an action's id of ours, so that keys weigh the same.
		const id = `act_${String(n).padStart(25, '0')}`;
		await classify.add('propose', { id, action: refund(n, confidence), deadlineAt }, floorJobOptions);
		return id;
	};
	return {
		async run(n) {
			return await expect('done', await propose(n, 0.995, 0));
		},
		async park(n, deadlineAt = Date.now() + halfAnHour) {
			const id = await propose(n, 0.96, deadlineAt);
			await expect('parked', id);
			return id;
		},
		async show() {},
		async approve(id) {
			if ((await client.compareAndSet(floorKey(id), 'approved', 'reviewer')) !== 1) throw new Error(`${id} was decided before`);
			await execute.add('execute', { id }, floorJobOptions);
			return await expect('done', id);
		},
		passed: (id) => expect('passed', id),
		expired: (id) => expect('done', id),
		async close() {
			await Promise.all([classify.close(), execute.close()]);
			connection.disconnect();
		},
	};
};

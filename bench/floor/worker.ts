/** The floor's worker process: four BullMQ workers on one connection, fifty jobs at a time each. */
import { type Job, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { StartWorker } from '../rig/side.ts';
import { compareAndSet, type FloorJob, type FloorQueue, floorJobOptions, floorKey, floorPrefix } from './queues.ts';

const confident = 0.99;

export const startFloorWorker: StartWorker = async (redisUrl, tell) => {
	const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
	connection.defineCommand('compareAndSet', { numberOfKeys: 1, lua: compareAndSet });
	const client = connection as Redis & { compareAndSet(key: string, state: string, by: string): Promise<number> };
	const queue = (name: FloorQueue): Queue => new Queue(name, { connection, prefix: floorPrefix });
	const [auto, timers] = [queue('auto'), queue('timers')];

	const handlers: Record<FloorQueue, (job: Job<FloorJob>) => Promise<void>> = {
		async classify({ data }) {
			if ((data.action.confidence ?? 0) >= confident) {
				await auto.add('execute', data, floorJobOptions);
				return;
			}
			// One write to the socket: the record and its timer.
			await Promise.all([
				connection.hset(
					floorKey(data.id),
					'state',
					'pending',
					'action',
					JSON.stringify(data.action),
					'deadlineAt',
					data.deadlineAt,
				),
				timers.add(
					'expire',
					{ id: data.id },
					{ ...floorJobOptions, jobId: data.id, delay: Math.max(0, data.deadlineAt - Date.now()) },
				),
			]);
			tell('parked', data.id);
		},
		async auto({ data }) {
			await connection.hset(floorKey(data.id), 'state', 'executed', 'action', JSON.stringify(data.action), 'at', Date.now());
			tell('done', data.id);
		},
		async execute({ data: { id } }) {
			JSON.parse((await connection.hget(floorKey(id), 'action')) ?? '');
			await connection.hset(floorKey(id), 'state', 'executed', 'at', Date.now());
			tell('done', id);
			await timers.remove(id);
		},
		async timers({ data: { id } }) {
			if ((await client.compareAndSet(floorKey(id), 'expired', 'clock')) !== 1) return;
			// Its fallback is the same write: there is nothing between the two.
			tell('passed', id);
			tell('done', id);
		},
	};
	const workers = Object.entries(handlers).map(
		([name, handle]) => new Worker<FloorJob>(name, handle, { connection, prefix: floorPrefix, concurrency: 50 }),
	);
	for (const worker of workers) worker.on('error', (error) => console.error(error));
	await Promise.all(workers.map((worker) => worker.waitUntilReady()));
	return async () => {
		await Promise.all(workers.map((worker) => worker.close()));
		await Promise.all([auto.close(), timers.close()]);
		connection.disconnect();
	};
};

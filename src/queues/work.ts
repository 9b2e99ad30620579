/** Working on a queue. The only `new Worker` of the product: lock times, stall limits and error handling stand here once. */
import { type Job, WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { QueueName } from './catalog.ts';
import { isolationOn } from './isolation.ts';
import { readJob } from './queues.ts';

/** What to do with the jobs of one queue, by job name. Data has passed the catalogue's schema. */
export type Handlers = Readonly<Record<string, (data: never, job: JobInfo) => Promise<void>>>;

/** What a handler may know of its job. */
export interface JobInfo {
	readonly jobId: string;
	/** Aborted when BullMQ has given the job to somebody else. */
	readonly signal: AbortSignal;
	/** 1 for the first try. */
	readonly attempt: number;
	readonly lastAttempt: boolean;
	/** When the job was added, by its producer's clock, in ms since the epoch. */
	readonly addedAt: number;
}

/** A job as it was found. */
export interface RawJob {
	readonly id: string;
	readonly name: string;
	/** Its data as JSON. */
	readonly raw: string;
}

/** They carry nothing that could harm a worker, and everything waits for them: never set aside. */
const wakeUps: ReadonlySet<QueueName> = new Set(['chores', 'deadlines']);

export interface WorkSettings {
	readonly connection: Redis;
	readonly prefix: string;
	readonly concurrency: number;
	readonly onError: (queue: QueueName, error: Error) => void;
	/** A job whose data the catalogue does not know: kept with its raw data, never tried again. */
	readonly onUnreadable: (queue: QueueName, job: RawJob, message: string) => Promise<void>;
	/** A job that ran alone when its worker died, after it had died with it once before: not run again. `data` has passed the schema. */
	readonly onPoison: (queue: QueueName, job: RawJob, data: unknown) => Promise<void>;
	/** Lock of a job in ms; recovery from a kill takes at most this and the stall check. */
	readonly lockMs?: number;
	readonly stallCheckMs?: number;
}

export interface Working {
	readonly queue: QueueName;
	ready(): Promise<void>;
	/** Waits for running jobs for at most `graceMs`, then abandons them: they come back to another worker. */
	close(graceMs: number): Promise<void>;
}

/** Starts to work on a queue. */
export function workOn(queue: QueueName, handlers: Handlers, settings: WorkSettings): Working {
	const isolation = isolationOn(settings.connection, settings.prefix, queue);
	const work = async (job: Job, token: string | undefined, signal: AbortSignal | undefined): Promise<void> => {
		const read = readJob(queue, job);
		const handler = handlers[job.name];
		const id = job.id ?? '';
		const found = (): RawJob => ({ id, name: job.name, raw: JSON.stringify(job.data) ?? 'undefined' });
		if (!read.ok || handler === undefined) {
			await settings.onUnreadable(queue, found(), read.ok ? `nobody handles \`${job.name}\`` : read.message);
			return;
		}
		const attempt = job.attemptsMade + 1;
		const run = (): Promise<void> =>
			handler(read.data as never, {
				jobId: id,
				signal: signal ?? new AbortController().signal,
				attempt,
				lastAttempt: attempt >= (job.opts.attempts ?? 1),
				addedAt: job.timestamp,
			});
		// It was running when its worker died: it, or one of those beside it, may be why.
		if (job.stalledCounter === 0 || wakeUps.has(queue)) return run();
		switch (await isolation.alone({ id, deaths: job.stalledCounter }, run)) {
			case 'ran':
				return;
			case 'guilty':
				return settings.onPoison(queue, found(), read.data);
			case 'wait':
				// To the back, by itself it would go to the front: the others must not wait for the one that is alone. Put off instead, it would
				// come by a clock that may be wrong. Whoever takes it in between takes it early, and nothing else.
				await job.moveToWait(token);
				await job.changePriority({ priority: job.priority }).catch(() => undefined);
				throw new WaitingError();
		}
	};
	const running = new Set<Promise<void>>();
	const worker = new Worker(
		queue,
		(job: Job, token, signal) => {
			const run = work(job, token, signal).finally(() => running.delete(run));
			running.add(run);
			return run;
		},
		{
			connection: settings.connection,
			prefix: settings.prefix,
			concurrency: settings.concurrency,
			lockDuration: settings.lockMs ?? 10_000,
			stalledInterval: settings.stallCheckMs ?? 5_000,
			// Two unlucky kills must not lose a record: what poisons a worker is bounded by the action's own attempts.
			maxStalledCount: 1000,
			drainDelay: 5,
			removeOnComplete: { count: 0 },
			// A proposal that could not be judged has no record yet: the job is all there is of it, until the sweeper has kept it.
			removeOnFail: { count: queue === 'actions' ? -1 : 0 },
			// The version is asked for: taken for the oldest one, Redis would be asked to block for whole seconds only, and every wake-up
			// would come up to a second late.
			skipVersionCheck: false,
		},
	);
	worker.on('error', (error) => settings.onError(queue, error));
	worker.on('failed', (_job, error) => settings.onError(queue, error));
	return {
		queue,
		async ready() {
			await worker.waitUntilReady();
		},
		async close(graceMs) {
			let timer: NodeJS.Timeout | undefined;
			const grace = new Promise<'late'>((resolve) => {
				timer = setTimeout(() => resolve('late'), graceMs);
			});
			// No more is fetched; what runs is waited for here, because a close that has begun to wait cannot be turned into a forced one. To
			// pause and wait in one would have BullMQ connect anew, only to close then: a tenth of a second for nothing.
			await worker.pause(true);
			const idle = Promise.allSettled(running).then(() => 'idle' as const);
			if ((await Promise.race([idle, grace])) === 'late') await worker.close(true);
			// What was fetched at the very instant runs on, and no longer than the others may.
			else if ((await Promise.race([worker.close(), grace])) === 'late') await worker.disconnect();
			clearTimeout(timer);
		},
	};
}

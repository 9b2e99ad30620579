/** The queues of one process: typed adding, and the translation of outbox entries into jobs. The only `new Queue` of the product. */
import { type Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Effect, Event } from '../domain/lifecycle.ts';
import {
	catalog,
	type DeliveryJob,
	eventsMaxLength,
	type JobName,
	jobOf,
	jobOptions,
	type QueueName,
	queueNames,
	type UndeliveredJob,
} from './catalog.ts';
import { type BadRecord, dropRecords, findBadRecords } from './inspect.ts';

/** A follow-up that the store's one write put into its outbox. */
export interface FollowUp {
	readonly event: Event | 'received';
	readonly effect: Effect;
	readonly id: string;
	readonly version: number;
}

export interface QueueSettings {
	/** A connection of BullMQ's own. */
	readonly connection: Redis;
	readonly prefix: string;
	/** Called for errors of the connection; BullMQ emits thousands a second when Redis is full. */
	readonly onError: (queue: QueueName, error: Error) => void;
}

/** Where jobs stand: behind all others of the queue, and the further back the larger `behind` is. 0 or absent: in turn. */
export interface Place {
	readonly behind?: number;
}

export interface Queues {
	/** Adds the jobs of these follow-ups; ids are derived, so adding twice is adding once. */
	add(followUps: readonly FollowUp[], place?: Place): Promise<void>;
	/** Adds one message to one person; `key` makes it one, however often it is asked for. */
	deliver(key: string, delivery: DeliveryJob, delayMs?: number): Promise<void>;
	/** Says that a message did not arrive; saying so twice is saying it once. */
	undelivered(failed: UndeliveredJob): Promise<void>;
	/** Brings the messages of an action up to date that can be changed; asking twice for one version is asking once. */
	updateCopies(id: string, version: number): Promise<void>;
	/** Makes sure that somebody looks at what is due at `at` (by the store's clock, which shows `now`). */
	wake(at: number, now: number): Promise<void>;
	/** A raw proposal, as a producer would add it. `sentAt`: what its deadline is held against, where it was sent before now. */
	propose(id: string, proposal: unknown, sentAt?: number): Promise<void>;
	/** Repeats a chore. */
	schedule(name: JobName<'chores'>, everyMs: number): Promise<void>;
	/** Repeats a chore no more. */
	unschedule(name: string): Promise<void>;
	/** Lets go what waits for longer than any retry takes: the clock of the process that put it off is wrong. */
	letGo(): Promise<void>;
	/** Records that no worker could ever finish, or that BullMQ has given up. The caller keeps them, and then drops them. */
	findBad(queue: QueueName): Promise<BadRecord[]>;
	dropBad(queue: QueueName, jobIds: readonly string[]): Promise<void>;
	/** The queue itself, for inspection. */
	of(name: QueueName): Queue;
	close(): Promise<void>;
}

/** Deadlines are gathered into slots of this many ms: one delayed job wakes the worker for all that are due by then. */
export const wakeSlotMs = 50;

/** Queues in which a job waits for nothing but its next try. */
const retrying: readonly QueueName[] = ['actions', 'auto', 'notify', 'approval', 'escalation', 'outcomes'];
/** Longer than the longest wait between two tries, in ms. */
const longestRetryMs = 40_000;

/** Opens the queues. One object for each, made at first use. */
export function openQueues(settings: QueueSettings): Queues {
	const open = new Map<QueueName, Queue>();
	const of = (name: QueueName): Queue => {
		let queue = open.get(name);
		if (queue === undefined) {
			queue = new Queue(name, {
				connection: settings.connection,
				prefix: settings.prefix,
				defaultJobOptions: jobOptions,
				streams: { events: { maxLen: eventsMaxLength } },
				skipVersionCheck: true,
			});
			queue.on('error', (error) => settings.onError(name, error));
			open.set(name, queue);
		}
		return queue;
	};
	const armed = new Map<number, number>();
	return {
		of,
		async add(followUps, { behind = 0 } = {}) {
			await Promise.all(
				followUps.map(async ({ event, effect, id, version }): Promise<void> => {
					const job = jobOf(event, effect);
					if (job === null) return;
					const options = { ...jobOptions, jobId: `${effect}.${id}.${version}`, ...(behind > 0 && { priority: behind }) };
					await of(job.queue).add(job.name, { id, version }, options);
				}),
			);
		},
		async deliver(key, delivery, delayMs = 0) {
			await of('deliveries').add('deliver', delivery, { ...jobOptions, jobId: key, delay: delayMs });
		},
		async undelivered(failed) {
			const { kind, id, revision, tier, reviewer, channel } = failed;
			const person = encodeURIComponent(reviewer).replaceAll('%', '~');
			const jobId = ['undelivered', id, revision, kind, tier, person, channel].join('.');
			await of('deliveries').add('undelivered', failed, { ...jobOptions, jobId });
		},
		async updateCopies(id, version) {
			await of('deliveries').add('update_copies', { id, version }, { ...jobOptions, jobId: `copies.${id}.${version}` });
		},
		async wake(at, now) {
			// Rounded up: a wake-up before its time would find nothing and have to come again.
			const slot = Math.ceil(at / wakeSlotMs) * wakeSlotMs;
			const delay = Math.max(0, slot - now);
			// The store's clock may be ahead of this process's by a test's choice; the memory of armed slots is by that clock.
			if (armed.has(slot)) return;
			armed.set(slot, slot);
			if (armed.size > 2000) for (const old of armed.keys()) if (old < now) armed.delete(old);
			// A slot that is about to fire may be running already, and its id would swallow this one.
			const jobId = delay < 4 * wakeSlotMs ? `wake.${slot}.${Math.random().toString(36).slice(2, 10)}` : `wake.${slot}`;
			try {
				await of('deadlines').add('wake', { at: slot }, { ...jobOptions, jobId, delay });
			} catch (error) {
				armed.delete(slot);
				throw error;
			}
		},
		async propose(id, proposal, sentAt) {
			await of('actions').add('propose', proposal, {
				...jobOptions,
				jobId: id,
				...(sentAt !== undefined && { timestamp: sentAt }),
			});
		},
		async schedule(name, everyMs) {
			await of('chores').upsertJobScheduler(name, { every: everyMs }, { name, data: {}, opts: { ...jobOptions } });
		},
		async unschedule(name) {
			await of('chores').removeJobScheduler(name);
		},
		async letGo() {
			const now = Number((await settings.connection.time())[0]) * 1000;
			for (const queue of retrying) {
				const key = `${settings.prefix}:${queue}:delayed`;
				// BullMQ's score is an instant with twelve more bits.
				const ids = await settings.connection.zrangebyscore(key, (now + longestRetryMs) * 4096, '+inf', 'LIMIT', 0, 100);
				for (const id of ids) await (await of(queue).getJob(id))?.promote().catch(() => undefined);
			}
		},
		findBad: (queue) => findBadRecords(settings.connection, settings.prefix, queue),
		dropBad: (queue, jobIds) => dropRecords(settings.connection, `${settings.prefix}:${queue}`, jobIds),
		async close() {
			await Promise.all([...open.values()].map((queue) => queue.close()));
		},
	};
}

/** Whether a queue's name is one of ours. */
export const isQueueName = (name: string): name is QueueName => (queueNames as readonly string[]).includes(name);

/** Reads a job's data by the catalogue. */
export function readJob(
	queue: QueueName,
	job: Pick<Job, 'name' | 'data'>,
): { ok: true; data: unknown } | { ok: false; message: string } {
	const jobs = catalog[queue] as Record<string, (typeof catalog)['auto']['execute']>;
	// By its own names: a job called `constructor` is none of ours either.
	const schema = Object.hasOwn(jobs, job.name) ? jobs[job.name] : undefined;
	if (schema === undefined) return { ok: false, message: `queue \`${queue}\` has no job \`${String(job.name).slice(0, 60)}\`` };
	const read = schema.safeParse(job.data);
	return read.success ? { ok: true, data: read.data } : { ok: false, message: read.error.issues[0]?.message ?? 'unreadable' };
}

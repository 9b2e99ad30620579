/** The composition root: the only place that makes connections, stores, queues, channels and workers. */
import { hostname } from 'node:os';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { ChannelPort } from './channels/channel.ts';
import type { Config } from './config.ts';
import { newId } from './domain/ids.ts';
import type { OpinionPort } from './domain/opinion.ts';
import type { Channel } from './domain/verdict.ts';
import { type Engine, engineOf } from './engine/engine.ts';
import type { Registry } from './execution/registry.ts';
import type { Journal } from './journal/journal.ts';
import type { PolicyFile } from './policy-file.ts';
import type { QueueName } from './queues/catalog.ts';
import { openQueues } from './queues/queues.ts';
import { type Working, workOn } from './queues/work.ts';
import { type ConnectionOptions, connectTo } from './store/connection.ts';
import { newSequence } from './store/mark.ts';
import { storeOn } from './store/store.ts';
import { beatEveryMs } from './store/workers.ts';
import type { WorkerDeps } from './workers/deps.ts';
import { type Following, followCopies } from './workers/follow-copies.ts';
import { type Kind, type WorkerKind, workerKinds } from './workers/kinds.ts';
import { setAside } from './workers/poison.ts';
import { type StorageWatch, watchStorage } from './workers/storage-watch.ts';
import { keepSweeping, type Sweeping } from './workers/sweeper.ts';

export interface AppParts {
	readonly config: Config;
	readonly redisUrl: string;
	readonly policy: PolicyFile;
	readonly registry: Registry;
	readonly channels: Readonly<Partial<Record<Channel, ChannelPort>>>;
	readonly publicUrl: string;
	/** Who is asked for second opinions; absent: nobody. */
	readonly opinion?: OpinionPort;
	readonly log: Logger;
	/** Honour the movable clock of development and tests. */
	readonly devClock?: boolean;
	/** Told what each worker has just done: tests and the development console wait for it. */
	readonly signal?: (what: string, id: string) => void;
	/** How soon a killed worker's jobs come to another one, in ms: shorter in fault tests. */
	readonly recovery?: { readonly lockMs: number; readonly stallCheckMs: number };
	/** What is kept outside Redis; nothing where absent. */
	readonly journal?: Journal;
	/** How often the digest of notified actions goes out, in ms, whatever policy says; at policy's own times where absent. */
	readonly digestEveryMs?: number;
}

export interface App {
	readonly parts: AppParts;
	/** For people and agents who wait: fails fast when Redis does not answer. */
	readonly front: Engine;
	/** For workers: waits for Redis as long as it takes. */
	readonly back: Engine;
	readonly deps: WorkerDeps;
	/** Whether Redis is where we left it, has room, and keeps our time. */
	readonly storage: StorageWatch;
	/** Starts workers; all kinds where none are named. */
	startWorkers(only?: readonly WorkerKind[]): Promise<void>;
	/** A connection of one's own, for subscriptions. */
	connect(): Redis;
	/** Stops taking work, finishes or hands back what runs within `graceMs`, closes every connection. */
	close(graceMs?: number): Promise<void>;
}

/** What a person or agent waits for Redis, in ms. */
const frontTimeoutMs = 1_500;
/** How long running jobs get at shutdown, in ms: below Kubernetes' 30 s. */
const defaultGraceMs = 20_000;

/** Builds an application; nothing works yet. */
export function openApp(parts: AppParts): App {
	const { config, log } = parts;
	const connections: Redis[] = [];
	const connect = (options: ConnectionOptions = {}): Redis => {
		const redis = connectTo(parts.redisUrl, options);
		redis.on(
			'error',
			rateLimited((error: Error) => log.warn({ err: error }, 'redis connection')),
		);
		connections.push(redis);
		return redis;
	};
	const worker = `${hostname()}-${process.pid}-${newId('exe').slice(4, 10)}`;
	const sequence = newSequence((seq) => parts.journal?.keep(seq));
	const settings = { prefix: config.prefix, keepMs: config.keepMs, devClock: parts.devClock ?? false, sequence };
	const onError = rateLimited((queue: QueueName, error: Error) => log.warn({ queue, err: error }, 'queue'));
	// One connection for the store and the queues: what they ask for in one turn goes out together.
	const engine = (connection: Redis): Engine =>
		engineOf({
			store: storeOn(connection, settings),
			queues: openQueues({ connection, prefix: config.prefix, onError }),
			log,
			worker,
			policy: () => parts.policy.current(),
			...(parts.journal && { starts: parts.journal.starts }),
		});
	const front = engine(connect({ maxRetriesPerRequest: 1, commandTimeout: frontTimeoutMs, enableOfflineQueue: true }));
	const connection = connect();
	const back = engine(connection);
	const storage = watchStorage({ store: back.store, log, ...(parts.journal && { journal: parts.journal }) });
	// After a failover or a restart: before anything is asked that would run something.
	connection.on('ready', () => storage.look().catch((error: unknown) => log.warn({ err: error }, 'storage')));
	const stopping = new AbortController();
	const deps: WorkerDeps = {
		engine: back,
		registry: parts.registry,
		webhook: config.webhook,
		channels: parts.channels,
		opinion: parts.opinion ?? null,
		publicUrl: parts.publicUrl,
		replyDomain: config.replies?.domain ?? null,
		gatherMs: config.sms.gatherMs,
		stop: stopping.signal,
		signal: parts.signal ?? (() => undefined),
	};
	const working: Working[] = [];
	let beating: NodeJS.Timeout | null = null;
	let following: Following | null = null;
	let sweeping: Sweeping | null = null;
	return {
		parts,
		front,
		back,
		deps,
		storage,
		connect: () => connect(),
		async startWorkers(only = Object.keys(workerKinds) as WorkerKind[]) {
			const { store, queues } = back;
			// Before anything could run; and by workers only: an operator's command must not pause what was resumed.
			if (config.paused) await store.mark.hold('COUNTERSIGN_PAUSED is set', 'the configuration');
			await storage.start();
			await parts.journal?.starts
				.begin()
				.catch((error: unknown) => log.error({ err: error }, 'alert: the journal cannot be written'));
			await store.workers.beat(worker);
			beating ??= setInterval(() => {
				store.workers.beat(worker).catch((error: unknown) => log.warn({ err: error }, 'heartbeat'));
			}, beatEveryMs);
			await store.keepPolicy(parts.policy.current().digest, parts.policy.text());
			for (const kind of only) {
				const { queue, handlers, concurrency }: Kind = workerKinds[kind];
				working.push(
					workOn(queue, handlers(deps), {
						connection,
						prefix: config.prefix,
						concurrency: concurrency ?? config.concurrency,
						...parts.recovery,
						onError,
						onUnreadable: async (name, job, message) => {
							await store.quarantine.put({
								queue: name,
								jobId: job.id,
								problem: { code: 'record_unreadable', message },
								raw: job.raw,
								encoding: 'utf8',
							});
							deps.signal('quarantined', job.id);
						},
						onPoison: (name, job, data) => setAside(deps, name, { ...job, data }),
					}),
				);
			}
			await Promise.all(working.map((each) => each.ready()));
			if (only.includes('deliveries') && parts.channels.slack !== undefined) following ??= await followCopies(deps, connect());
			if (only.includes('chores')) {
				sweeping ??= keepSweeping(deps);
				// An earlier version swept by a job.
				await queues.unschedule('sweep');
				await queues.schedule('trim', 3_600_000);
				if (parts.digestEveryMs !== undefined) await queues.schedule('send_digests', parts.digestEveryMs);
			}
		},
		async close(graceMs = defaultGraceMs) {
			// Executions get the grace; only after it are they told to stop, and what they did not finish is of unknown outcome.
			const late = setTimeout(() => stopping.abort(), Math.max(0, graceMs - 500));
			await Promise.all([following?.close(), sweeping?.stop()]);
			await atMost(graceMs + closingMs, Promise.all(working.map((each) => each.close(graceMs))));
			clearTimeout(late);
			stopping.abort();
			if (beating !== null) {
				clearInterval(beating);
				await back.store.workers.leave(worker).catch(() => undefined);
			}
			await storage.close();
			await atMost(closingMs, Promise.all([front.queues.close(), back.queues.close()]));
			parts.policy.close();
			for (const redis of connections) redis.disconnect();
		},
	};
}

/** What BullMQ gets to let go of its connections: one that is just being made anew, after Redis was away, would be waited for. */
const closingMs = 2_000;

/** Waits for `work`, and for no longer than `ms`. */
async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	const enough = new Promise<void>((resolve) => {
		timer = setTimeout(resolve, ms);
	});
	await Promise.race([work.then(() => undefined), enough]);
	clearTimeout(timer);
}

/** Lets one call a second through: a full Redis makes BullMQ emit thousands of errors a second. */
function rateLimited<A extends unknown[]>(tell: (...args: A) => void): (...args: A) => void {
	let last = 0;
	return (...args) => {
		const now = Date.now();
		if (now - last < 1000) return;
		last = now;
		tell(...args);
	};
}

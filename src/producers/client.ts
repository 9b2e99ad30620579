/**
 * How an agent's process proposes actions straight to the queue, without HTTP in between. What is sent is the wire form
 * (docs/wire-format.md): any BullMQ client can send the same. A client adds to one queue and reads nothing back; it cannot
 * reach the store, so it cannot approve itself.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type Proposal, type ProposalInput, proposalVersion } from '../domain/action.ts';
import { Fault } from '../domain/errors.ts';
import { actionId } from '../domain/ids.ts';
import { isShort, memoryIn } from '../domain/memory.ts';
import { parseProposal } from '../domain/parse.ts';
import { faultOf, within } from '../domain/store-fault.ts';
import { jobOptions } from '../queues/catalog.ts';
import { openQueues } from '../queues/queues.ts';

export interface ClientOptions {
	/** Where Redis is; or `redis`, a connection of the caller's own that stays open after `close`. */
	readonly url?: string;
	readonly redis?: Redis;
	/** Hash tag of the system's keys. */
	readonly prefix?: string;
	/** Filled in where a proposal names none. */
	readonly agent?: string;
	readonly tenant?: string;
	/** How long one call may take, in ms, before it fails as `storage_unavailable`. */
	readonly timeoutMs?: number;
	/** Hosts that callbacks may go to although they are private or plain http. */
	readonly callbackHosts?: readonly string[];
}

/** A proposal as a caller writes it: the version is the client's, the agent may be too. */
export type Proposing = Omit<ProposalInput, 'version' | 'agent'> & { readonly version?: 1; readonly agent?: string };

/** What was sent. `id` is the action's; the same key gives the same id, whoever asks. */
export interface Proposed {
	readonly id: string;
	readonly jobId: string;
}

export interface Client {
	/**
	 * Proposes one action. Throws a `Fault`: with a code of `parseProposal` for what must be mended, or `storage_unavailable` or
	 * `storage_full`, after which sending the same again is safe and needed.
	 */
	propose(proposing: Proposing): Promise<Proposed>;
	/** Proposes many in one go; nothing is sent where one does not parse. */
	proposeBulk(proposing: readonly Proposing[]): Promise<Proposed[]>;
	close(): Promise<void>;
}

const defaultTimeoutMs = 2000;
/** Jobs of one round trip: enough to be fast, few enough not to hold up others. */
const batchSize = 500;

/** Opens a client. Nothing is awaited here: a Redis that is away fails the first proposal, quickly. */
export function createClient(options: ClientOptions): Client {
	const { timeoutMs = defaultTimeoutMs } = options;
	const connection = options.redis ?? connect(options.url, timeoutMs);
	// The queue says so too, to every call; without a listener the process would end.
	const queues = openQueues({ connection, prefix: options.prefix ?? '{countersign}', onError: () => undefined });
	const isFull = fullness(connection);
	let connecting: Promise<unknown> | null = null;
	const connected = (): Promise<unknown> => {
		connecting ??= once(connection, 'ready', { signal: AbortSignal.timeout(timeoutMs) }).finally(() => {
			connecting = null;
		});
		return connecting;
	};
	const send = async (jobs: readonly Job[]): Promise<void> => {
		try {
			// A job handed over while Redis is away would be sent when it comes back: hours after its caller was told that it failed.
			if (connection.status !== 'ready') await connected();
			if (await within(timeoutMs, isFull()))
				throw new Fault('storage_full', 'Redis is nearly full; send the same request again later', { retryable: true });
			const adding = jobs.map(({ data, jobId, sentAt }) => ({
				name: 'propose',
				data,
				// It was in time when it was sent, however long Redis was away since.
				opts: { ...jobOptions, jobId, timestamp: sentAt },
			}));
			await within(timeoutMs, queues.of('actions').addBulk(adding));
		} catch (error) {
			throw error instanceof Error && error.name === 'AbortError' ? away(error) : faultOf(error);
		}
	};
	/** What one turn of the event loop proposes goes out together: a busy agent saves a round trip for each. */
	let turn: { readonly jobs: Job[]; readonly sent: Promise<void> } | null = null;
	const gather = (job: Job): Promise<void> => {
		if (turn === null || turn.jobs.length === batchSize) {
			const jobs: Job[] = [];
			const sent = nextTurn().then(() => {
				if (turn?.jobs === jobs) turn = null;
				return send(jobs);
			});
			turn = { jobs, sent };
		}
		turn.jobs.push(job);
		return turn.sent;
	};
	const proposed = ({ id, jobId }: Job): Proposed => ({ id, jobId });
	return {
		async propose(proposing) {
			const job = jobOf(proposing, options);
			await gather(job);
			return proposed(job);
		},
		async proposeBulk(proposing) {
			const jobs = proposing.map((each, i) => jobOf(each, options, `proposals[${i}]: `));
			for (let i = 0; i < jobs.length; i += batchSize) await send(jobs.slice(i, i + batchSize));
			return jobs.map(proposed);
		},
		async close() {
			await queues.close();
			if (options.redis === undefined) connection.disconnect();
		},
	};
}

function connect(url: string | undefined, timeoutMs: number): Redis {
	if (url === undefined) throw new Fault('config_invalid', 'a client needs `url` or `redis`');
	const redis = new Redis(url, {
		maxRetriesPerRequest: 1,
		commandTimeout: timeoutMs,
		connectTimeout: timeoutMs,
		enableOfflineQueue: false,
		retryStrategy: (times) => Math.min(times * 50, 1000),
	});
	redis.on('error', () => undefined);
	return redis;
}

/** Asks how full Redis is, at most once a second while there is room. Who may not ask is let through: the last word is Redis's own. */
function fullness(redis: Redis): () => Promise<boolean> {
	let asked = 0;
	let answer: Promise<boolean> = Promise.resolve(false);
	return () => {
		if (Date.now() - asked < 1000) return answer;
		asked = Date.now();
		answer = redis.info('memory').then(
			(text) => {
				const full = isShort(memoryIn(text));
				// Whoever was refused is told as soon as there is room again.
				if (full) asked = 0;
				return full;
			},
			() => false,
		);
		return answer;
	};
}

const away = (cause: Error): Fault =>
	new Fault('storage_unavailable', 'Redis cannot be reached; send the same request again', { cause, retryable: true });

interface Job extends Proposed {
	readonly data: object;
	readonly sentAt: number;
}

function jobOf(proposing: Proposing, { agent, tenant, callbackHosts }: ClientOptions, where = ''): Job {
	const data = {
		version: proposalVersion,
		...(agent !== undefined && { agent }),
		...(tenant !== undefined && { tenant }),
		...proposing,
	};
	const sentAt = Date.now();
	const parsed = parseProposal(data, { sentAt, ...(callbackHosts && { callbackHosts }) });
	if (!parsed.ok) throw new Fault(parsed.problem.code, where + parsed.problem.message);
	const id = idOf(parsed.proposal);
	return { id, jobId: `${id}.${fingerprint(data)}`, data, sentAt };
}

const idOf = ({ tenant, agent, idempotencyKey }: Proposal): string => actionId(tenant, agent, idempotencyKey);

/**
 * Part of the job's id: BullMQ drops a job whose id is waiting already, and another payload under the same key must not
 * vanish so; it has to reach the classifier, which tells the two apart.
 */
const fingerprint = (data: object): string => createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 12);

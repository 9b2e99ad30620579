/**
 * The board: what waits for people, kept in this process. Filled once from the due index (everything unfinished stands there),
 * then kept by the changes that every transition publishes; a message only says where to look, the record says what is true.
 * Groups, sums and counts need all that is pending, and a page must not read all of it each time.
 */
import type { Redis } from 'ioredis';
import type { Engine } from '../../engine/engine.ts';
import { isPending, type Pending, pendingOf } from './pending.ts';
import { byUrgency } from './urgency.ts';

export interface Board {
	/** Starts filling it; resolves when it is complete. Later calls share the first's work. */
	fill(): Promise<void>;
	/** Whether it is complete. */
	readonly ready: boolean;
	/** Grows with every change of what waits, in this process. */
	readonly revision: number;
	/** Everything that waits, the most urgent first; what is known so far while it is being filled. */
	entries(now: number): readonly Pending[];
	find(id: string): Pending | null;
	/** Reads actions again at once: who decides sees their own decision in the next page. */
	refresh(ids: readonly string[]): Promise<void>;
	/** Tells of every change to an action that waits or has waited, until the answer is called. */
	follow(changed: (id: string) => void): () => void;
	close(): void;
}

/** How long changes are gathered before their records are read together, in ms. */
const gatherMs = 25;
const batch = 100;
/** How long an order stays good while nothing changes, in ms: time itself makes things more urgent. */
const orderMs = 30_000;

export function boardOf(engine: Engine, connect: () => Redis): Board {
	const known = new Map<string, Pending>();
	const followers = new Set<(id: string) => void>();
	const stale = new Set<string>();
	const reading = new Map<string, number>();
	let order: { entries: Pending[]; at: number } | null = null;
	let subscription: Redis | null = null;
	let filling: Promise<void> | null = null;
	let ready = false;
	let revision = 0;
	let gathering: NodeJS.Timeout | null = null;
	let judgedBy = '';
	let closed = false;

	const tell = (id: string): void => {
		order = null;
		revision += 1;
		for (const changed of followers) changed(id);
	};
	const forget = (id: string): void => {
		if (known.delete(id)) tell(id);
	};
	const read = async (ids: readonly string[]): Promise<void> => {
		for (const id of ids) reading.set(id, (reading.get(id) ?? 0) + 1);
		try {
			const [found, now] = await Promise.all([engine.store.actions.getAll(ids), engine.store.now()]);
			const actions = new Map(found.map((action) => [action.id, action]));
			const policy = engine.policy();
			for (const id of ids) {
				const action = actions.get(id);
				const entry = action === undefined ? null : pendingOf(action, policy, now);
				if (entry === null) forget(id);
				else if ((known.get(id)?.version ?? 0) <= entry.version) {
					known.set(id, entry);
					tell(id);
				}
			}
		} finally {
			for (const id of ids) {
				const readers = (reading.get(id) ?? 1) - 1;
				if (readers === 0) reading.delete(id);
				else reading.set(id, readers);
			}
		}
	};
	const gather = (): void => {
		gathering ??= setTimeout(() => {
			gathering = null;
			const ids = [...stale].slice(0, batch);
			for (const id of ids) stale.delete(id);
			read(ids)
				.catch((error: unknown) => {
					if (!closed) engine.log.warn({ err: error }, 'inbox');
					for (const id of ids) stale.add(id);
				})
				.finally(() => {
					if (stale.size > 0 && !closed) gather();
				});
		}, gatherMs);
	};
	const onMessage = (_channel: string, message: string): void => {
		const [id = '', state = ''] = message.split('/');
		if (isPending(state) || reading.has(id) || (filling !== null && !ready)) {
			stale.add(id);
			gather();
		}
		// What runs by itself never was on the board: it costs one look into a map.
		if (!isPending(state)) forget(id);
	};
	const readAll = async (): Promise<void> => {
		judgedBy = engine.policy().digest;
		const before = new Set(known.keys());
		for await (const ids of engine.store.due.everything()) {
			for (let i = 0; i < ids.length; i += batch) await read(ids.slice(i, i + batch));
			for (const id of ids) before.delete(id);
		}
		if (before.size > 0) await read([...before]);
	};
	const open = async (): Promise<void> => {
		if (subscription === null) {
			const redis = connect();
			subscription = redis;
			redis.on('message', onMessage);
			await redis.subscribe(engine.store.keys.changes);
			// What was said while the connection was down is lost: everything is read again.
			redis.on('ready', () => {
				readAll().catch((error: unknown) => {
					if (!closed) engine.log.warn({ err: error }, 'inbox');
				});
			});
		}
		await readAll();
		ready = true;
	};
	return {
		get ready() {
			return ready;
		},
		get revision() {
			return revision;
		},
		fill() {
			if (filling === null) {
				filling = open();
				filling.catch((error: unknown) => {
					engine.log.warn({ err: error }, 'inbox');
					subscription?.disconnect();
					subscription = null;
					filling = null;
				});
			}
			return filling;
		},
		entries(now) {
			// Another policy, other people who may answer.
			if (ready && judgedBy !== engine.policy().digest)
				readAll().catch((error: unknown) => engine.log.warn({ err: error }, 'inbox'));
			if (order === null || Math.abs(now - order.at) > orderMs) order = { entries: byUrgency(known.values(), now), at: now };
			return order.entries;
		},
		find: (id) => known.get(id) ?? null,
		refresh: read,
		follow(changed) {
			followers.add(changed);
			return () => followers.delete(changed);
		},
		close() {
			closed = true;
			if (gathering !== null) clearTimeout(gathering);
			subscription?.disconnect();
			subscription = null;
			followers.clear();
		},
	};
}

/** Reading actions. Writing them is transition.ts's alone. */
import type { Redis } from 'ioredis';
import type { Action } from '../domain/action.ts';
import { type Event, ends, type State, states } from '../domain/lifecycle.ts';
import type { Keys } from './keys.ts';
import { actionOf } from './record.ts';
import type { TermsStore } from './terms.ts';

/** One entry of an action's history; the audit reads these. */
export interface HistoryEntry {
	readonly at: number;
	readonly version: number;
	readonly event: Event | 'received';
	readonly to: State;
	readonly by: string;
	readonly detail?: unknown;
	/** Digest of the payload that was decided on, or that started. */
	readonly digest?: string;
	/** When the state that was entered ends by itself. */
	readonly deadlineAt?: number;
}

/** Which actions to list. `state` absent: all. Newest change first. */
export interface Listing {
	readonly tenant: string;
	readonly state?: State;
	readonly limit: number;
	/** As the previous page gave it. */
	readonly cursor?: string;
}

export interface ActionStore {
	get(id: string): Promise<Action | null>;
	/** Many at once, in one round trip; missing ones are left out. */
	getAll(ids: readonly string[]): Promise<Action[]>;
	list(listing: Listing): Promise<{ actions: Action[]; cursor: string | null }>;
	/** How many actions are in each state. */
	counts(tenant: string): Promise<Record<State, number>>;
	history(id: string): Promise<HistoryEntry[]>;
	/** Takes ended actions whose record has expired out of the indexes. */
	trim(keepMs: number): Promise<void>;
}

export function actionsOn(redis: Redis, keys: Keys, terms: TermsStore): ActionStore {
	const get = async (id: string): Promise<Action | null> => {
		const record = await redis.hgetall(keys.action(id));
		return actionOf(id, record, record.verdict === undefined ? null : await terms.whole(record.verdict));
	};
	const getAll = async (ids: readonly string[]): Promise<Action[]> =>
		(await Promise.all(ids.map(get))).filter((action) => action !== null);
	return {
		get,
		getAll,
		async list({ tenant, state, limit, cursor }) {
			const before = cursor === undefined ? null : cursorOf(cursor);
			// A page per state, merged: the indexes are kept by state, and there are few states.
			const pages = await Promise.all(
				(state === undefined ? states : [state]).map((each) =>
					redis.zrevrangebyscore(keys.index(tenant) + each, before?.at ?? '+inf', '-inf', 'WITHSCORES', 'LIMIT', 0, limit + 50),
				),
			);
			const entries = pages
				.flatMap((page) => pairs(page))
				.sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
				.filter((entry) => before === null || entry.at < before.at || (entry.at === before.at && entry.id < before.id));
			const page = entries.slice(0, limit);
			const last = page.at(-1);
			return {
				actions: await getAll(page.map((entry) => entry.id)),
				cursor: last !== undefined && entries.length > limit ? `${last.at}-${last.id}` : null,
			};
		},
		async counts(tenant) {
			const numbers = await Promise.all(states.map((state) => redis.zcard(keys.index(tenant) + state)));
			return Object.fromEntries(states.map((state, i) => [state, numbers[i] ?? 0])) as Record<State, number>;
		},
		async history(id) {
			return (await redis.lrange(keys.history(id), 0, -1)).map((entry) => JSON.parse(entry) as HistoryEntry);
		},
		async trim(keepMs) {
			const [seconds] = await redis.time();
			const before = `(${Number(seconds) * 1000 - keepMs}`;
			const indexes = await indexKeys(redis, keys);
			// Only ends: nothing that is pending is ever removed by age.
			await Promise.all(
				indexes
					.filter((key) => ends.some((end) => key.endsWith(`:${end}`)))
					.map((key) => redis.zremrangebyscore(key, '-inf', before)),
			);
		},
	};
}

async function indexKeys(redis: Redis, keys: Keys): Promise<string[]> {
	const found: string[] = [];
	for await (const batch of redis.scanStream({
		match: `${keys
			.index('')
			.slice(0, -1)
			.replace(/[[\]*?\\]/g, '\\$&')}*`,
		count: 500,
	}))
		found.push(...(batch as string[]));
	return [...new Set(found)];
}

function pairs(flat: readonly string[]): { id: string; at: number }[] {
	const found = [];
	for (let i = 0; i + 1 < flat.length; i += 2) found.push({ id: flat[i] as string, at: Number(flat[i + 1]) });
	return found;
}

const cursorOf = (text: string): { at: number; id: string } | null => {
	const match = /^(\d{1,16})-(act_[0-9a-z]{25})$/.exec(text);
	return match === null ? null : { at: Number(match[1]), id: match[2] as string };
};

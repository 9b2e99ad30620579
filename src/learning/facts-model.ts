/**
 * What the store knows of the past, in memory: it answers a query exactly as `store/facts.lua` does, so that a history can be
 * judged again without Redis. A test holds the two against each other; whoever changes one changes both.
 */
import type { Facts, FactsQuery, WindowFact, WindowQuery } from '../domain/facts.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** As many as the store keeps of each: see facts.lua and facts.ts. */
const mostKept = 100;
const mostReviewed = 10;
/** A window is a ring of this many slices; the oldest counts whole. */
const sliceCount = 60;

export interface FactsModel {
	/** Looks up and reserves for one revision of an action at the instant `now` (ms); asking again reserves nothing twice. */
	fetch(action: { readonly id: string; readonly revision: number }, query: FactsQuery, now: number): Facts;
	/** The end user's action needed approval. */
	approvalNeeded(action: { readonly tenant: string; readonly user: string; readonly id: string }, now: number): void;
	/** A person approved or rejected an action of this agent. */
	reviewed(agent: { readonly tenant: string; readonly agent: string }, rejected: boolean): void;
	/** The environment refused an action in this conversation. */
	refused(tenant: string, refusalKey: string): void;
	/** Gives back what an action reserved at `reservedAt`. */
	released(query: FactsQuery, reservedAt: number): void;
}

interface Timed {
	readonly at: number;
	readonly name: string;
	readonly value: number;
}

/**
 * An empty memory. It grows with users, conversations and windows; what no query can reach any more is dropped as time passes.
 * `once`: every action is asked about only once, so that nothing need be kept of who has reserved.
 */
export function factsModel({ once = false } = {}): FactsModel {
	const reviews = new Map<string, boolean[]>();
	const approvals = new Map<string, Timed[]>();
	const confidences = new Map<string, Timed[]>();
	const repeats = new Map<string, { id: string; until: number }>();
	const refusals = new Map<string, number>();
	const reserved = new Map<string, { at: number; until: number }>();
	const rings = new Map<string, Ring>();
	let forgotAt = Number.NEGATIVE_INFINITY;

	/** Once an hour of the log's own time: what expired in Redis must not stay here. */
	const forget = (now: number): void => {
		if (now - forgotAt < hourMs) return;
		forgotAt = now;
		for (const [key, ring] of rings) {
			total(ring, now);
			if (ring.slices.length === 0) rings.delete(key);
		}
		for (const [key, { until }] of repeats) if (until <= now) repeats.delete(key);
		for (const [key, { until }] of reserved) if (until <= now) reserved.delete(key);
		for (const [kept, ms] of [
			[approvals, dayMs],
			[confidences, hourMs],
		] as const) {
			for (const [key, entries] of kept) if ((entries.at(-1)?.at ?? 0) < now - ms) kept.delete(key);
		}
	};

	const repeatOf = (id: string, query: FactsQuery, now: number): string | null => {
		if (query.repeatKey === null) return null;
		const key = keyOf(query.tenant, query.repeatKey);
		const first = repeats.get(key);
		if (first !== undefined && first.until > now) return first.id === id ? null : first.id;
		repeats.set(key, { id, until: now + query.repeatWindowMs });
		return null;
	};

	const windowFacts = (mark: string, query: FactsQuery, now: number): Record<string, WindowFact> => {
		if (query.windows.length === 0) return {};
		const earlier = reserved.get(mark);
		const before = earlier !== undefined && earlier.until > now ? earlier : null;
		const at = before?.at ?? now;
		const found = query.windows.map((window): [string, WindowFact] => {
			const ring = ringOf(rings, windowKey(query, window), window);
			if (before === null) add(ring, at, { count: 1, sum: window.amount });
			return [window.limit, total(ring, now)];
		});
		if (before === null && !once)
			reserved.set(mark, { at, until: now + Math.max(...query.windows.map(({ windowMs }) => windowMs)) });
		return Object.fromEntries(found);
	};

	return {
		fetch({ id, revision }, query, now) {
			forget(now);
			const mark = `${id}.${revision}`;
			const user = query.user === null ? null : keyOf(query.tenant, query.user);
			const rows = reviews.get(keyOf(query.tenant, query.agent)) ?? [];
			const kept = rows.indexOf(false);
			return {
				now,
				agentRejectionsInARow: kept < 0 ? rows.length : kept,
				userApprovals24h:
					user === null ? 0 : (approvals.get(user) ?? []).filter((each) => each.at >= now - dayMs && each.name !== id).length,
				userConfidences1h: user === null ? [] : confidencesOf(confidences, { user, mark, value: query.confidence }, now),
				repeatOf: repeatOf(id, query, now),
				refusals: query.refusalKey === null ? 0 : (refusals.get(keyOf(query.tenant, query.refusalKey)) ?? 0),
				windows: windowFacts(mark, query, now),
			};
		},
		approvalNeeded({ tenant, user, id }, now) {
			const key = keyOf(tenant, user);
			approvals.set(
				key,
				inserted(
					(approvals.get(key) ?? []).filter((each) => each.name !== id),
					{ at: now, name: id, value: 0 },
				).slice(-mostKept),
			);
		},
		reviewed({ tenant, agent }, rejected) {
			const key = keyOf(tenant, agent);
			reviews.set(key, [rejected, ...(reviews.get(key) ?? [])].slice(0, mostReviewed));
		},
		refused(tenant, refusalKey) {
			const key = keyOf(tenant, refusalKey);
			refusals.set(key, (refusals.get(key) ?? 0) + 1);
		},
		released(query, reservedAt) {
			for (const window of query.windows) {
				add(ringOf(rings, windowKey(query, window), window), reservedAt, { count: -1, sum: -window.amount });
			}
		},
	};
}

/** No text of a proposal holds a NUL. */
const keyOf = (...parts: string[]): string => parts.join('\0');
const windowKey = (query: FactsQuery, window: WindowQuery): string => keyOf(query.tenant, window.limit, window.key);

/** The confidences of the last hour, this one among them; ordered as Redis orders equal instants, by the text of the member. */
function confidencesOf(kept: Map<string, Timed[]>, own: { user: string; mark: string; value: number }, now: number): number[] {
	// Lua writes numbers with 14 digits.
	const value = Number(own.value.toPrecision(14));
	const name = `${own.mark}=${value}`;
	let entries = kept.get(own.user) ?? [];
	if (!entries.some((each) => each.name === name)) {
		entries = inserted(entries, { at: now, name, value })
			.filter((each) => each.at >= now - hourMs)
			.slice(-mostKept);
		kept.set(own.user, entries);
	}
	return entries.filter((each) => each.at >= now - hourMs).map((each) => each.value);
}

/** A sorted set with one more member. */
function inserted(entries: readonly Timed[], entry: Timed): Timed[] {
	const place = entries.findIndex((each) => each.at > entry.at || (each.at === entry.at && each.name > entry.name));
	return place < 0 ? [...entries, entry] : [...entries.slice(0, place), entry, ...entries.slice(place)];
}

/** The slices of one window under one key, in the order of time. */
interface Ring {
	readonly windowMs: number;
	readonly sliceMs: number;
	readonly slices: Slice[];
}

interface Slice {
	readonly slice: number;
	count: number;
	sum: number;
}

function ringOf(rings: Map<string, Ring>, key: string, { windowMs }: WindowQuery): Ring {
	const known = rings.get(key);
	if (known !== undefined) return known;
	const ring = { windowMs, sliceMs: Math.ceil(windowMs / sliceCount), slices: [] };
	rings.set(key, ring);
	return ring;
}

function add({ sliceMs, slices }: Ring, at: number, more: WindowFact): void {
	const slice = Math.floor(at / sliceMs);
	// Nearly always the last one: time goes on, and only what is given back goes into an earlier slice.
	let place = slices.length;
	while (place > 0 && (slices[place - 1] as Slice).slice > slice) place -= 1;
	const there = slices[place - 1];
	if (there?.slice === slice) {
		there.count += more.count;
		there.sum += more.sum;
	} else slices.splice(place, 0, { slice, ...more });
}

/** Adds up a ring at an instant, and drops the slices that have left the window. */
function total({ windowMs, sliceMs, slices }: Ring, now: number): WindowFact {
	const oldest = Math.floor((now - windowMs) / sliceMs);
	while (slices.length > 0 && (slices[0] as Slice).slice < oldest) slices.shift();
	let [count, sum] = [0, 0];
	for (const each of slices) {
		count += each.count;
		sum += each.sum;
	}
	return { count, sum };
}

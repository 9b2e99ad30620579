/** Every key of the store, in one place. All share one hash tag with the queues, so that one script may touch any of them. */

/** The names of the store's keys under one prefix. */
export interface Keys {
	/** Prefix of the queues and the store, with its hash tag: `{countersign}`. */
	readonly prefix: string;
	/** Pattern of every key under the prefix, the queues' included. */
	readonly everything: string;
	action(id: string): string;
	history(id: string): string;
	/** Prefix of the per-tenant, per-state indexes; the script appends the state. */
	index(tenant: string): string;
	readonly due: string;
	readonly outbox: string;
	readonly quarantine: string;
	/** How many actions of each agent wait to be judged. */
	readonly backlog: string;
	/** How many changes were made, and whether something holds the system. */
	readonly mark: string;
	/** Development and tests only: milliseconds added to Redis time. */
	readonly clockOffset: string;
	/** Pub/sub channel of transitions: `id/state/version`. */
	readonly changes: string;
	link(tokenHash: string): string;
	policy(digest: string): string;
	/** What policy fixes for many verdicts, by its hash. */
	terms(name: string): string;
	worker(name: string): string;
	/** Deliveries that went out, by action: `tier/reviewer/channel` -> receipt. */
	deliveries(id: string): string;
	/** Ids of notified actions that wait for the next digest. */
	readonly digest: string;
	/** A signed-in browser, by the hash of its cookie. */
	session(idHash: string): string;
	/** A link that signs in, by the hash of its token. */
	signIn(tokenHash: string): string;
	/** What is remembered while an identity provider is asked. */
	handshake(idHash: string): string;
	/** Prefix of the counters of one kind of limit. */
	limit(name: string): string;
	/** Replies that come in, and what they are told apart by; each kind has its own word. */
	reply(kind: string, ...parts: string[]): string;
	/** What concerns the people who are asked: what they were sent, what waits for them, what they said; each kind has its own word. */
	people(kind: string, ...parts: string[]): string;
	/** State of the roll-out; every judgement looks at its version. */
	readonly rollout: string;
	/** What is learned from people and counted for reports; each kind has its own word. */
	learning(kind: string, ...parts: string[]): string;
	/** Facts about the past; each kind has its own word. */
	fact(
		kind: 'reviewed' | 'approvals' | 'confidences' | 'repeat' | 'refusals' | 'window' | 'reserved',
		...parts: string[]
	): string;
}

/** Builds the keys for a prefix such as `{countersign}`. */
export function keysOf(prefix: string): Keys {
	const of = (...parts: string[]): string => `${prefix}:store:${parts.join(':')}`;
	// Outside values may hold `:`; encoded, one value can never spell another key.
	const safe = (parts: string[]): string[] => parts.map(encodeURIComponent);
	return {
		prefix,
		everything: `${prefix.replace(/[[\]*?\\]/g, '\\$&')}:*`,
		action: (id) => of('action', id),
		history: (id) => of('history', id),
		index: (tenant) => of('index', ...safe([tenant]), ''),
		due: of('due'),
		outbox: of('outbox'),
		quarantine: of('quarantine'),
		backlog: of('backlog'),
		mark: of('mark'),
		clockOffset: of('clock-offset'),
		changes: of('changes'),
		link: (hash) => of('link', hash),
		policy: (digest) => of('policy', digest),
		terms: (name) => of('terms', name),
		worker: (name) => of('worker', ...safe([name])),
		deliveries: (id) => of('deliveries', id),
		digest: of('digest'),
		session: (hash) => of('session', hash),
		signIn: (hash) => of('sign-in', hash),
		handshake: (hash) => of('handshake', hash),
		limit: (name) => of('limit', name),
		reply: (kind, ...parts) => of('reply', kind, ...safe(parts)),
		people: (kind, ...parts) => of('people', kind, ...safe(parts)),
		rollout: of('rollout'),
		learning: (kind, ...parts) => of('learning', kind, ...safe(parts)),
		fact: (kind, ...parts) => of('fact', kind, ...safe(parts)),
	};
}

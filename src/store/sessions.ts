/**
 * Who is signed in. A session is an opaque random id in a cookie; only its SHA-256 is stored, so that a copy of the store signs
 * nobody in. Links that sign in, and what has to be remembered while an identity provider is asked, are kept in the same way.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';

/** One signed-in browser. Instants in ms since the epoch by Redis time. */
export interface Session {
	/** The cookie's value; never stored. */
	readonly id: string;
	readonly reviewer: string;
	readonly openedAt: number;
	readonly seenAt: number;
	/** How the person signed in. */
	readonly via: 'link' | 'oidc' | 'dev';
}

/** What the way back from an identity provider is held against. */
export interface Handshake {
	/** The page that was asked for. */
	readonly to?: string;
	readonly state: string;
	readonly nonce: string;
	readonly verifier: string;
}

/** How long a session lives without a request, and at all, in ms (R-W4). */
export const idleMs = 30 * 60_000;
export const absoluteMs = 12 * 3_600_000;
/** How long a link signs in, in ms. */
export const signInMs = 15 * 60_000;
const handshakeMs = 10 * 60_000;
/** A request within this of the last one does not write again, in ms. */
const touchMs = 30_000;

export interface SessionStore {
	/** Opens a session under a new id, never under one that a browser brought (no fixation). */
	open(reviewer: string, via: Session['via']): Promise<Session>;
	/** The live session of an id, and keeps it alive; null where it is unknown, idle for too long or too old. */
	find(id: string): Promise<Session | null>;
	/** The same without keeping it alive: what a page asks by itself is no sign of a person. */
	peek(id: string): Promise<Session | null>;
	end(id: string): Promise<void>;
	/** Makes a link for a reviewer and returns its token: good once, for 15 minutes. `to`: the page that was asked for. */
	issueSignIn(reviewer: string, to?: string): Promise<string>;
	/** Whom a link would sign in; looking spends nothing. */
	findSignIn(token: string): Promise<string | null>;
	/** Whom the link signs in; whoever asks second gets null. */
	spendSignIn(token: string): Promise<{ readonly reviewer: string; readonly to: string | null } | null>;
	/** Keeps a handshake and returns the id under which it can be taken once. */
	keepHandshake(handshake: Handshake): Promise<string>;
	takeHandshake(id: string): Promise<Handshake | null>;
}

const secretForm = /^[A-Za-z0-9_-]{43}$/;
const newSecret = (): string => randomBytes(32).toString('base64url');
function signInOf(kept: string | null): { reviewer: string; to: string | null } | null {
	if (kept === null) return null;
	const [reviewer, to] = JSON.parse(kept) as [string, string | null];
	return { reviewer, to };
}
const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Binds sessions to a store. `now`: Redis time. */
export function sessionsOn(redis: Redis, keys: Keys, now: () => Promise<number>): SessionStore {
	const write = async (session: Session): Promise<void> => {
		const { id, ...kept } = session;
		await redis.set(keys.session(hashOf(id)), JSON.stringify(kept), 'PX', idleMs);
	};
	const live = async (id: string): Promise<{ session: Session; at: number } | null> => {
		if (!secretForm.test(id)) return null;
		const key = keys.session(hashOf(id));
		const [text, at] = await Promise.all([redis.get(key), now()]);
		if (text === null) return null;
		const session: Session = { id, ...(JSON.parse(text) as Omit<Session, 'id'>) };
		if (at - session.seenAt < idleMs && at - session.openedAt < absoluteMs) return { session, at };
		await redis.del(key);
		return null;
	};
	return {
		async open(reviewer, via) {
			const at = await now();
			const session: Session = { id: newSecret(), reviewer, openedAt: at, seenAt: at, via };
			await write(session);
			return session;
		},
		async find(id) {
			const found = await live(id);
			if (found === null) return null;
			const { session, at } = found;
			if (at - session.seenAt < touchMs) return session;
			const { id: _id, ...kept } = { ...session, seenAt: at };
			// Only where it is still there: a request that was on its way must not bring back a session that was ended meanwhile.
			await redis.set(keys.session(hashOf(id)), JSON.stringify(kept), 'PX', idleMs, 'XX');
			return { id, ...kept };
		},
		async peek(id) {
			return (await live(id))?.session ?? null;
		},
		async end(id) {
			if (secretForm.test(id)) await redis.del(keys.session(hashOf(id)));
		},
		async issueSignIn(reviewer, to) {
			const token = newSecret();
			await redis.set(keys.signIn(hashOf(token)), JSON.stringify([reviewer, to ?? null]), 'PX', signInMs);
			return token;
		},
		async findSignIn(token) {
			return signInOf(secretForm.test(token) ? await redis.get(keys.signIn(hashOf(token))) : null)?.reviewer ?? null;
		},
		async spendSignIn(token) {
			return signInOf(secretForm.test(token) ? await redis.getdel(keys.signIn(hashOf(token))) : null);
		},
		async keepHandshake(handshake) {
			const id = newSecret();
			await redis.set(keys.handshake(hashOf(id)), JSON.stringify(handshake), 'PX', handshakeMs);
			return id;
		},
		async takeHandshake(id) {
			if (!secretForm.test(id)) return null;
			const text = await redis.getdel(keys.handshake(hashOf(id)));
			return text === null ? null : (JSON.parse(text) as Handshake);
		},
	};
}

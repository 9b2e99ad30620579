/**
 * The terms of a verdict: what policy fixes for every action of a kind. They are most of a verdict's bytes and the same for
 * thousands of parked actions, so they are kept once, under their hash, and a record only names them. Nothing removes them:
 * there are as many as there were plans in the policies of the past.
 */
import { hash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Verdict } from '../domain/verdict.ts';
import type { Keys } from './keys.ts';

type Terms = Pick<Verdict, 'policyDigest' | 'plan' | 'executor'>;
/** A verdict as it stands in a record. */
type Stored = Omit<Verdict, keyof Terms> & { readonly terms: string };

/** The two parts of a verdict: what the record holds, and what must lie under `key` before a record may name it. */
export interface Parted {
	readonly record: string;
	readonly key: string;
	readonly terms: string;
}

export interface TermsStore {
	/** Parts a verdict; null where its plan was made for this action alone, and the record holds all of it. */
	part(verdict: Verdict): Parted | null;
	/** The verdict of what a record holds. */
	whole(text: string): Promise<Verdict>;
}

/** As many as any policy has plans; beyond it they are read again. */
const mostRemembered = 1000;

export function termsOn(redis: Redis, keys: Keys): TermsStore {
	const read = new Map<string, Terms>();
	const named = new Map<string, string>();
	const remember = <V>(memory: Map<string, V>, key: string, value: V): V => {
		if (memory.size >= mostRemembered) memory.clear();
		memory.set(key, value);
		return value;
	};
	return {
		part({ policyDigest, plan, executor, ...rest }) {
			// Policy's own plans are frozen when it is loaded; one with a deadline of its proposal's is like no other.
			if (plan !== null && !Object.isFrozen(plan)) return null;
			const terms = JSON.stringify({ policyDigest, plan, executor } satisfies Terms);
			const name = named.get(terms) ?? remember(named, terms, hash('sha256', terms, 'base64url').slice(0, 22));
			return { record: JSON.stringify({ ...rest, terms: name } satisfies Stored), key: keys.terms(name), terms };
		},
		async whole(text) {
			const { terms: name, ...rest } = JSON.parse(text) as Stored | (Verdict & { readonly terms?: undefined });
			if (name === undefined) return rest as Verdict;
			const terms = read.get(name) ?? remember(read, name, await readTerms(redis, keys.terms(name)));
			return { ...rest, ...terms } as Verdict;
		},
	};
}

async function readTerms(redis: Redis, key: string): Promise<Terms> {
	const text = await redis.get(key);
	// A record names only what was there in the same write; somebody has deleted it since.
	if (text === null) throw new Error(`the terms \`${key}\` are gone`);
	const terms = JSON.parse(text) as Terms;
	return { ...terms, plan: Object.freeze(terms.plan) };
}

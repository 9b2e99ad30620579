/**
 * Links that let one reviewer answer one revision through one channel. The token is 131 random bits; only its SHA-256 is
 * stored, so that a copy of the store holds no usable link (R-L3). What a link may still do is up to the action's state:
 * it is never "consumed" apart from the decision, so the two cannot disagree (R-L4, R-L6).
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Channel } from '../domain/verdict.ts';
import type { Keys } from './keys.ts';

export interface Link {
	readonly actionId: string;
	readonly revision: number;
	/** What the reviewer was shown. */
	readonly payloadDigest: string;
	readonly reviewer: string;
	readonly channel: Channel;
	/** What it opens: the review, or the case of the person on call. */
	readonly purpose: 'review' | 'case';
}

/** A link to the form that reports what ran as wrong. It decides nothing. */
export type ReportLink = Omit<Link, 'purpose'> & { readonly purpose: 'report' };

/** A link to a list of what waited for one reviewer. Each item has a link of its own. */
export interface ListLink {
	readonly reviewer: string;
	readonly channel: Channel;
	readonly purpose: 'list';
	readonly items: readonly Pick<Link, 'actionId' | 'revision' | 'purpose'>[];
}

export interface LinkStore {
	/** Stores a link and returns its token: 22 base62 characters. `keepMs`: how long it still explains what became of the action. */
	issue(link: Link | ReportLink, keepMs: number): Promise<string>;
	/** The link of a token with which somebody can answer; null for an unknown one, and for the other kinds. */
	find(token: string): Promise<Link | null>;
	findReport(token: string): Promise<ReportLink | null>;
	/** Stores the links of several items, and one to the list of them. */
	issueList(links: readonly Link[], keepMs: number): Promise<{ list: string; items: string[] }>;
	findList(token: string): Promise<ListLink | null>;
}

/** The form of a token, for the edge. */
export const tokenForm = /^[0-9A-Za-z]{22}$/;

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function randomToken(): string {
	let token = '';
	while (token.length < 22) {
		// 248 is the largest multiple of 62 in a byte: above it the first letters would come up more often.
		for (const byte of randomBytes(32)) if (byte < 248 && token.length < 22) token += alphabet[byte % 62];
	}
	return token;
}

/**
 * The token of an item follows from that of its list, so that the page of the list can link to it although the store holds no
 * token: who has the one has the others, and nobody who reads the store has any.
 */
export function itemToken(list: string, { actionId, revision, purpose }: ListLink['items'][number]): string {
	const bytes = createHmac('sha256', list).update(`${purpose}/${actionId}/${revision}`).digest();
	let rest = BigInt(`0x${bytes.toString('hex')}`);
	let token = '';
	while (token.length < 22) {
		token += alphabet[Number(rest % 62n)];
		rest /= 62n;
	}
	return token;
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

type Kept = Link | ReportLink | ListLink;

export function linksOn(redis: Redis, keys: Keys): LinkStore {
	const write = async (token: string, link: Kept, keepMs: number): Promise<void> => {
		await redis.set(keys.link(hashOf(token)), JSON.stringify(link), 'PX', Math.max(1, Math.ceil(keepMs)));
	};
	const read = async (token: string): Promise<Kept | null> => {
		if (!tokenForm.test(token)) return null;
		const text = await redis.get(keys.link(hashOf(token)));
		return text === null ? null : (JSON.parse(text) as Kept);
	};
	return {
		async issue(link, keepMs) {
			const token = randomToken();
			await write(token, link, keepMs);
			return token;
		},
		async find(token) {
			const kept = await read(token);
			return kept?.purpose === 'review' || kept?.purpose === 'case' ? kept : null;
		},
		async findReport(token) {
			const kept = await read(token);
			return kept?.purpose === 'report' ? kept : null;
		},
		async issueList(links, keepMs) {
			const [first] = links;
			if (first === undefined) throw new Error('a list needs an item');
			const list = randomToken();
			const items = links.map(({ actionId, revision, purpose }) => ({ actionId, revision, purpose }));
			const tokens = items.map((item) => itemToken(list, item));
			const { reviewer, channel } = first;
			await Promise.all([
				write(list, { reviewer, channel, purpose: 'list', items }, keepMs),
				...links.map((link, i) => write(tokens[i] as string, link, keepMs)),
			]);
			return { list, items: tokens };
		},
		async findList(token) {
			const kept = await read(token);
			return kept?.purpose === 'list' ? kept : null;
		},
	};
}

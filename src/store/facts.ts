/** What policy needs to know of the past: fetched, and reserved, in one round trip (facts.lua); written with the transitions. */
import type { Redis } from 'ioredis';
import type { Facts, FactsQuery } from '../domain/facts.ts';
import type { Keys } from './keys.ts';
import { scriptNamed } from './script.ts';
import type { FactWrite } from './transition.ts';

const dayMs = 24 * 3600_000;
/** A window is divided into this many slices; it may count one slice too much, never one too little. */
const slices = 60;
const sliceOf = (windowMs: number): number => Math.ceil(windowMs / slices);

/** Facts, and when what the action adds to the windows was reserved: what is given back must come out of the same slices. */
export interface Fetched extends Facts {
	readonly reservedAt: number | null;
	/** Version of the roll-out that holds at this instant. */
	readonly rollout: string;
}

export interface FactStore {
	/** Looks up and reserves for one revision of an action; asking again reserves nothing twice. */
	fetch(id: string, revision: number, query: FactsQuery): Promise<Fetched>;
	/** The record is written and knows what it reserved: the note of it from before there was a record is not needed any more. */
	recorded(id: string, revision: number): readonly FactWrite[];
	/** The end user's action needed approval. */
	approvalNeeded(tenant: string, user: string, id: string): readonly FactWrite[];
	/** Guard for `approvalNeeded`: two actions judged at once must not both be the second of the day. */
	approvalsGuard(query: FactsQuery, facts: Facts): { key: string; since: number; count: number } | undefined;
	/** A person approved or rejected an action of this agent. */
	reviewed(tenant: string, agent: string, rejected: boolean): readonly FactWrite[];
	/** The environment refused an action in this conversation. */
	refused(tenant: string, refusalKey: string): readonly FactWrite[];
	/** Gives back what the action reserved: it did not run. */
	released(query: FactsQuery, reservedAt: number): readonly FactWrite[];
}

/** Binds the facts to a store. */
export function factsOn(redis: Redis, keys: Keys, settings: { devClock: boolean }): FactStore {
	const script = scriptNamed('facts');
	const windowKey = (query: FactsQuery, window: FactsQuery['windows'][number]): string =>
		keys.fact('window', query.tenant, window.limit, window.key);
	const approvalsKey = (tenant: string, user: string): string => keys.fact('approvals', tenant, user);
	const reservedKey = (id: string, revision: number): string => keys.fact('reserved', id, String(revision));
	return {
		async fetch(id, revision, query) {
			const user = query.user ?? '';
			const longest = Math.max(...query.windows.map(({ windowMs }) => windowMs));
			const answer = (await script.run(
				redis,
				[
					keys.fact('reviewed', query.tenant, query.agent),
					approvalsKey(query.tenant, user),
					keys.fact('confidences', query.tenant, user),
					keys.fact('repeat', query.tenant, query.repeatKey ?? ''),
					keys.fact('refusals', query.tenant, query.refusalKey ?? ''),
					reservedKey(id, revision),
					keys.clockOffset,
					keys.action(id),
					keys.rollout,
					...query.windows.map((window) => windowKey(query, window)),
				],
				[
					id,
					`${id}.${revision}`,
					settings.devClock ? '1' : '',
					Number(query.confidence.toPrecision(14)),
					query.user === null ? '' : '1',
					query.repeatKey === null ? '' : query.repeatWindowMs,
					query.refusalKey === null ? '' : '1',
					revision,
					query.windows.length === 0 ? '' : longest,
					...query.windows.flatMap(({ amount, windowMs }) => [amount, windowMs, sliceOf(windowMs)]),
				],
			)) as [string, number, number, string[], string, number, string[], string, string];
			const [now, rejections, approvals, confidences, repeatOf, refusals, sums, reservedAt, rollout] = answer;
			const windows = query.windows.map((window, i) => [
				window.limit,
				{ count: Number(sums[2 * i]), sum: Number(sums[2 * i + 1]) },
			]);
			return {
				now: Number(now),
				agentRejectionsInARow: rejections,
				userApprovals24h: approvals,
				userConfidences1h: confidences.map(Number),
				repeatOf: repeatOf === '' ? null : repeatOf,
				refusals,
				windows: Object.fromEntries(windows),
				reservedAt: reservedAt === '' ? null : Number(reservedAt),
				rollout,
			};
		},
		recorded: (id, revision) => [['DEL', reservedKey(id, revision)]],
		approvalNeeded: (tenant, user, id) => [
			['ZADD', approvalsKey(tenant, user), '@now', id],
			['ZREMRANGEBYRANK', approvalsKey(tenant, user), 0, -101],
			['PEXPIRE', approvalsKey(tenant, user), dayMs],
		],
		approvalsGuard: (query, facts) =>
			query.user === null
				? undefined
				: { key: approvalsKey(query.tenant, query.user), since: facts.now - dayMs, count: facts.userApprovals24h },
		reviewed: (tenant, agent, rejected) => [
			['LPUSH', keys.fact('reviewed', tenant, agent), rejected ? '1' : '0'],
			['LTRIM', keys.fact('reviewed', tenant, agent), 0, 9],
		],
		refused: (tenant, refusalKey) => [
			['INCR', keys.fact('refusals', tenant, refusalKey)],
			['PEXPIRE', keys.fact('refusals', tenant, refusalKey), 30 * dayMs],
		],
		released: (query, reservedAt) =>
			query.windows.flatMap((window): FactWrite[] => {
				const sliceMs = sliceOf(window.windowMs);
				const slice = Math.floor(reservedAt / sliceMs);
				return [
					['HINCRBY', windowKey(query, window), `n${slice}`, -1],
					['HINCRBY', windowKey(query, window), `s${slice}`, -window.amount],
					['PEXPIRE', windowKey(query, window), window.windowMs + sliceMs],
				];
			}),
	};
}

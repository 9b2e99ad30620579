/** Spot checks: what was drawn while it was routed, what people are asked about since it ended, and what they said. */
import type { Redis } from 'ioredis';
import type { CheckAnswer, Drawn, SpotCheck } from '../domain/spot-check.ts';
import type { Keys } from './keys.ts';
import { scriptNamed } from './script.ts';
import type { FactWrite } from './transition.ts';

/** `again`: somebody has answered before, and what they said stands. */
export type CheckResult = 'recorded' | 'again' | 'missing';

export interface SpotCheckStore {
	/** The key of the draw, made once: who does not know it cannot foresee what is drawn. */
	drawKey(): Promise<string>;
	/** How many of a stratum have run this week. */
	seen(stratum: Stratum): Promise<number>;
	/** One more has run in its stratum, after `seen` others; where it was drawn, it is to be asked about once it has ended. */
	ran(stratum: Stratum, seen: number, drawn: Drawn | null): readonly FactWrite[];
	/** What was drawn and nobody was asked about yet, oldest first. */
	drawn(limit: number): Promise<Drawn[]>;
	/** People are asked about these from now on. */
	ask(drawn: readonly Drawn[]): Promise<void>;
	/** These never ran, or are not known any more. */
	drop(drawn: readonly Drawn[]): Promise<void>;
	/** These have not ended yet: the others first. */
	postpone(drawn: readonly Drawn[]): Promise<void>;
	/** What waits for an answer, newest first. */
	open(limit: number): Promise<SpotCheck[]>;
	get(actionId: string): Promise<SpotCheck | null>;
	/** Records an answer; the first stands. */
	answer(actionId: string, said: { readonly reviewer: string; readonly right: boolean }): Promise<CheckResult>;
	/** Checks of a tenant whose actions ran from `from` to `to` (excluded), oldest first. */
	between(tenant: string, from: number, to: number): Promise<SpotCheck[]>;
}

export interface Stratum {
	readonly tenant: string;
	readonly operation: string;
	readonly band: string;
}

const weekMs = 7 * 86_400_000;
/** Nobody remembers after two weeks whether it was right: an unanswered check is not shown any more. */
const openMs = 2 * weekMs;
/** Checks stay as long as anybody compares months. */
const keepMs = 400 * 86_400_000;
const postponeMs = 60_000;

export function spotChecksOn(redis: Redis, keys: Keys, now: () => Promise<number>): SpotCheckStore {
	const script = scriptNamed('spot-check');
	const drawnKey = keys.learning('drawn');
	const openKey = keys.learning('checks-open');
	const check = (id: string): string => keys.learning('check', id);
	const asked = (tenant: string): string => keys.learning('checks-asked', tenant);
	const stratumKey = ({ tenant, operation, band }: Stratum): string => keys.learning('stratum', tenant, operation, band);
	const read = async (ids: readonly string[]): Promise<SpotCheck[]> => {
		const found = await Promise.all(ids.map((id) => redis.hgetall(check(id))));
		return found.map(checkOf).filter((each) => each !== null);
	};
	let key: string | null = null;
	return {
		async drawKey() {
			if (key !== null) return key;
			await redis.set(keys.learning('draw-key'), crypto.randomUUID() + crypto.randomUUID(), 'NX');
			key = await redis.get(keys.learning('draw-key'));
			return key ?? '';
		},
		seen: async (stratum) => Number((await redis.get(stratumKey(stratum))) ?? 0),
		ran(stratum, seen, drawn) {
			const writes: FactWrite[] = [['INCR', stratumKey(stratum)]];
			// The week of a stratum begins with its first action, and it is new again after it.
			if (seen === 0) writes.push(['PEXPIRE', stratumKey(stratum), weekMs]);
			if (drawn !== null) writes.push(['ZADD', drawnKey, '@now', JSON.stringify(drawn)]);
			return writes;
		},
		drawn: async (limit) =>
			(await redis.zrangebyscore(drawnKey, '-inf', await now(), 'LIMIT', 0, limit)).map((text) => JSON.parse(text) as Drawn),
		async ask(drawn) {
			if (drawn.length === 0) return;
			const at = await now();
			const writing = redis.multi();
			for (const one of drawn) {
				writing
					.hsetnx(check(one.actionId), 'drawn', JSON.stringify(one))
					.pexpire(check(one.actionId), keepMs)
					.zadd(openKey, 'NX', at, one.actionId)
					.zadd(asked(one.tenant), 'NX', one.ranAt, one.actionId)
					.zremrangebyscore(asked(one.tenant), '-inf', at - keepMs)
					.zremrangebyscore(openKey, '-inf', at - openMs)
					.zrem(drawnKey, JSON.stringify(one));
			}
			await writing.exec();
		},
		async drop(drawn) {
			if (drawn.length > 0) await redis.zrem(drawnKey, ...drawn.map((one) => JSON.stringify(one)));
		},
		async postpone(drawn) {
			const at = (await now()) + postponeMs;
			if (drawn.length > 0) await redis.zadd(drawnKey, 'XX', ...drawn.flatMap((one) => [String(at), JSON.stringify(one)]));
		},
		async open(limit) {
			const since = (await now()) - openMs;
			return read(await redis.zrevrangebyscore(openKey, '+inf', since, 'LIMIT', 0, limit));
		},
		get: async (actionId) => checkOf(await redis.hgetall(check(actionId))),
		async answer(actionId, { reviewer, right }) {
			const said = { right, reviewer, at: await now() } satisfies CheckAnswer;
			const keyed = [check(actionId), openKey, keys.learning('due')];
			return (await script.run(redis, keyed, [actionId, JSON.stringify(said), String(said.at)])) as CheckResult;
		},
		async between(tenant, from, to) {
			return read(await redis.zrangebyscore(asked(tenant), from, `(${to}`));
		},
	};
}

function checkOf(record: Readonly<Record<string, string>>): SpotCheck | null {
	if (record.drawn === undefined) return null;
	const answer = record.answer === undefined ? null : (JSON.parse(record.answer) as CheckAnswer);
	return { ...(JSON.parse(record.drawn) as Drawn), answer };
}

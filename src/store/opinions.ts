/** Second opinions that were given, and what the day has cost. */
import { hash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { ModelAnswer } from '../domain/opinion.ts';
import type { Keys } from './keys.ts';

/** What an answer depends on. */
export interface OpinionKey {
	readonly model: string;
	/** The words of the question: another wording is another question. */
	readonly ask: string;
	/** Digest of what was sent. */
	readonly data: string;
}

/** What one day may cost: millionths of a dollar, and how many are asked. */
export interface DayCaps {
	readonly cost: number;
	readonly asks: number;
}

export interface OpinionStore {
	known(key: OpinionKey): Promise<ModelAnswer | null>;
	keep(key: OpinionKey, answer: ModelAnswer, keepMs: number): Promise<void>;
	/** Sets the most that one more could cost aside; false where the day's caps would be passed. Day of UTC. */
	reserve(at: number, cost: number, caps: DayCaps): Promise<boolean>;
	/** Gives back what was set aside and not spent. */
	settle(at: number, unspent: number): Promise<void>;
}

const dayMs = 86_400_000;

export function opinionsOn(redis: Redis, keys: Keys): OpinionStore {
	const answer = ({ model, ask, data }: OpinionKey): string =>
		keys.learning('opinion', hash('sha256', JSON.stringify([model, ask, data]), 'base64url'));
	const day = (at: number): string => keys.learning('opinion-day', String(Math.floor(at / dayMs)));
	return {
		async known(key) {
			const text = await redis.get(answer(key));
			return text === null ? null : (JSON.parse(text) as ModelAnswer);
		},
		async keep(key, given, keepMs) {
			await redis.set(answer(key), JSON.stringify(given), 'PX', keepMs);
		},
		async reserve(at, cost, caps) {
			const counted = await redis
				.multi()
				.hincrby(day(at), 'cost', cost)
				.hincrby(day(at), 'asks', 1)
				.pexpire(day(at), 2 * dayMs)
				.exec();
			const [[, spent] = [], [, asks] = []] = counted ?? [];
			if (Number(spent) <= caps.cost && Number(asks) <= caps.asks) return true;
			// Set aside first and given back: of many who ask at once, none can pass the cap.
			await redis.multi().hincrby(day(at), 'cost', -cost).hincrby(day(at), 'asks', -1).exec();
			return false;
		},
		async settle(at, unspent) {
			if (unspent > 0) await redis.hincrby(day(at), 'cost', -unspent);
		},
	};
}

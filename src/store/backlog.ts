/** How many actions of each agent wait to be judged: counted in the write that brings them in, and in the one that judges them. */
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';
import type { FactWrite } from './transition.ts';

/** Whose actions. */
export interface BacklogOwner {
	readonly tenant: string;
	readonly agent: string;
}

export interface Backlog {
	of(owner: BacklogOwner): Promise<number>;
	/** One more waits. */
	entered(owner: BacklogOwner): FactWrite;
	/** One is judged, or was taken back before. */
	left(owner: BacklogOwner): FactWrite;
}

export function backlogOn(redis: Redis, keys: Keys): Backlog {
	const field = ({ tenant, agent }: BacklogOwner): string => `${encodeURIComponent(tenant)}/${encodeURIComponent(agent)}`;
	return {
		of: async (owner) => Math.max(0, Number((await redis.hget(keys.backlog, field(owner))) ?? 0)),
		entered: (owner) => ['HINCRBY', keys.backlog, field(owner), 1],
		left: (owner) => ['HINCRBY', keys.backlog, field(owner), -1],
	};
}

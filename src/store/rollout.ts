/** The roll-out: its state, of which every judgement sees the version, and what happened to it. */
import { hash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { noRollout, type Rollout, type RolloutEvent } from '../domain/rollout.ts';
import type { Keys } from './keys.ts';
import { scriptNamed } from './script.ts';

export interface RolloutStore {
	read(): Promise<Rollout>;
	/** Replaces the state that was read, with what happened; false where it has changed since. */
	replace(before: Rollout, after: Omit<Rollout, 'version'>, event: RolloutEvent): Promise<boolean>;
	/** What happened, newest first. */
	history(limit: number): Promise<RolloutEvent[]>;
}

const mostEvents = 1000;

export function rolloutOn(redis: Redis, keys: Keys): RolloutStore {
	const script = scriptNamed('rollout');
	return {
		async read() {
			const { version, state } = await redis.hgetall(keys.rollout);
			if (version === undefined || state === undefined) return noRollout;
			return { ...(JSON.parse(state) as Omit<Rollout, 'version'>), version };
		},
		async replace(before, after, event) {
			const version = hash('sha256', randomUUID(), 'base64url').slice(0, 16);
			const state = JSON.stringify({ candidate: after.candidate, demoted: after.demoted, restored: after.restored });
			const named = [keys.rollout, keys.learning('rollout-history')];
			const made = await script.run(redis, named, [before.version, version, state, JSON.stringify(event), mostEvents]);
			return made === 1;
		},
		async history(limit) {
			const found = await redis.lrange(keys.learning('rollout-history'), 0, limit - 1);
			return found.map((text) => JSON.parse(text) as RolloutEvent);
		},
	};
}

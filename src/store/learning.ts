/** What is learned from people, and what is counted for reports. Nothing here is needed to run an action. */
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';
import { type SpotCheckStore, spotChecksOn } from './spot-checks.ts';
import { type StatisticsStore, statisticsOn } from './statistics.ts';

export interface LearningStore {
	readonly spotChecks: SpotCheckStore;
	readonly statistics: StatisticsStore;
}

export const learningOn = (redis: Redis, keys: Keys, now: () => Promise<number>): LearningStore => ({
	spotChecks: spotChecksOn(redis, keys, now),
	statistics: statisticsOn(redis, keys),
});

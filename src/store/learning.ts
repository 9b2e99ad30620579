/** What is learned from people, and what is counted for reports. Nothing here is needed to run an action. */
import type { Redis } from 'ioredis';
import { type ExampleStore, examplesOn } from './examples.ts';
import type { Keys } from './keys.ts';
import { type LessonStore, lessonsOn } from './lessons.ts';
import { type OpinionStore, opinionsOn } from './opinions.ts';
import { type RolloutStore, rolloutOn } from './rollout.ts';
import { type SpotCheckStore, spotChecksOn } from './spot-checks.ts';
import { type StatisticsStore, statisticsOn } from './statistics.ts';

export interface LearningStore {
	/** What has not been learned from yet. */
	readonly lessons: LessonStore;
	/** Labelled decisions. */
	readonly examples: ExampleStore;
	/** Second opinions. */
	readonly opinions: OpinionStore;
	/** A candidate policy, and what was demoted. */
	readonly rollout: RolloutStore;
	readonly spotChecks: SpotCheckStore;
	readonly statistics: StatisticsStore;
}

export const learningOn = (redis: Redis, keys: Keys, now: () => Promise<number>): LearningStore => ({
	lessons: lessonsOn(redis, keys),
	examples: examplesOn(redis, keys),
	opinions: opinionsOn(redis, keys),
	rollout: rolloutOn(redis, keys),
	spotChecks: spotChecksOn(redis, keys, now),
	statistics: statisticsOn(redis, keys),
});

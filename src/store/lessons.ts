/** What is to be learned from and has not been yet: ids, put there by the write that decided. Each is learned from once. */
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';
import { scriptNamed } from './script.ts';
import type { FactWrite } from './transition.ts';

/** What happened. `decided`: a person ended a review or case, or it ended without one; `checked`: a spot check was answered; `reported`: somebody says it was wrong. */
export const lessonKinds = ['decided', 'checked', 'reported'] as const;
export type LessonKind = (typeof lessonKinds)[number];

export interface Lesson {
	readonly kind: LessonKind;
	readonly actionId: string;
	readonly at: number;
}

export interface LessonStore {
	/** For the write that decided. */
	due(kind: LessonKind, actionId: string): readonly FactWrite[];
	/** Puts one there by itself. */
	add(kind: LessonKind, actionId: string, at: number): Promise<void>;
	/** The oldest. */
	waiting(limit: number): Promise<Lesson[]>;
	/** Writes what was learned from one and takes it away, in one step; nothing where somebody else has. */
	learned(lesson: Lesson, writes: readonly FactWrite[]): Promise<boolean>;
}

export function lessonsOn(redis: Redis, keys: Keys): LessonStore {
	const script = scriptNamed('lesson');
	const key = keys.learning('due');
	const member = (kind: LessonKind, actionId: string): string => `${kind}/${actionId}`;
	return {
		due: (kind, actionId) => [['ZADD', key, '@now', member(kind, actionId)]],
		async add(kind, actionId, at) {
			await redis.zadd(key, at, member(kind, actionId));
		},
		async waiting(limit) {
			const flat = await redis.zrange(key, '0', String(limit - 1), 'WITHSCORES');
			const found: Lesson[] = [];
			for (let i = 0; i + 1 < flat.length; i += 2) {
				const [kind, actionId = ''] = (flat[i] as string).split('/');
				found.push({ kind: kind as LessonKind, actionId, at: Number(flat[i + 1]) });
			}
			return found;
		},
		async learned({ kind, actionId, at }, writes) {
			const named = [key, ...writes.map(([, each]) => each)];
			const words = writes.flatMap(([command, , ...rest]) => [rest.length + 1, command, ...rest]);
			return (await script.run(redis, named, [member(kind, actionId), at, writes.length, ...words])) === 1;
		},
	};
}

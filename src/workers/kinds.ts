/** The kinds of workers, by the name operators give to `countersign worker --only`. */
import type { QueueName } from '../queues/catalog.ts';
import type { Handlers } from '../queues/work.ts';
import { approval } from './approval.ts';
import { classifier } from './classifier.ts';
import { deadlines } from './deadlines.ts';
import { deliveries } from './deliveries.ts';
import type { WorkerDeps } from './deps.ts';
import { escalation } from './escalation.ts';
import { outcomes } from './outcomes.ts';
import { auto, notify } from './runner.ts';
import { chores } from './sweeper.ts';

export interface Kind {
	readonly queue: QueueName;
	readonly handlers: (deps: WorkerDeps) => Handlers;
	/** Jobs at once, where the configured number does not fit. */
	readonly concurrency?: number;
}

export const workerKinds = {
	// It waits for Redis and for nothing else: more at once would only ask an empty queue more often.
	classifier: { queue: 'actions', handlers: classifier, concurrency: 16 },
	auto: { queue: 'auto', handlers: auto },
	notify: { queue: 'notify', handlers: notify },
	approval: { queue: 'approval', handlers: approval },
	escalation: { queue: 'escalation', handlers: escalation },
	// Each wake-up looks at everything that is due: two at once keep going while one waits for Redis.
	deadlines: { queue: 'deadlines', handlers: deadlines, concurrency: 2 },
	deliveries: { queue: 'deliveries', handlers: deliveries, concurrency: 10 },
	outcomes: { queue: 'outcomes', handlers: outcomes },
	chores: { queue: 'chores', handlers: chores, concurrency: 2 },
} as const satisfies Record<string, Kind>;

export type WorkerKind = keyof typeof workerKinds;

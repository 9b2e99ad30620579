/** The deadline worker: a wake-up came; everything that is due is looked at, by the due index and Redis time, not by the wake-up. */
import type { Handlers } from '../queues/work.ts';
import type { WorkerDeps } from './deps.ts';
import { lookAtDue } from './look-at-due.ts';
import { sendHeld } from './waiting.ts';

/** Handlers of the `deadlines` queue. */
export const deadlines = (deps: WorkerDeps): Handlers => ({
	async wake() {
		await lookAtDue(deps);
		await sendHeld(deps);
	},
});

/** The approval worker: a review was opened, or its next tier began; whoever of that tier can be told is told. */
import type { ActionJob } from '../queues/catalog.ts';
import type { Handlers } from '../queues/work.ts';
import type { WorkerDeps } from './deps.ts';
import { openTier } from './open-tier.ts';

/** Handlers of the `approval` queue. */
export const approval = (deps: WorkerDeps): Handlers => ({
	async open_review({ id }: ActionJob) {
		const action = await deps.engine.store.actions.get(id);
		if (action === null || action.state !== 'in_review') return;
		await openTier(deps, action);
		deps.signal('review_opened', id);
	},
});

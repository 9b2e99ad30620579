/** The escalation worker: a case was opened, or its next tier began, and the on-call people are paged; alerts go to them too. */

import { casePlan } from '../policy/plan.ts';
import type { ActionJob } from '../queues/catalog.ts';
import type { Handlers } from '../queues/work.ts';
import type { WorkerDeps } from './deps.ts';
import { openTier } from './open-tier.ts';
import { pushEverybody } from './push-everybody.ts';

/** Handlers of the `escalation` queue. */
export const escalation = (deps: WorkerDeps): Handlers => ({
	async open_case({ id }: ActionJob) {
		const action = await deps.engine.store.actions.get(id);
		if (action === null || (action.state !== 'escalated' && action.state !== 'outcome_unknown')) return;
		await openTier(deps, action);
		deps.signal('case_opened', id);
	},
	async alert({ id }: ActionJob) {
		const action = await deps.engine.store.actions.get(id);
		if (action === null) return;
		deps.engine.log.error({ id, outcome: action.outcome }, 'alert: nobody answered, and the fallback failed');
		await pushEverybody(deps, action, { kind: 'note', plan: casePlan(deps.engine.policy(), action.proposal) });
		deps.signal('alerted', id);
	},
});

/** The workers of `auto` and `notify`: they run what was approved, by policy or by people, and the fallbacks and reconciliations beside it. */
import { execute } from '../execution/execute.ts';
import { runFallback } from '../execution/fallback.ts';
import { reconcile } from '../execution/reconcile.ts';
import type { ActionJob, QueueName } from '../queues/catalog.ts';
import type { Handlers } from '../queues/work.ts';
import type { WorkerDeps } from './deps.ts';
import { type Forgery, reportForgery } from './forgery.ts';
import { tellDecider } from './tell-decider.ts';

/** Handlers of the `auto` queue. */
export const auto = (deps: WorkerDeps): Handlers => ({
	...runsOn('auto', deps),
	async run_fallback({ id }: ActionJob) {
		await runFallback(deps, id, deps.stop);
		deps.signal('fallback', id);
	},
	async reconcile({ id }: ActionJob) {
		await reconcile(deps, id, deps.stop);
		deps.signal('reconciled', id);
	},
});

/** Handlers of the `notify` queue: the same execution; its line in the digest was written with the decision. */
export const notify = (deps: WorkerDeps): Handlers => runsOn('notify', deps);

const runsOn = (queue: QueueName, deps: WorkerDeps): Handlers => ({
	async execute(data: ActionJob, job) {
		const how = await execute(deps, data.id, deps.stop);
		if (how === 'not_approved') await reportForgery(deps, { queue, jobId: job.jobId, data } satisfies Forgery);
		if (how === 'not_done' || how === 'mismatch') await tellDecider(deps, data.id);
		deps.signal('executed', data.id);
	},
});

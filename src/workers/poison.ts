/**
 * A job that took its worker along twice is not run a third time: it is kept with its bytes, and its action goes on without it, to
 * a person. What is not about an action's next step just stays in quarantine, from where it can be driven again.
 */
import { fallbackFailed, reconciled } from '../engine/endings.ts';
import { casePlan } from '../policy/plan.ts';
import { type ActionJob, actionJob, type QueueName } from '../queues/catalog.ts';
import type { RawJob } from '../queues/work.ts';
import { giveToPerson } from './classifier.ts';
import type { WorkerDeps } from './deps.ts';

const problem = {
	code: 'poison_job',
	message: 'its worker died with it twice, the second time while it ran alone; drive it again once the cause is mended',
} as const;

/** Keeps the job, and gives its action to a person where the job was its next step. */
export async function setAside(deps: WorkerDeps, queue: QueueName, job: RawJob & { readonly data: unknown }): Promise<void> {
	const { store, log } = deps.engine;
	await store.quarantine.put({ queue, jobId: job.id, problem, raw: job.raw, encoding: 'utf8' });
	log.error({ queue, jobId: job.id, code: problem.code }, `alert: ${problem.message}`);
	const about = actionJob.safeParse(job.data);
	if (about.success) await passOver(deps, job.name, about.data);
	deps.signal('quarantined', job.id);
}

/** Without this, the due index would ask for the same job again, for ever. */
async function passOver({ engine }: WorkerDeps, name: string, { id }: ActionJob): Promise<void> {
	const action = await engine.store.actions.get(id);
	if (action === null) return;
	if (name === 'classify' && action.state === 'received') await giveToPerson({ engine }, action, new Error(problem.message));
	if (name === 'run_fallback' && action.state === 'falling_back') {
		const failure = { reason: problem.message, plan: casePlan(engine.policy(), action.proposal) };
		await engine.commit(fallbackFailed(action, engine.worker, failure), action);
	}
	if (name === 'reconcile' && action.state === 'outcome_unknown')
		await engine.commit(reconciled(action, engine.worker, { status: 'unknown' }), action);
}

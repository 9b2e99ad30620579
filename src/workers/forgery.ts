/**
 * A job that asks to run what nobody approved. Late and repeated wake-ups are harmless and common; a job for an action that
 * is still undecided, or that does not exist, was added by somebody who should not have: it is kept as evidence.
 */
import type { ActionJob, QueueName } from '../queues/catalog.ts';
import type { WorkerDeps } from './deps.ts';

export interface Forgery {
	readonly queue: QueueName;
	readonly jobId: string;
	readonly data: ActionJob;
}

const undecided: readonly string[] = ['received', 'in_review', 'escalated'];

/** Keeps the job in quarantine where no honest story explains it. */
export async function reportForgery({ engine }: WorkerDeps, { queue, jobId, data }: Forgery): Promise<void> {
	const action = await engine.store.actions.get(data.id);
	if (action !== null && (!undecided.includes(action.state) || (await wasApproved(engine, data)))) return;
	await engine.store.quarantine.put({
		queue,
		jobId,
		problem: {
			code: 'no_bound_decision',
			message:
				action === null
					? 'the job names an action that does not exist'
					: `the job asks to run an action that is \`${action.state}\``,
		},
		raw: JSON.stringify(data),
		encoding: 'utf8',
	});
	engine.log.error({ queue, jobId, id: data.id }, 'no_bound_decision');
}

/** An honest wake-up names the version at which the action was approved; it may be late, and something may have led back since. */
async function wasApproved({ store }: WorkerDeps['engine'], { id, version }: ActionJob): Promise<boolean> {
	const history = await store.actions.history(id);
	return history.some((entry) => entry.version === version && entry.to === 'approved');
}

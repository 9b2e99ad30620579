/** The outcome worker: tells an agent that asked to be told by webhook. Who waits on a connection hears of it by the write itself. */
import { publicAction } from '../domain/public-action.ts';
import { signedPost } from '../execution/signed-post.ts';
import type { ActionJob } from '../queues/catalog.ts';
import type { Handlers } from '../queues/work.ts';
import type { WorkerDeps } from './deps.ts';

const timeoutMs = 10_000;

/** Handlers of the `outcomes` queue. A callback that fails never changes the decision; it is tried again, then left. */
export const outcomes = (deps: WorkerDeps): Handlers => ({
	async publish_outcome({ id, version }: ActionJob, job) {
		const action = await deps.engine.store.actions.get(id);
		const url = action?.proposal.callbackUrl;
		if (action === null || action === undefined || url === undefined) return;
		if (deps.webhook === null) {
			deps.engine.log.warn({ id }, 'a callback was asked for, but WEBHOOK_SECRET is not set');
			return;
		}
		const posted = await signedPost({
			url,
			// The same for every try, so that the receiver can tell a repeat.
			id: `${id}.${version}`,
			body: { type: `action.${action.state}`, action: publicAction(action) },
			secret: deps.webhook.secret,
			timeoutMs,
			allowPrivate: deps.webhook.allowPrivate,
			signal: job.signal,
		});
		if (posted.kind !== 'answered' || posted.status >= 300) {
			throw new Error(`the callback answered ${posted.kind === 'answered' ? posted.status : posted.reason}`);
		}
		deps.signal('outcome_published', id);
	},
});

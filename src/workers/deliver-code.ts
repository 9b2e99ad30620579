/** Sends a one-time code. It is made here, just before it goes out: no job ever holds one. */
import { randomInt } from 'node:crypto';
import { codeContent } from '../channels/content.ts';
import { reviewerOf } from '../policy/reviewers.ts';
import type { DeliveryJob } from '../queues/catalog.ts';
import type { JobInfo } from '../queues/work.ts';
import { reachableBy } from './delivery.ts';
import type { WorkerDeps } from './deps.ts';

/** Somebody waits for it on a page: it interrupts nobody, and waits for nothing. */
export async function deliverCode(deps: WorkerDeps, job: Extract<DeliveryJob, { kind: 'code' }>, info: JobInfo): Promise<void> {
	const { engine, channels } = deps;
	const { id, revision, reviewer, channel, linkHash } = job;
	const action = await engine.store.actions.get(id);
	const person = reviewerOf(engine.policy(), reviewer);
	const port = channels[channel];
	if (action === null || action.revision !== revision || (action.state !== 'in_review' && action.state !== 'escalated')) return;
	if (person === null || !person.active || port === undefined || !reachableBy(person, channel)) {
		engine.log.warn({ id, reviewer, channel }, 'a one-time code cannot be sent');
		return;
	}
	const code = String(randomInt(1_000_000)).padStart(6, '0');
	await engine.store.stepUps.keep({ actionId: id, reviewer, linkHash }, code);
	const receipt = await port.send({
		deliveryId: info.jobId,
		to: person,
		thread: null,
		content: codeContent(action, { reviewer: person }, code),
	});
	if (!receipt.ok && !receipt.permanent) throw new Error(receipt.reason);
	// A letter that answers this text by mistake must not decide what an earlier one asked.
	if (receipt.ok && channel === 'sms' && person.phone !== undefined) await engine.store.codes.sent(person.phone, []);
	if (!receipt.ok) engine.log.warn({ id, reviewer, channel, reason: receipt.reason }, 'a one-time code was not sent');
	deps.signal('code_sent', id);
}

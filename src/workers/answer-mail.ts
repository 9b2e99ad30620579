/** Answers to people's mails: what became of a reply, from how the action stands by then. */
import { linksTo } from '../channels/card.ts';
import { answerContent } from '../channels/content.ts';
import { reviewerOf } from '../policy/reviewers.ts';
import type { DeliveryJob } from '../queues/catalog.ts';
import type { JobInfo } from '../queues/work.ts';
import { linkKeepMs, readerOf } from './delivery.ts';
import type { WorkerDeps } from './deps.ts';
import { replyAddress } from './reply-ways.ts';

/** Sends one answer. It goes to the address that policy has for the person, never to one that a mail named. */
export async function answerMail(deps: WorkerDeps, job: Extract<DeliveryJob, { kind: 'answer' }>, info: JobInfo): Promise<void> {
	const { engine, channels, publicUrl } = deps;
	const { store } = engine;
	const action = await store.actions.get(job.id);
	const person = reviewerOf(engine.policy(), job.reviewer);
	const port = channels.email;
	if (action === null || person === null || port === undefined) return;
	const { id: actionId, revision, payloadDigest } = action;
	const purpose = action.state === 'in_review' ? 'review' : 'case';
	const token = await store.links.issue(
		{ actionId, revision, payloadDigest, reviewer: job.reviewer, channel: 'email', purpose },
		linkKeepMs,
	);
	const reader = await readerOf(deps, job.reviewer, person);
	const content = answerContent(action, { ...reader, links: linksTo(`${publicUrl}/r/${token}`) }, job.why);
	const address = await replyAddress(deps, {
		actionId,
		revision,
		payloadDigest,
		reviewer: job.reviewer,
		kind: 'answer',
		tier: 0,
	});
	const receipt = await port.send({
		deliveryId: info.jobId,
		to: person,
		thread: actionId,
		content,
		...(address && { reply: { ...address, ...(job.inReplyTo !== undefined && { inReplyTo: job.inReplyTo }) } }),
	});
	if (!receipt.ok && !receipt.permanent && !info.lastAttempt) throw new Error(receipt.reason);
	deps.signal('answered', actionId);
}

/**
 * The delivery worker: one message to one person by one channel. What was sent is on record before a retry could send it
 * again; a channel that will never work makes room for the person's next one.
 */
import { linksTo, type Viewer } from '../channels/card.ts';
import type { Receipt } from '../channels/channel.ts';
import { type Content, caseContent, digestContent, maxNotices, noteContent, reviewContent } from '../channels/content.ts';
import type { Action } from '../domain/action.ts';
import { reviewerOf } from '../policy/reviewers.ts';
import type { ActionJob, DeliveryJob, UndeliveredJob } from '../queues/catalog.ts';
import type { Handlers, JobInfo } from '../queues/work.ts';
import { openCheck } from '../reviews/spot-check.ts';
import { answerMail } from './answer-mail.ts';
import { updateCopies, watchCopy } from './copies.ts';
import { deliverCode } from './deliver-code.ts';
import { type ActionDelivery, current, deadAt, linkKeepMs, reachableBy, readerOf } from './delivery.ts';
import { deliveryKey } from './delivery-key.ts';
import type { WorkerDeps } from './deps.ts';
import { mayInterrupt, uncountMessage } from './interruption.ts';
import { nextChannel, undelivered } from './next-channel.ts';
import { waysOf } from './reply-ways.ts';
import { rememberText } from './sent-text.ts';
import { gather, sendGathered, sharedNumber } from './text-gathering.ts';
import { deliverWaiting } from './waiting.ts';

/** Handlers of the `deliveries` queue. */
export const deliveries = (deps: WorkerDeps): Handlers => ({
	async deliver(job: DeliveryJob, info) {
		if (job.kind === 'digest') await deliverDigest(deps, job, info);
		else if (job.kind === 'answer') await answerMail(deps, job, info);
		else if (job.kind === 'code') await deliverCode(deps, job, info);
		else if (job.kind === 'waiting')
			await deliverWaiting(deps, job, { info, alone: (delivery) => deliverOne(deps, delivery, info) });
		else await deliverOrGather(deps, job, info);
	},
	async update_copies(job: ActionJob) {
		await updateCopies(deps, job);
	},
	async undelivered(job: UndeliveredJob) {
		await undelivered(deps, job);
	},
});

/** A text that others may come along with waits for them for a moment. */
async function deliverOrGather(deps: WorkerDeps, job: ActionDelivery, info: JobInfo): Promise<void> {
	const { store } = deps.engine;
	const action = await store.actions.get(job.id);
	if (action === null || !current(action, job)) return;
	if ((await store.deliveries.find(action.id, deliveryKey(action, job))) !== null) return;
	if (job.gathered !== true && !(await mayInterrupt(deps, action, job))) return;
	const phone = await sharedNumber(deps, action, job);
	const alone = (): Promise<void> => deliverOne(deps, job, info);
	if (phone === null) await alone();
	else if (job.gathered === true) await sendGathered(deps, { action, job, phone, info }, alone);
	else await gather(deps, job, { phone, key: deliveryKey(action, job) });
}

async function deliverOne(deps: WorkerDeps, job: ActionDelivery, info: JobInfo): Promise<void> {
	const { store, log } = deps.engine;
	const action = await store.actions.get(job.id);
	if (action === null || !current(action, job)) return;
	const key = deliveryKey(action, job);
	if ((await store.deliveries.find(action.id, key)) !== null) return;
	const receipt = await send(deps, { action, job, key });
	const dead = !receipt.ok && (receipt.permanent || info.lastAttempt);
	if (!receipt.ok && !dead) throw new Error(receipt.reason);
	if (!receipt.ok) await uncountMessage(deps, job.reviewer, key);
	await store.deliveries.record(
		action.id,
		{
			key,
			reviewer: job.reviewer,
			channel: job.channel,
			at: await store.now(),
			state: receipt.ok ? 'sent' : 'failed',
			receipt: receipt.ok ? receipt.id : receipt.reason,
		},
		store.settings.keepMs,
	);
	if (receipt.ok) {
		if (job.channel === 'slack') await watchCopy(deps, action, { id: receipt.id, job });
		deps.signal('delivered', action.id);
		return;
	}
	log.warn({ id: action.id, reviewer: job.reviewer, channel: job.channel, reason: receipt.reason }, 'delivery failed');
	await nextChannel(deps, action, job);
}

/** Renders and sends, through a link that names this reviewer and this revision. */
async function send(
	deps: WorkerDeps,
	{ action, job, key }: { action: Action; job: ActionDelivery; key: string },
): Promise<Receipt> {
	const { engine, channels, publicUrl } = deps;
	const { store } = engine;
	const person = reviewerOf(engine.policy(), job.reviewer);
	const port = channels[job.channel];
	if (person === null || !person.active) return { ok: false, permanent: true, reason: 'the reviewer is not active' };
	if (port === undefined) return { ok: false, permanent: true, reason: `the channel ${job.channel} is not configured` };
	const dead = await deadAt(deps, person, job.channel);
	if (dead !== null) return { ok: false, permanent: true, reason: dead };
	const token = await store.links.issue(
		{
			actionId: action.id,
			revision: action.revision,
			payloadDigest: action.payloadDigest,
			reviewer: job.reviewer,
			channel: job.channel,
			purpose: job.kind === 'review' ? 'review' : 'case',
		},
		linkKeepMs,
	);
	const phone = job.channel === 'sms' ? person.phone : undefined;
	const { reply, address: replyTo } = await waysOf(deps, action, { ...job, phone });
	const viewer = { ...(await readerOf(deps, job.reviewer, person)), links: linksTo(`${publicUrl}/r/${token}`), reply };
	const receipt = await port.send({
		deliveryId: key,
		to: person,
		thread: action.id,
		content: contentOf(action, viewer, { ...job, tier: (await wasTold(deps, action, job)) ? job.tier : 0 }),
		...(replyTo !== undefined && { reply: replyTo }),
	});
	if (phone !== undefined && receipt.ok) {
		const codes = reply.code === null ? [] : [reply.code];
		await rememberText(deps, { sid: receipt.id, phone, codes, jobs: [job] });
	}
	if (phone !== undefined && !receipt.ok && receipt.optedOut === true) {
		const dead = { reason: 'opted_out', detail: receipt.reason } as const;
		await store.deadAddresses.mark({ channel: 'sms', address: phone }, dead, null);
	}
	return receipt;
}

/** A later tier reminds only whom an earlier one has told. */
async function wasTold({ engine }: WorkerDeps, action: Action, { kind, tier, reviewer }: ActionDelivery): Promise<boolean> {
	if (kind !== 'review' || tier === 0) return false;
	const start = `deliver.${action.id}.${action.revision}.${kind}.`;
	const told = await engine.store.deliveries.all(action.id);
	return told.some((each) => each.reviewer === reviewer && each.state === 'sent' && each.key.startsWith(start));
}

function contentOf(action: Action, viewer: Viewer, job: ActionDelivery): Content {
	switch (job.kind) {
		case 'review':
			return reviewContent(action, viewer, job.tier);
		case 'case':
			return caseContent(action, viewer);
		case 'note':
			return noteContent(action, viewer);
	}
}

async function deliverDigest(deps: WorkerDeps, job: Extract<DeliveryJob, { kind: 'digest' }>, info: JobInfo): Promise<void> {
	const { engine, channels } = deps;
	const person = reviewerOf(engine.policy(), job.reviewer);
	const port = channels[job.channel];
	if (person === null || !person.active || port === undefined || !reachableBy(person, job.channel)) return;
	const actions = await engine.store.actions.getAll(job.ids);
	const notices = await Promise.all(
		actions.map(async (action, i) => ({
			action,
			url: i < maxNotices ? await reportUrl(deps, action, job) : null,
			asked: i < maxNotices && (await openCheck(engine, action, job.reviewer)) !== null,
		})),
	);
	const content = digestContent(notices, await readerOf(deps, job.reviewer, person));
	const receipt = await port.send({ deliveryId: info.jobId, to: person, thread: null, content });
	if (!receipt.ok && !receipt.permanent) throw new Error(receipt.reason);
	deps.signal('digest_delivered', job.reviewer);
}

/** Where a line of the digest is reported as wrong. */
async function reportUrl(
	{ engine, publicUrl }: WorkerDeps,
	action: Action,
	to: Pick<ActionDelivery, 'reviewer' | 'channel'>,
): Promise<string> {
	const { id: actionId, revision, payloadDigest } = action;
	const { reviewer, channel } = to;
	const token = await engine.store.links.issue(
		{ actionId, revision, payloadDigest, reviewer, channel, purpose: 'report' },
		linkKeepMs,
	);
	return `${publicUrl}/r/${token}`;
}

/**
 * Several requests to one number within a moment become one text with their codes and amounts, instead of one each (R-K7). What
 * is urgent, a tier that comes because nobody has answered so far, and a deadline that is near go out alone and at once. A
 * request's own job stays responsible for it: whoever sends first sends for all that wait, the others find it on record.
 */
import { createHash } from 'node:crypto';
import type { Coded } from '../channels/bundle.ts';
import { bundleContent } from '../channels/content.ts';
import type { Action } from '../domain/action.ts';
import type { Reviewer } from '../domain/review.ts';
import { reviewerOf } from '../policy/reviewers.ts';
import type { JobInfo } from '../queues/work.ts';
import { type ActionDelivery, current, readerOf } from './delivery.ts';
import type { WorkerDeps } from './deps.ts';
import { uncountMessage } from './interruption.ts';
import { nextChannel } from './next-channel.ts';
import { deliveryKey } from './push-tier.ts';
import { codeFor, repliesTo } from './reply-ways.ts';
import { rememberText } from './sent-text.ts';

/** A deadline that is nearer than this waits for nobody, in ms. */
const nearMs = 5 * 60_000;

/** The number that a message may wait for others to, or null where it goes out alone. */
export async function sharedNumber(deps: WorkerDeps, action: Action, job: ActionDelivery): Promise<string | null> {
	if (job.kind !== 'review' || job.channel !== 'sms' || deps.gatherMs === 0 || action.plan === null) return null;
	const { tiers } = action.plan;
	const late = job.tier > 0 && job.tier >= tiers.length - 1;
	if (tiers[job.tier]?.urgent === true || late || action.verdict?.priority === 'high') return null;
	if (action.deadlineAt !== null && action.deadlineAt - (await deps.engine.store.now()) < nearMs) return null;
	const phone = reviewerOf(deps.engine.policy(), job.reviewer)?.phone;
	return phone !== undefined && repliesTo(deps, phone) ? phone : null;
}

/** Lets a message wait for a moment. */
export async function gather(deps: WorkerDeps, job: ActionDelivery, at: { phone: string; key: string }): Promise<void> {
	const { store, queues } = deps.engine;
	await store.gathering.add(at.phone, at.key, JSON.stringify(job));
	await queues.deliver(`${at.key}.gathered`, { ...job, gathered: true }, deps.gatherMs);
}

interface Waiting extends Coded {
	readonly key: string;
	readonly job: ActionDelivery;
}

/**
 * The wait is over: sends what waits for this number in one message where there are several. `alone` sends this one by itself.
 * Fails, to be tried again, while another worker sends to the number.
 */
export async function sendGathered(
	deps: WorkerDeps,
	given: { action: Action; job: ActionDelivery; phone: string; info: JobInfo },
	alone: () => Promise<void>,
): Promise<void> {
	const { action, job, phone, info } = given;
	const { gathering } = deps.engine.store;
	const key = deliveryKey(action, job);
	if (!(await gathering.hold(phone, info.jobId))) throw new Error('another text to this number is being sent');
	try {
		const waiting = await waitingFor(deps, phone);
		const mine = waiting.some((each) => each.key === key);
		if (mine && waiting.length > 1) await sendBundle(deps, waiting, given);
		else await alone();
		await gathering.remove(phone, mine ? waiting.map((each) => each.key) : [key]);
	} finally {
		await gathering.release(phone, info.jobId);
	}
}

/** The requests that wait for a number and still make sense, oldest first, with their codes. */
async function waitingFor(deps: WorkerDeps, phone: string): Promise<Waiting[]> {
	const { store } = deps.engine;
	const entries = Object.entries(await store.gathering.waiting(phone));
	const found = await Promise.all(
		entries.map(async ([key, text]): Promise<Waiting | null> => {
			const job = JSON.parse(text) as ActionDelivery;
			const action = await store.actions.get(job.id);
			const stale = action === null || !current(action, job) || (await store.deliveries.find(action.id, key)) !== null;
			if (stale) {
				await store.gathering.remove(phone, [key]);
				return null;
			}
			return { key, job, action, code: await codeFor(deps, action, { phone, reviewer: job.reviewer, tier: job.tier }) };
		}),
	);
	return found.filter((each) => each !== null).sort((a, b) => a.action.createdAt - b.action.createdAt);
}

async function sendBundle(
	deps: WorkerDeps,
	waiting: readonly Waiting[],
	{ job, phone, info }: { job: ActionDelivery; phone: string; info: JobInfo },
): Promise<void> {
	const { engine, channels } = deps;
	const { store } = engine;
	const port = channels.sms;
	const person: Reviewer | null = reviewerOf(engine.policy(), job.reviewer);
	if (port === undefined || person === null) return;
	const content = bundleContent(waiting, await readerOf(deps, job.reviewer, person));
	const deliveryId = `bundle.${createHash('sha256')
		.update(JSON.stringify(waiting.map(({ key }) => key)))
		.digest('hex')
		.slice(0, 32)}`;
	const receipt = await port.send({ deliveryId, to: person, thread: null, content });
	if (!receipt.ok && !receipt.permanent && !info.lastAttempt) throw new Error(receipt.reason);
	const at = await store.now();
	const said = { at, state: receipt.ok ? 'sent' : 'failed', receipt: receipt.ok ? receipt.id : receipt.reason } as const;
	for (const { action, key, job: each } of waiting) {
		const record = { key, reviewer: each.reviewer, channel: each.channel, ...said };
		await store.deliveries.record(action.id, record, store.settings.keepMs);
	}
	if (!receipt.ok) {
		for (const each of waiting) await nextChannel(deps, each.action, each.job);
		return;
	}
	await rememberText(deps, {
		sid: receipt.id,
		phone,
		codes: waiting.map(({ code }) => code),
		jobs: waiting.map((each) => each.job),
	});
	// Each was counted as a message of its own, and one has come.
	for (const { key, job: each } of waiting.slice(1)) await uncountMessage(deps, each.reviewer, key);
	for (const { action } of waiting) deps.signal('delivered', action.id);
}

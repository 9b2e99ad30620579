/** Messages that were held back go out: what still waits for a person, in one message. */
import { createHash } from 'node:crypto';
import { waitingContent } from '../channels/content.ts';
import type { Action } from '../domain/action.ts';
import { reviewerOf } from '../policy/reviewers.ts';
import type { DeliveryJob } from '../queues/catalog.ts';
import { mostWaiting } from '../queues/catalog.ts';
import type { JobInfo } from '../queues/work.ts';
import type { Box, HeldMessage } from '../store/held-messages.ts';
import type { Link } from '../store/links.ts';
import { type ActionDelivery, current, deadAt, linkKeepMs, readerOf } from './delivery.ts';
import { deliveryKey } from './delivery-key.ts';
import type { WorkerDeps } from './deps.ts';
import { countMessage, uncountMessage } from './interruption.ts';
import { nextChannel } from './next-channel.ts';
import { repliesTo } from './reply-ways.ts';
import { rememberText } from './sent-text.ts';

type WaitingJob = Extract<DeliveryJob, { kind: 'waiting' }>;

const batch = 100;
/** A taker that dies gives its boxes back after this long, in ms. */
const leaseMs = 10_000;

/** Sends what is due, and makes sure that somebody comes for what is not. */
export async function sendHeld(deps: WorkerDeps): Promise<void> {
	const { store, queues } = deps.engine;
	for (;;) {
		const { now, boxes } = await store.held.take(batch, leaseMs);
		if (boxes.length === 0) {
			const next = await store.held.next();
			if (next !== null) await queues.wake(Math.max(next, now + 1), now);
			return;
		}
		await Promise.all(boxes.map((box) => empty(deps, box)));
	}
}

/** Asks for the message of one box. Asked for before the box is emptied: a crash in between asks again, under the same id. */
async function empty(deps: WorkerDeps, box: Box): Promise<void> {
	const { store, queues } = deps.engine;
	const messages = await store.held.messages(box);
	const waiting = (await stillWaiting(deps, box, messages)).map(({ item }) => item);
	const items = waiting.slice(0, mostWaiting);
	const left = new Set(waiting.slice(mostWaiting));
	const key = `waiting.${box.channel}.${createHash('sha256')
		.update(JSON.stringify([box.reviewer, items]))
		.digest('hex')
		.slice(0, 32)}`;
	if (items.length > 0 && joinsTexts(deps, box)) {
		// Texts to one number are gathered anyway, with the codes by which they are answered.
		await countMessage(deps, box.reviewer, key);
		for (const item of items) {
			const delivery: ActionDelivery = { ...item, ...box, released: true };
			await queues.deliver(`${keyOf(box, item)}.released`, delivery);
		}
	} else if (items.length > 0) await queues.deliver(key, { kind: 'waiting', items, ...box });
	await store.held.done(
		box,
		messages.filter((message) => !left.has(message)),
	);
}

function joinsTexts(deps: WorkerDeps, { reviewer, channel }: Box): boolean {
	const phone = reviewerOf(deps.engine.policy(), reviewer)?.phone;
	return channel === 'sms' && deps.gatherMs > 0 && phone !== undefined && repliesTo(deps, phone);
}

const keyOf = ({ reviewer, channel }: Box, { id, revision, kind, tier }: HeldMessage): string =>
	deliveryKey({ id, revision }, { kind, tier, reviewer, channel });

interface Waits {
	readonly item: HeldMessage;
	readonly action: Action;
}

/** What still needs its reader: not decided, not answered by them, and not told to them in another message meanwhile. Each action once. */
async function stillWaiting(deps: WorkerDeps, { reviewer }: Box, items: readonly HeldMessage[]): Promise<Waits[]> {
	const { store } = deps.engine;
	const actions = new Map(
		(await store.actions.getAll([...new Set(items.map(({ id }) => id))])).map((action) => [action.id, action]),
	);
	const found = new Map<string, Waits>();
	for (const item of [...items].sort((a, b) => b.tier - a.tier)) {
		const action = actions.get(item.id);
		if (action === undefined || found.has(item.id) || !current(action, { ...item, reviewer })) continue;
		const start = `deliver.${action.id}.${action.revision}.${item.kind}.`;
		const told = (await store.deliveries.all(action.id)).some(
			(each) => each.reviewer === reviewer && each.state === 'sent' && each.key.startsWith(start),
		);
		if (!told) found.set(item.id, { item, action });
	}
	return [...found.values()];
}

/** The message of a box. `alone`: sends one delivery as any other. */
export async function deliverWaiting(
	deps: WorkerDeps,
	job: WaitingJob,
	{ info, alone }: { info: JobInfo; alone: (delivery: ActionDelivery) => Promise<void> },
): Promise<void> {
	const { reviewer, channel } = job;
	const waiting = await stillWaiting(deps, job, job.items);
	const [first, ...more] = waiting;
	if (first === undefined) return;
	if (more.length === 0) {
		await countMessage(deps, reviewer, keyOf(job, first.item));
		return alone({ ...first.item, reviewer, channel, released: true });
	}
	await countMessage(deps, reviewer, info.jobId);
	const { store } = deps.engine;
	const receipt = await send(deps, job, { waiting, deliveryId: info.jobId });
	if (!receipt.ok && !receipt.permanent && !info.lastAttempt) throw new Error(receipt.reason);
	if (!receipt.ok) await uncountMessage(deps, reviewer, info.jobId);
	const at = await store.now();
	const said = { at, state: receipt.ok ? 'sent' : 'failed', receipt: receipt.ok ? receipt.id : receipt.reason } as const;
	for (const { action, item } of waiting) {
		await store.deliveries.record(action.id, { key: keyOf(job, item), reviewer, channel, ...said }, store.settings.keepMs);
		if (receipt.ok) deps.signal('delivered', action.id);
		else await nextChannel(deps, action, { ...item, reviewer, channel, released: true });
	}
	deps.signal('waiting_delivered', reviewer);
}

async function send(
	deps: WorkerDeps,
	{ reviewer, channel }: WaitingJob,
	about: { waiting: readonly Waits[]; deliveryId: string },
) {
	const { engine, channels, publicUrl } = deps;
	const person = reviewerOf(engine.policy(), reviewer);
	const port = channels[channel];
	if (person === null || !person.active || port === undefined)
		return { ok: false, permanent: true, reason: `${channel} does not reach the reviewer` } as const;
	const dead = await deadAt(deps, person, channel);
	if (dead !== null) return { ok: false, permanent: true, reason: dead } as const;
	const links = about.waiting.map(
		({ action, item }): Link => ({
			actionId: action.id,
			revision: action.revision,
			payloadDigest: action.payloadDigest,
			reviewer,
			channel,
			purpose: item.kind,
		}),
	);
	const { list, items } = await engine.store.links.issueList(links, linkKeepMs);
	const lines = about.waiting.map(({ action, item }, i) => ({ action, kind: item.kind, url: `${publicUrl}/r/${items[i]}` }));
	const content = waitingContent(lines, await readerOf(deps, reviewer, person), `${publicUrl}/r/${list}`);
	const receipt = await port.send({ deliveryId: about.deliveryId, to: person, thread: null, content });
	if (receipt.ok && channel === 'sms' && person.phone !== undefined) {
		const jobs = about.waiting.map(({ item }): ActionDelivery => ({ ...item, reviewer, channel }));
		// It names no codes: a letter alone means nothing after it.
		await rememberText(deps, { sid: receipt.id, phone: person.phone, codes: [], jobs });
	}
	return receipt;
}

/**
 * Copies of what was decided elsewhere: every message that can be changed says within seconds what became of its action. A
 * transition wakes this up through Redis' own announcement; the sweeper finds what nobody heard.
 */
import { linksTo, type Viewer } from '../channels/card.ts';
import { type Copy, copyOf, isFinal, markOf } from '../channels/copy.ts';
import type { Action } from '../domain/action.ts';
import { reviewerOf } from '../policy/reviewers.ts';
import type { ActionJob } from '../queues/catalog.ts';
import type { SentCopy } from '../store/copies.ts';
import { type ActionDelivery, linkKeepMs, readerOf } from './delivery.ts';
import type { WorkerDeps } from './deps.ts';

/** Changes of one action that came while its messages were being changed. More are left to the next job. */
const mostRounds = 5;
const mostStale = 2000;

/** Notes a message that can be changed; and looks again at once, because its action may have moved on while it was sent. */
export async function watchCopy(
	{ engine }: WorkerDeps,
	action: Action,
	{ id, job }: { readonly id: string; readonly job: ActionDelivery },
): Promise<void> {
	const purpose = job.kind === 'review' ? 'review' : 'case';
	const copy = { id, reviewer: job.reviewer, channel: 'slack', revision: action.revision, purpose } as const;
	await engine.store.copies.sent(action.id, copy, action.version);
	const now = await engine.store.actions.get(action.id);
	if (now !== null && now.version !== action.version) await engine.queues.updateCopies(action.id, now.version);
}

/** Brings every message of one action up to date. Running twice, or at the same time, is running once. */
export async function updateCopies(deps: WorkerDeps, { id }: ActionJob): Promise<void> {
	const { store } = deps.engine;
	let seen = -1;
	for (let round = 0; round < mostRounds; round++) {
		const action = await store.actions.get(id);
		if (action === null) return store.copies.ended(id);
		if (action.version === seen) break;
		// In a later round, somebody else may have overwritten what is noted with something older: it is sent again.
		const again = seen !== -1;
		seen = action.version;
		const copies = await store.copies.all(id);
		const failures = (await Promise.all(copies.map((copy) => updateOne(deps, action, { copy, again })))).filter(
			(failure) => failure !== null,
		);
		if (failures.length > 0) throw new Error(failures[0]);
		if (isFinal(action)) await store.copies.ended(id);
		else await store.copies.shown(id, action.version);
	}
	deps.signal('copies_updated', id);
}

/** Changes one message where it says something else by now. Answers with what failed and may work later. */
async function updateOne(
	deps: WorkerDeps,
	action: Action,
	{ copy, again }: { copy: SentCopy; again: boolean },
): Promise<string | null> {
	const { store, log } = deps.engine;
	const port = deps.channels[copy.channel];
	const viewer = await viewerOf(deps, copy);
	if (port?.update === undefined || viewer === null) return null;
	let wanted = copyOf(action, viewer, copy);
	const mark = markOf(wanted, action.version);
	if (mark === copy.mark && !again) return null;
	if (wanted.kind === 'live' || wanted.link) wanted = await withLink(deps, action, { copy, viewer });
	const receipt = await port.update(copy.id, wanted);
	if (receipt.ok) {
		await store.copies.marked(action.id, copy, mark);
		return null;
	}
	if (!receipt.permanent) return receipt.reason;
	log.warn({ id: action.id, reviewer: copy.reviewer, channel: copy.channel, reason: receipt.reason }, 'copy not updated');
	await store.copies.gone(action.id, copy.id);
	return null;
}

async function viewerOf(deps: WorkerDeps, { reviewer }: SentCopy): Promise<Viewer | null> {
	const person = reviewerOf(deps.engine.policy(), reviewer);
	return person === null ? null : { ...(await readerOf(deps, reviewer, person)), links: linksTo(deps.publicUrl) };
}

/** Links are stored as hashes, so the one in the message cannot be put into it again: it gets a new one. */
async function withLink(deps: WorkerDeps, action: Action, { copy, viewer }: { copy: SentCopy; viewer: Viewer }): Promise<Copy> {
	const token = await deps.engine.store.links.issue(
		{
			actionId: action.id,
			revision: action.revision,
			payloadDigest: action.payloadDigest,
			reviewer: copy.reviewer,
			channel: copy.channel,
			purpose: action.state === 'in_review' ? 'review' : 'case',
		},
		linkKeepMs,
	);
	return copyOf(action, { ...viewer, links: linksTo(`${deps.publicUrl}/r/${token}`) }, copy);
}

/** Asks for the jobs of all messages that are out of date: for the sweeper. */
export async function sweepCopies({ engine, channels }: WorkerDeps): Promise<void> {
	if (channels.slack === undefined) return;
	for (const { id, version } of await engine.store.copies.stale(mostStale)) await engine.queues.updateCopies(id, version);
}

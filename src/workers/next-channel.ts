/** A message that did not arrive makes room for the person's next channel, then for the tier's other people, then for the next tier. */
import type { Action } from '../domain/action.ts';
import type { Channel } from '../domain/verdict.ts';
import { reviewerOf } from '../policy/reviewers.ts';
import type { UndeliveredJob } from '../queues/catalog.ts';
import { type ActionDelivery, current, reachableBy } from './delivery.ts';
import { deliveryKey } from './delivery-key.ts';
import type { WorkerDeps } from './deps.ts';
import { hold } from './hold.ts';
import { openTier, pushOf } from './open-tier.ts';

/** The channels a person may be asked by, in the order in which one stands in for another. */
const order: readonly Channel[] = ['email', 'sms', 'slack'];

/** Asks by the person's next channel; when their last one has failed, whoever is next is asked at once. */
export async function nextChannel(deps: WorkerDeps, action: Action, job: ActionDelivery): Promise<void> {
	const { store, queues, policy } = deps.engine;
	const person = reviewerOf(policy(), job.reviewer);
	const tried = await store.deliveries.all(action.id);
	const next = order.find(
		(channel) =>
			person?.active === true &&
			deps.channels[channel] !== undefined &&
			reachableBy(person, channel) &&
			!tried.some((each) => each.key === deliveryKey(action, { ...job, channel })),
	);
	if (next !== undefined && next !== 'inbox') {
		if (job.released === true && job.kind !== 'note') {
			// It has waited already: what failed together goes out together, by the other channel, now.
			const { kind, id, revision, tier, reviewer } = job;
			await hold(deps, action, { kind, id, revision, tier, reviewer, channel: next, at: await store.now() });
			return;
		}
		const { gathered: _gathered, ...again } = job;
		await queues.deliver(deliveryKey(action, { ...job, channel: next }), { ...again, channel: next });
		return;
	}
	if (job.kind === 'note') return;
	const now = (await store.actions.get(action.id)) ?? action;
	const push = pushOf(deps, now);
	// An earlier tier's message failed late: the people of the present one have been told.
	if (push === null || push.kind !== job.kind || push.tier !== job.tier || !current(now, job)) return;
	await openTier(deps, now, 'nobody_reached');
}

/** What the provider took did not arrive: the record says so from now on, and the next channel is tried at once. */
export async function undelivered(deps: WorkerDeps, { reason, ...job }: UndeliveredJob): Promise<void> {
	const { store, log } = deps.engine;
	const action = await store.actions.get(job.id);
	if (action === null) return;
	const key = deliveryKey(action, job);
	const record = {
		key,
		reviewer: job.reviewer,
		channel: job.channel,
		at: await store.now(),
		state: 'failed',
		receipt: reason,
	} as const;
	await store.deliveries.record(action.id, record, store.settings.keepMs);
	log.warn({ id: action.id, reviewer: job.reviewer, channel: job.channel, reason }, 'message did not arrive');
	deps.signal('undelivered', action.id);
	if (current(action, job)) await nextChannel(deps, action, job);
}

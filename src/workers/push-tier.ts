/**
 * Starts a tier: works out who can be told now, who later and who stands in for whom, and asks for the messages: one job for each
 * person and channel, under an id that makes it one however often it is asked for.
 */
import type { Action } from '../domain/action.ts';
import type { Plan, Tier } from '../domain/verdict.ts';
import { personOf, type Told } from '../policy/on-duty.ts';
import { reaches } from '../policy/plan.ts';
import { type TierStep, tierStep } from '../policy/tier-step.ts';
import { conflictIn } from '../reviews/may-answer.ts';
import type { DeliveryRecord } from '../store/deliveries.ts';
import type { Box } from '../store/held-messages.ts';
import type { ActionDelivery } from './delivery.ts';
import { deliveryKey } from './delivery-key.ts';
import type { WorkerDeps } from './deps.ts';
import { hold } from './hold.ts';
import { leastInterrupted } from './least-interrupted.ts';

export { deliveryKey } from './delivery-key.ts';

export interface Push {
	readonly kind: 'review' | 'case';
	readonly plan: Plan;
	readonly tier: number;
}

/** Tells a tier's people, and says what the start of the tier came to. */
export async function pushTier(deps: WorkerDeps, action: Action, push: Push): Promise<TierStep['kind']> {
	const { store, policy } = deps.engine;
	const step = push.plan.tiers[push.tier];
	const [now, records] = await Promise.all([store.now(), store.deliveries.all(action.id)]);
	const given = recordsOf(action, push, records).filter(({ reviewer }) => personOf(policy(), reviewer)?.reviewer.active);
	const without = isOut(deps, action, { given, push });
	const deadlineAt = action.deadlineAt ?? now + push.plan.deadlineMs;
	const found = tierStep(policy(), push.plan, {
		tier: push.tier,
		now,
		deadlineAt,
		nextAt: action.dueAt ?? deadlineAt,
		told: given.some((record) => record.state !== 'failed' && !without(record.reviewer)),
		without,
	});
	if (step === undefined || found.kind === 'nobody') return found.kind;
	if (found.kind === 'tell') {
		const urgent = step.urgent === true;
		const needed = step.tell === 'needed' ? stillNeeded(action, push, given) : Number.POSITIVE_INFINITY;
		const chosen = await leastInterrupted(deps, action, { people: found.now, most: needed, now, urgent });
		await tell(deps, action, { push, step, people: chosen });
		const left = needed - chosen.length;
		for (const each of found.later.slice(0, Math.max(0, left))) await holdFor(deps, action, { push, step, each });
	} else for (const each of found.later) await holdFor(deps, action, { push, step, each });
	return found.kind;
}

/** Messages of this review or case, at this revision. */
const recordsOf = (action: Action, { kind }: Push, records: readonly DeliveryRecord[]): DeliveryRecord[] =>
	records.filter(({ key }) => key.startsWith(`deliver.${action.id}.${action.revision}.${kind}.`));

/** Who is left out: who approved already, may not approve, or was tried by every channel in vain. */
function isOut(
	deps: WorkerDeps,
	action: Action,
	at: { given: readonly DeliveryRecord[]; push: Push },
): (reviewer: string) => boolean {
	const policy = deps.engine.policy();
	return (reviewer) => {
		if (at.push.kind === 'review') {
			if (action.replies.some((reply) => reply.reviewer === reviewer && reply.answer === 'approve')) return true;
			if (conflictIn(policy, action, reviewer) !== null) return true;
		}
		const own = at.given.filter((record) => record.reviewer === reviewer);
		if (own.length === 0 || own.some((record) => record.state !== 'failed')) return false;
		const person = personOf(policy, reviewer)?.reviewer;
		const open = (['email', 'sms', 'slack'] as const).filter(
			(channel) => deps.channels[channel] !== undefined && reaches(channel, person),
		);
		return open.every((channel) => own.some((record) => record.channel === channel));
	};
}

/** How many more must be told where only as many are told as must approve. */
function stillNeeded({ replies }: Action, { plan, tier, kind }: Push, given: readonly DeliveryRecord[]): number {
	const approved =
		kind === 'review' ? new Set(replies.filter(({ answer }) => answer === 'approve').map(({ reviewer }) => reviewer)).size : 0;
	const told = new Set(
		given.filter(({ key, state }) => state !== 'failed' && key.split('.')[4] === String(tier)).map(({ reviewer }) => reviewer),
	);
	return Math.max(0, (kind === 'review' ? Math.max(1, plan.quorum) : 1) - approved - told.size);
}

/** Adds the messages of a tier to these people, by each of its channels that reaches them; where none does, by the first, which falls to another. */
async function tell(deps: WorkerDeps, action: Action, to: { push: Push; step: Tier; people: readonly Told[] }): Promise<void> {
	const { push, step, people } = to;
	const wanted = people.flatMap(({ reviewer }) =>
		channelsFor(deps, step, reviewer).map(
			(channel): ActionDelivery => ({
				kind: push.kind,
				tier: push.tier,
				reviewer,
				channel,
				id: action.id,
				revision: action.revision,
				...(step.urgent === true && { urgent: true as const }),
			}),
		),
	);
	await Promise.all(wanted.map((delivery) => deps.engine.queues.deliver(deliveryKey(action, delivery), delivery)));
}

/** The channels of a tier for one person, the first one first; the inbox needs no message. */
export function channelsFor({ engine }: WorkerDeps, { channels }: Pick<Tier, 'channels'>, reviewer: string): Box['channel'][] {
	const pushed = channels.filter((channel) => channel !== 'inbox');
	const person = personOf(engine.policy(), reviewer)?.reviewer;
	const reaching = pushed.filter((channel) => reaches(channel, person));
	return reaching.length > 0 ? reaching : pushed.slice(0, 1);
}

async function holdFor(
	deps: WorkerDeps,
	action: Action,
	{ push, step, each }: { push: Push; step: Tier; each: Told & { readonly at: number } },
): Promise<void> {
	const [channel] = channelsFor(deps, step, each.reviewer);
	if (channel === undefined) return;
	const { kind, tier } = push;
	await hold(deps, action, {
		kind,
		tier,
		reviewer: each.reviewer,
		channel,
		id: action.id,
		revision: action.revision,
		at: each.at,
	});
}

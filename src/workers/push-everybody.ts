/** Messages that ask for nobody's hours: the last resort of a case, and the alert that a fallback failed. */
import type { Action } from '../domain/action.ts';
import type { Plan } from '../domain/verdict.ts';
import { personOf } from '../policy/on-duty.ts';
import type { ActionDelivery } from './delivery.ts';
import { deliveryKey } from './delivery-key.ts';
import type { WorkerDeps } from './deps.ts';
import { channelsFor } from './push-tier.ts';

/** Tells every active person of a plan by its first tier's channels, at once. */
export async function pushEverybody(
	deps: WorkerDeps,
	action: Action,
	{ kind, plan }: { kind: ActionDelivery['kind']; plan: Plan },
): Promise<void> {
	const { queues, policy } = deps.engine;
	const [step] = plan.tiers;
	if (step === undefined) return;
	const people = plan.reviewers.filter((id) => personOf(policy(), id)?.reviewer.active);
	const wanted = people.flatMap((reviewer) =>
		channelsFor(deps, step, reviewer).map((channel): ActionDelivery => {
			const { id, revision } = action;
			// A tier of its own: what was tried before must not count as this.
			return { kind, tier: plan.tiers.length, reviewer, channel, id, revision, urgent: true };
		}),
	);
	await Promise.all(wanted.map((delivery) => queues.deliver(deliveryKey(action, delivery), delivery)));
}

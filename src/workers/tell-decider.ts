/** A person who approved something that then failed, or of which nobody knows the outcome, is told: approved is not done. */
import { reviewerOf } from '../policy/reviewers.ts';
import type { WorkerDeps } from './deps.ts';
import { deliveryKey } from './push-tier.ts';

/** Sends the note where there is something to tell and somebody to tell it to. */
export async function tellDecider({ engine, channels }: WorkerDeps, id: string): Promise<void> {
	const action = await engine.store.actions.get(id);
	if (action === null || (action.state !== 'failed' && action.state !== 'outcome_unknown')) return;
	const decider = action.decision?.by;
	if (decider === undefined) return;
	const person = reviewerOf(engine.policy(), decider);
	if (person === null) return;
	const channel = person.email !== undefined && channels.email !== undefined ? 'email' : 'sms';
	const delivery = { kind: 'note', tier: 0, reviewer: decider, channel, id, revision: action.revision } as const;
	await engine.queues.deliver(deliveryKey(action, delivery), delivery);
}

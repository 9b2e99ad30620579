/** A person who approved something that then failed, or of which nobody knows the outcome, is told: approved is not done. */
import { reviewerOf } from '../policy/reviewers.ts';
import { reachableBy } from './delivery.ts';
import type { WorkerDeps } from './deps.ts';
import { deliveryKey } from './push-tier.ts';

const pushChannels = ['email', 'slack', 'sms'] as const;

/** Sends the note where there is something to tell and somebody to tell it to. */
export async function tellDecider({ engine, channels }: WorkerDeps, id: string): Promise<void> {
	const action = await engine.store.actions.get(id);
	if (action === null || (action.state !== 'failed' && action.state !== 'outcome_unknown')) return;
	const decider = action.decision?.by;
	if (decider === undefined) return;
	const person = reviewerOf(engine.policy(), decider);
	if (person === null) return;
	// By the way in which they answered, else by any other on which they can be told.
	const ways = pushChannels.filter((way) => channels[way] !== undefined && reachableBy(person, way));
	const channel = ways.find((way) => way === action.decision?.channel) ?? ways[0];
	if (channel === undefined) return;
	const delivery = { kind: 'note', tier: 0, reviewer: decider, channel, id, revision: action.revision } as const;
	await engine.queues.deliver(deliveryKey(action, delivery), delivery);
}

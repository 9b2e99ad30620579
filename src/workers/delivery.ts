/** What the messages of the delivery worker have in common: who reads, by what address, and whether it still makes sense. */
import type { Viewer } from '../channels/card.ts';
import type { Action } from '../domain/action.ts';
import type { Reviewer } from '../domain/review.ts';
import type { Channel } from '../domain/verdict.ts';
import { reviewerOf } from '../policy/reviewers.ts';
import type { DeliveryJob } from '../queues/catalog.ts';
import type { WorkerDeps } from './deps.ts';

/** A message about one action to one person. */
export type ActionDelivery = Extract<DeliveryJob, { kind: 'review' | 'case' | 'note' }>;

/** Whether the message would still make sense. */
export function current(
	action: Action,
	job: Pick<ActionDelivery, 'kind' | 'revision'> & { readonly reviewer?: string },
): boolean {
	if (action.revision !== job.revision) return false;
	switch (job.kind) {
		case 'review':
			// Whoever has approved waits for the others, and needs no reminder.
			return (
				action.state === 'in_review' &&
				!action.replies.some((reply) => reply.reviewer === job.reviewer && reply.answer === 'approve')
			);
		case 'case':
			return (action.state === 'escalated' && action.owner === null) || action.state === 'outcome_unknown';
		case 'note':
			return true;
	}
}

/** How long a link, or the address of a mail, still explains what became of its action, in ms. */
export const linkKeepMs = 30 * 86_400_000;

/** The person's address for a channel; undefined where they have none, null where the channel needs none. */
export function addressOf(person: Reviewer, channel: Channel): string | null | undefined {
	if (channel === 'email') return person.email;
	if (channel === 'slack') return person.slack === undefined ? undefined : null;
	return channel === 'sms' ? person.phone : null;
}

export const reachableBy = (person: Reviewer, channel: Channel): boolean => addressOf(person, channel) !== undefined;

/** Why nothing can be sent to this address of the person, or null. */
export async function deadAt({ engine }: WorkerDeps, person: Reviewer, channel: Channel): Promise<string | null> {
	const address = addressOf(person, channel);
	if (address === undefined) return `the reviewer has no address for ${channel}`;
	const dead = address === null ? null : await engine.store.deadAddresses.find({ channel, address });
	return dead === null ? null : `the address is dead (${dead.reason}: ${dead.detail})`;
}

/** Who reads, without links yet. */
export async function readerOf({ engine }: WorkerDeps, id: string, reviewer: Reviewer): Promise<Omit<Viewer, 'links'>> {
	return { id, reviewer, now: await engine.store.now(), nameOf: (other) => reviewerOf(engine.policy(), other)?.name };
}

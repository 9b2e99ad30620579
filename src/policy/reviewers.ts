/** The people of a policy. */
import type { Channel } from '../domain/verdict.ts';
import type { RegisteredReviewer } from './document-review.ts';
import { peopleIn, reaches } from './plan.ts';
import type { Policy } from './policy.ts';

/** The reviewer of that id, active or not; null where policy knows none. */
export const reviewerOf = (policy: Policy, id: string): RegisteredReviewer | null =>
	Object.hasOwn(policy.document.reviewers, id) ? (policy.document.reviewers[id] ?? null) : null;

/** A reviewer with their id. */
export interface Registered {
	readonly id: string;
	readonly reviewer: RegisteredReviewer;
}

/** The reviewers at a phone number in E.164 form: one, where nobody shares it. */
export const reviewersAt = (policy: Policy, phone: string): Registered[] =>
	Object.entries(policy.document.reviewers).flatMap(([id, reviewer]) => (reviewer.phone === phone ? [{ id, reviewer }] : []));

/** The reviewers at a mail address, whatever its case: one, where nobody shares it. */
export const reviewersAtMail = (policy: Policy, address: string): Registered[] =>
	Object.entries(policy.document.reviewers).flatMap(([id, reviewer]) =>
		reviewer.email?.toLowerCase() === address.toLowerCase() ? [{ id, reviewer }] : [],
	);

/** One message of the digest of `notify` lines: who gets it, and by which channel. */
export interface DigestReader {
	readonly reviewer: string;
	readonly channel: Channel;
}

/** Who reads the digest of `notify` lines: each active reviewer that `notify_digest` names, by each channel that reaches them. */
export function digestReaders(policy: Policy): DigestReader[] {
	const { notify_digest: digest, reviewers } = policy.document;
	if (digest === false) return [];
	return peopleIn(digest.to, policy.document).flatMap((reviewer) =>
		digest.channels.filter((channel) => reaches(channel, reviewers[reviewer])).map((channel) => ({ reviewer, channel })),
	);
}

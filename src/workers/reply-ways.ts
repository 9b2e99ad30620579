/** How the person who gets a message can answer by replying to it: a code for a text, an address for a mail. */
import { randomInt } from 'node:crypto';
import type { ReplyWays } from '../channels/card.ts';
import type { ReplyAddress } from '../channels/channel.ts';
import type { Action } from '../domain/action.ts';
import { newCode } from '../reviews/codes.ts';
import type { MailedTo } from '../store/reply-tokens.ts';
import { type ActionDelivery, linkKeepMs } from './delivery.ts';
import type { WorkerDeps } from './deps.ts';

/** The code of a review for a number: the same in every message about it. */
export function codeFor(
	{ engine }: WorkerDeps,
	action: Action,
	to: { phone: string; reviewer: string; tier: number },
): Promise<string> {
	const { phone, reviewer, tier } = to;
	const { id: actionId, revision, payloadDigest } = action;
	return engine.store.codes.issue(phone, { actionId, revision, payloadDigest, reviewer, tier }, () => newCode(randomInt));
}

/** The addresses of one mail, where replies are read. */
export async function replyAddress({ engine, replyDomain }: WorkerDeps, mailed: MailedTo): Promise<ReplyAddress | undefined> {
	if (replyDomain === null) return undefined;
	const token = await engine.store.replyTokens.issue(mailed, linkKeepMs);
	return {
		answer: `reply+${token}@${replyDomain}`,
		bounce: `bounce+${token}@${replyDomain}`,
		reference: `<${token}.reply@${replyDomain}>`,
	};
}

/** What a message says about how to answer it, and where a reply to it goes. */
export interface Ways {
	readonly reply: ReplyWays;
	readonly address: ReplyAddress | undefined;
}

/** Issues what an answer to this message needs. */
export async function waysOf(
	deps: WorkerDeps,
	action: Action,
	job: ActionDelivery & { phone?: string | undefined },
): Promise<Ways> {
	const { kind, channel, tier, reviewer, phone } = job;
	const { id: actionId, revision, payloadDigest } = action;
	const mailed = { actionId, revision, payloadDigest, reviewer, kind, tier } as const;
	const address = channel === 'email' ? await replyAddress(deps, mailed) : undefined;
	const answerable = kind === 'review' && channel === 'sms' && phone !== undefined && repliesTo(deps, phone);
	const code = answerable ? await codeFor(deps, action, { phone, reviewer, tier }) : null;
	return { reply: { code, mail: address !== undefined }, address };
}

/** Whether a text to this number can be answered. */
export const repliesTo = ({ channels }: WorkerDeps, phone: string): boolean =>
	channels.sms !== undefined && (channels.sms.abilities?.({ phone }).twoWay ?? true);

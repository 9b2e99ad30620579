/** The second proof of who answers through a link: a one-time code that is sent by another channel and entered on the page. */

import { newId } from '../domain/ids.ts';
import type { Reviewer } from '../domain/review.ts';
import type { Engine } from '../engine/engine.ts';
import { codeChannel, type Lack } from '../policy/channel-limits.ts';
import type { Limit } from '../store/limits.ts';
import type { Link } from '../store/links.ts';
import { linkHashOf } from '../store/step-ups.ts';
import type { CodeNotice } from './pages/code-page.ts';

/** Codes to one person for one action: enough for a slow phone, too few to guess one of a million. */
const codesPerHour: Limit = { name: 'step-up-codes', points: 5, seconds: 3600 };

export type StepUpOutcome =
	| { readonly kind: 'proved' }
	/** What the page says; `sent`: the channel by which a code is on its way, null where none is. */
	| { readonly kind: 'ask'; readonly notice: CodeNotice; readonly sent: 'email' | 'sms' | null };

export interface StepUpAsk {
	readonly token: string;
	readonly link: Link;
	readonly person: Reviewer;
	/** What was entered; null: nothing yet, or another one is asked for. */
	readonly code: string | null;
}

/** Whether an answer says `not enough by itself` and a second proof would do. */
export const isLack = (code: string): code is Lack =>
	code === 'channel_limit' || code === 'step_up_required' || code === 'phone_not_trusted';

/** Tries the code that was entered, or sends one. */
export async function stepUp(engine: Engine, { token, link, person, code }: StepUpAsk): Promise<StepUpOutcome> {
	const { actionId, reviewer, revision } = link;
	const linkHash = linkHashOf(token);
	const channel = codeChannel(person, link.channel);
	if (channel === null) return { kind: 'ask', notice: { kind: 'no_channel' }, sent: null };
	let notice: CodeNotice = { kind: 'asked' };
	if (code !== null) {
		const tried = await engine.store.stepUps.try({ actionId, reviewer, linkHash }, code);
		if (tried.kind === 'right') {
			if (channel === 'sms' && person.phone !== undefined) await engine.store.phones.verified(reviewer, person.phone);
			return { kind: 'proved' };
		}
		if (tried.kind === 'wrong' && tried.triesLeft > 0) return { kind: 'ask', notice: tried, sent: channel };
		notice = { kind: 'expired' };
	}
	if (!(await engine.store.limits.spend(codesPerHour, `${actionId}/${reviewer}`)))
		return { kind: 'ask', notice: { kind: 'too_many' }, sent: null };
	await engine.queues.deliver(`code.${actionId}.${newId('dlv')}`, {
		kind: 'code',
		id: actionId,
		revision,
		reviewer,
		channel,
		linkHash,
	});
	return { kind: 'ask', notice, sent: channel };
}

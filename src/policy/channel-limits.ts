/** What a channel may let run by itself, and when a second proof of who answers is needed. Pure. */
import type { Proposal } from '../domain/action.ts';
import { type Money, parseMoney } from '../domain/money.ts';
import type { Assurance, Reply } from '../domain/review.ts';
import type { Channel } from '../domain/verdict.ts';
import { atStake } from './at-stake.ts';
import type { PolicyDocument } from './document.ts';
import type { Policy } from './policy.ts';

/** The limits of a document, in minor units of its currency; null for none. */
export interface AnswerLimits {
	readonly channels: Readonly<Record<keyof PolicyDocument['channel_limits'], number | null>>;
	readonly stepUpAbove: number | null;
	/** Above it the amount is typed by hand on the page behind a link. */
	readonly typedAbove: number | null;
}

/** Compiles the limits of a document. */
export function compileAnswerLimits(document: PolicyDocument, minorOf: (amount: string) => number): AnswerLimits {
	const of = (amount: string | null): number | null => (amount === null ? null : minorOf(amount));
	const { sms, email, slack } = document.channel_limits;
	return Object.freeze({
		channels: Object.freeze({ sms: of(sms.max_amount), email: of(email.max_amount), slack: of(slack.max_amount) }),
		stepUpAbove: of(document.step_up_above),
		typedAbove: of(document.typed_amount_above),
	});
}

/** Why an answer that lets something run is not enough by itself: the channel's own limit, or policy's step-up. */
export type Lack = 'channel_limit' | 'step_up_required' | 'phone_not_trusted';

/** How an answer came. */
export interface Proof {
	readonly channel: Reply['channel'];
	readonly assurance: Assurance;
}

/** What is missing for letting this proposal run, or null. Money that cannot be compared is more than any limit. */
export function lackOf(policy: Policy, proposal: Proposal, { channel, assurance }: Proof): Lack | null {
	if (assurance !== 'link') return null;
	const { channels, stepUpAbove } = policy.answerLimits;
	const stake = atStake(policy, proposal);
	const own = Object.hasOwn(channels, channel) ? channels[channel as keyof typeof channels] : null;
	if (own !== null && stake > own) return 'channel_limit';
	return stepUpAbove !== null && stake > stepUpAbove ? 'step_up_required' : null;
}

/** The amount that whoever lets this run has to type, or null where they need not (R-L2). */
export function amountToType(policy: Policy, proposal: Proposal): Money | null {
	const { typedAbove } = policy.answerLimits;
	if (proposal.amount === undefined || typedAbove === null) return null;
	return atStake(policy, proposal) > typedAbove ? proposal.amount : null;
}

/** Whether a person typed this amount, with or without its currency, spaces and separators of thousands. */
export function typedIs(text: string, amount: Money): boolean {
	const bare = text
		.normalize('NFKC')
		.replace(/[\s,'’]/g, '')
		.toUpperCase();
	const typed = parseMoney(bare.replace(amount.currency, ''), amount.currency);
	return typeof typed !== 'string' && typed.minor === amount.minor;
}

/** The channel that a one-time code goes by: another one than the link came by, that reaches the person; null for none. */
export function codeChannel(
	person: { readonly email?: string | undefined; readonly phone?: string | undefined },
	link: Channel,
): 'email' | 'sms' | null {
	if (link !== 'sms' && person.phone !== undefined) return 'sms';
	return link !== 'email' && person.email !== undefined ? 'email' : null;
}

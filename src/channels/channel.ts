/** The port that every channel fills: one message to one person, answered by a receipt. */
import type { Reviewer } from '../domain/review.ts';
import type { Channel } from '../domain/verdict.ts';
import type { Content } from './content.ts';
import type { Copy } from './copy.ts';
import type { PlainMail } from './sign-in-mail.ts';
import type { SmsAbilities } from './sms-abilities.ts';

/** One message to one person. Recipients come from the registry of reviewers only, never from action data (R-M1). */
export interface OutgoingMessage {
	/** Stable over retries of the same delivery, and of no other: the Message-ID of a mail is made from it. */
	readonly deliveryId: string;
	readonly to: Pick<Reviewer, 'name' | 'email' | 'phone' | 'slack'>;
	/** Messages of one thread belong together in the reader's mailbox; an action's id, or null for none. */
	readonly thread: string | null;
	readonly content: Content;
	/** Where a reply to this message goes; absent where replies are not read. Only mail has such addresses. */
	readonly reply?: ReplyAddress;
}

/** The addresses of one message at our reply domain: each holds a token that names the message and nothing else. */
export interface ReplyAddress {
	/** `Reply-To`. */
	readonly answer: string;
	/** Where a failure to deliver is reported: the envelope's sender. */
	readonly bounce: string;
	/** Message id that a reply carries on in its `References`, for mail systems that know no plus addresses. */
	readonly reference: string;
	/** Message id of the mail that this one answers, with its angle brackets. */
	readonly inReplyTo?: string;
}

/**
 * What the provider said. `ok`: it took the message, under `id`. Otherwise `permanent` tells whether trying the same again can
 * help; an unknown outcome (a timeout) counts as temporary, because a second copy is better than none. `reason` names codes, and
 * no address or number.
 */
export type Receipt =
	| { readonly ok: true; readonly id: string }
	/** `optedOut`: the person has told the telephone company to send nothing more from this number. */
	| { readonly ok: false; readonly permanent: boolean; readonly reason: string; readonly optedOut?: true };

export interface ChannelPort {
	readonly kind: Channel;
	/** Sends one message. Failures are receipts; it never throws. */
	send(message: OutgoingMessage): Promise<Receipt>;
	/** What a message to this person can do; absent: everything. */
	abilities?(to: Pick<Reviewer, 'phone'>): SmsAbilities;
	/** Changes a message that was sent, by its receipt's id, where the channel can. Failures are receipts; it never throws. */
	update?(id: string, copy: Copy): Promise<Receipt>;
	/** Mail only: sends what is no card, such as a sign-in link. */
	sendMail?(mail: PlainMail & Pick<OutgoingMessage, 'deliveryId' | 'to'>): Promise<Receipt>;
	/** Text messages only: sends what is no card, to a number that stands in policy, or did. */
	sendText?(number: string, body: string): Promise<Receipt>;
	/** Ends open connections; what is being sent is finished first. */
	close(): Promise<void>;
}

/** A refusal that trying again cannot change. */
export const refused = (reason: string): Receipt => ({ ok: false, permanent: true, reason });
/** A failure that may be gone at the next try. */
export const failed = (reason: string): Receipt => ({ ok: false, permanent: false, reason });

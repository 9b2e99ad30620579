/**
 * A mail that came in. When this has answered, whatever follows from the mail is on record, so that the sender may be told that it
 * was taken: a decision, a comment, a delivery that failed. A mail is dealt with once; only a person whose domain has signed for
 * them decides (R-E1).
 */
import { createHash } from 'node:crypto';
import PostalMime, { type Email } from 'postal-mime';
import type { AnswerReason } from '../../domain/mail-answer.ts';
import type { Engine } from '../../engine/engine.ts';
import { reviewerOf, reviewersAtMail } from '../../policy/reviewers.ts';
import type { MailedTo } from '../../store/reply-tokens.ts';
import { refusedHow } from '../reply-texts.ts';
import { submit } from '../submit.ts';
import { type MailRefusal, mailLimits, mailRefusal } from './bounds.ts';
import type { Envelope } from './nature.ts';
import { type MailReading, readMailReply } from './reply.ts';
import { readReport } from './report.ts';
import { canonicalAddress } from './sender.ts';
import type { FoundToken } from './token.ts';
import type { Verify } from './verify.ts';

export interface MailDeps {
	readonly engine: Engine;
	/** Domain of our reply addresses. */
	readonly domain: string;
	readonly verify: Verify;
}

export interface IncomingMail {
	readonly raw: Uint8Array;
	readonly envelope: Envelope;
	/** Its bytes came over SMTP. */
	readonly wire: boolean;
	/** It was handed in by a server of the operator's, whose word about the sender is taken where it is configured. */
	readonly vouched: boolean;
}

/** What a mail came to. */
export type MailKind =
	| 'decided'
	| AnswerReason
	/** Nothing of ours: no token, or one that nobody was sent. */
	| 'unknown_token'
	/** From a machine, a list or a calendar: nothing follows from it. */
	| 'ignored'
	| 'bounced';

export type MailOutcome =
	| { readonly kind: MailKind; readonly actionId?: string; readonly copy?: true }
	/** Not taken, for good. */
	| { readonly kind: 'rejected'; readonly refusal: MailRefusal }
	/** Not taken now: the same mail may be offered again. */
	| { readonly kind: 'later' };

/** Takes a mail. Throws only where the store does not answer. */
export async function takeMail(deps: MailDeps, mail: IncomingMail): Promise<MailOutcome> {
	const refusal = mailRefusal(mail.raw, { wire: mail.wire });
	if (refusal !== null) return { kind: 'rejected', refusal };
	const email = await parsed(mail.raw);
	if (email === null || email.attachments.length > mailLimits.parts)
		return { kind: 'rejected', refusal: { code: 554, reason: 'it cannot be read' } };
	const reading = readMailReply(email, mail.envelope, deps.domain);
	const { token } = reading;
	if (token === null || token === 'ambiguous') return { kind: 'unknown_token' };
	const mailed = await deps.engine.store.replyTokens.find(token.token);
	if (mailed === null) return { kind: 'unknown_token' };
	const { inbound } = deps.engine.store;
	const id = `${token.purpose}/${token.token}/${reading.messageId ?? createHash('sha256').update(mail.raw).digest('hex')}`;
	const claim = await inbound.claim('mail', id);
	if (claim.kind === 'busy') return { kind: 'later' };
	if (claim.kind === 'done') return { kind: claim.result as MailKind, actionId: mailed.actionId, copy: true };
	try {
		const kind = await follow(deps, { mail, email, reading, mailed, purpose: token.purpose });
		if (kind === 'later') await inbound.release('mail', id);
		else await inbound.done('mail', id, kind);
		return kind === 'later' ? { kind } : { kind, actionId: mailed.actionId };
	} catch (error) {
		await inbound.release('mail', id).catch(() => undefined);
		throw error;
	}
}

async function parsed(raw: Uint8Array): Promise<Email | null> {
	try {
		// Enclosed messages are somebody else's words: they stay closed.
		const limits = { maxNestingDepth: mailLimits.containers, maxHeadersSize: mailLimits.headerBytes * 4 };
		return await PostalMime.parse(raw, { ...limits, forceRfc822Attachments: true });
	} catch {
		return null;
	}
}

interface Reply {
	readonly mail: IncomingMail;
	readonly email: Email;
	readonly reading: MailReading;
	readonly mailed: MailedTo;
	readonly purpose: FoundToken['purpose'];
	/** Who is answered; the person whom our mail was sent to where absent. */
	readonly to?: string;
}

async function follow(deps: MailDeps, reply: Reply): Promise<MailKind | 'later'> {
	const { reading, mailed, purpose, mail, email } = reply;
	if (reading.nature === 'report') return bounce(deps, reply);
	if (reading.nature !== 'person' || purpose === 'bounce') return 'ignored';
	const person = reviewerOf(deps.engine.policy(), mailed.reviewer);
	if (person === null) return 'ignored';
	const { sender } = reading;
	if (sender === null) return explain(deps, reply, 'unverified');
	const verified = await deps.verify({ raw: mail.raw, fields: email.headers, sender, vouched: mail.vouched });
	if (verified === 'later') return 'later';
	if (sender !== canonicalAddress(person.email ?? '')) return stranger(deps, reply, verified === 'pass' ? sender : null);
	if (verified === 'fail') return comment(deps, reply, 'unverified');
	if (mailed.kind !== 'review' && mailed.kind !== 'answer') return comment(deps, reply, 'no_review');
	return reading.reading.kind === 'answer' ? decide(deps, reply, reading.reading.answer) : comment(deps, reply, 'not_understood');
}

/** The answer goes through the one door that every answer goes through. */
async function decide(deps: MailDeps, reply: Reply, answer: 'approve' | 'reject' | 'take_over'): Promise<MailKind | 'later'> {
	const { actionId, revision, payloadDigest, reviewer } = reply.mailed;
	const said = reply.reading.comment;
	const answering = { actionId, revision, payloadDigest, reviewer, answer, channel: 'email' } as const;
	const result = await submit(deps.engine, { ...answering, ...(said !== '' && { comment: said }) });
	if (result.ok) {
		await explain(deps, reply, 'recorded');
		return 'decided';
	}
	switch (refusedHow(result)) {
		case 'page':
			return comment(deps, reply, 'on_the_page');
		case 'not_theirs':
			return explain(deps, reply, 'not_yours');
		case 'again':
			return 'later';
		case 'counted':
		case 'lost':
			return explain(deps, reply, 'lost');
	}
}

/** Somebody else answered a mail that was sent to one person: nothing follows, and both are told. */
async function stranger(deps: MailDeps, reply: Reply, sender: string | null): Promise<MailKind> {
	const [other, ...more] = sender === null ? [] : reviewersAtMail(deps.engine.policy(), sender);
	// Only a reviewer whose domain has signed is written to: anybody else's address may be forged.
	if (other !== undefined && more.length === 0) await explain(deps, { ...reply, to: other.id }, 'not_yours');
	// Not in their thread: the person whom our mail was sent to has never seen that reply.
	return explain(deps, { ...reply, reading: { ...reply.reading, messageId: null } }, 'other_sender');
}

/** What decides nothing is kept, and whoever wrote it is told what to do instead. */
async function comment(deps: MailDeps, reply: Reply, why: AnswerReason): Promise<MailKind> {
	const { store } = deps.engine;
	const { actionId, reviewer } = reply.mailed;
	const { reading } = reply;
	const text = reading.reading.kind === 'answer' ? [reading.reading.answer, reading.comment].join('\n').trim() : reading.comment;
	if (text !== '') await store.inbound.comment(actionId, { reviewer, channel: 'email', text }, store.settings.keepMs);
	return explain(deps, reply, why);
}

const answerEveryMs = 3_600_000;

/** Writes one answer, at most one an hour in a thread: two machines that answer each other stop there (R-E4). */
async function explain({ engine }: MailDeps, { mailed, reading, to }: Reply, why: AnswerReason): Promise<AnswerReason> {
	const { actionId: id, revision } = mailed;
	const reader = to ?? mailed.reviewer;
	if (!(await engine.store.inbound.mayAnswer(`mail/${id}/${reader}`, 1, answerEveryMs))) return why;
	const { messageId } = reading;
	const key = createHash('sha256')
		.update(JSON.stringify([messageId, reader, why]))
		.digest('hex')
		.slice(0, 32);
	const answer = { kind: 'answer', id, revision, reviewer: reader, channel: 'email', why } as const;
	await engine.queues.deliver(`answer.${id}.${key}`, { ...answer, ...(messageId !== null && { inReplyTo: messageId }) });
	return why;
}

/** A mailbox that does not exist is not tried again for a day. */
const deadMs = 86_400_000;

/** Our mail did not arrive: the person's next channel is tried. */
async function bounce({ engine }: MailDeps, { email, mailed }: Reply): Promise<MailKind> {
	const report = readReport(email);
	if (report === null || !report.failed || mailed.kind === 'answer') return 'ignored';
	const { actionId: id, revision, tier, reviewer, kind } = mailed;
	const reason = `bounced ${report.status ?? 'without a status'}`;
	const address = reviewerOf(engine.policy(), reviewer)?.email;
	if (address !== undefined && report.status?.startsWith('5.1.') === true)
		await engine.store.deadAddresses.mark({ channel: 'email', address }, { reason: 'rejected', detail: reason }, deadMs);
	await engine.queues.undelivered({ kind, id, revision, tier, reviewer, channel: 'email', reason });
	return 'bounced';
}

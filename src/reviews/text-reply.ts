/**
 * A text message that came in, from the number that the provider has signed for. It is taken as an answer only where its form is
 * exact and it cannot mean anything else; whoever sent it is told what became of it, and otherwise what to send.
 */
import { catalogueOf } from '../channels/catalogue.ts';
import type { Engine } from '../engine/engine.ts';
import { reviewerOf, reviewersAt } from '../policy/reviewers.ts';
import type { Coded } from '../store/codes.ts';
import { bareRequest, type OpenRequest, openRequests } from './open-requests.ts';
import { type Keyword, type ReplyReading, readReply } from './reply-grammar.ts';
import { deedOf, doneText, lostText, type Reader, refusedHow } from './reply-texts.ts';
import { submit } from './submit.ts';

/** A text message as the provider signed it. */
export interface IncomingText {
	/** In E.164 form. */
	readonly from: string;
	readonly body: string;
	/** What the provider has made of it by itself, where it says so: it has answered then. */
	readonly keyword: Keyword | null;
}

/** What to answer (null: nothing), and what it came to, for the log and for tests. */
export interface TextOutcome {
	readonly reply: string | null;
	readonly kind:
		| 'decided'
		| 'refused'
		| 'unknown_code'
		| 'locked'
		| 'listed'
		| 'not_an_answer'
		| 'ignored'
		| 'unknown_number'
		| 'opted_out'
		| 'opted_in'
		| 'helped';
	readonly actionId?: string;
	/** Nothing was recorded because something failed: a copy of the same message may try again. */
	readonly again?: true;
}

export interface TextDeps {
	readonly engine: Engine;
	/** Where links begin. */
	readonly publicUrl: string;
}

/** Wrong codes within a minute after which a number is not listened to for a while. */
const mostMisses = 20;
const lockMs = 15 * 60_000;
/** Answers that only explain: a machine at the other end must not be talked to for ever. */
const mostExplanations = 5;
const explainWindowMs = 10 * 60_000;

/** One conversation: the number, the person, and the words in their language. */
interface Talk extends TextDeps {
	readonly phone: string;
	readonly reader: Reader;
}

/** Takes a text message. Throws only where the store does not answer. */
export async function takeText(deps: TextDeps, { from, body, keyword }: IncomingText): Promise<TextOutcome> {
	const { engine } = deps;
	const [owner, ...others] = reviewersAt(engine.policy(), from);
	// Nobody is told whether a number is known; two people at one number cannot be told apart.
	if (owner === undefined || others.length > 0) return { reply: null, kind: 'unknown_number' };
	const { id, reviewer } = owner;
	const nameOf = (other: string): string | undefined => reviewerOf(engine.policy(), other)?.name;
	const talk: Talk = { ...deps, phone: from, reader: { id, reviewer, now: await engine.store.now(), nameOf } };
	const reading = readReply(body);
	if (keyword !== null) return command(talk, keyword, true);
	if (reading.kind === 'keyword') return command(talk, reading.keyword, false);
	if (await engine.store.codes.locked(from)) return { reply: null, kind: 'locked' };
	if (reading.kind === 'unclear') return explain(talk, reading);
	if (reading.code !== null) return answerTo(talk, reading, reading.code);
	const [open, last] = await Promise.all([openRequests(engine, from, id), engine.store.codes.last(from)]);
	const meant = bareRequest(open, last, talk.reader.now);
	if (meant !== null) return decide(talk, reading, meant.coded);
	const { text } = catalogueOf(reviewer.language).replies;
	const said = open.length === 0 ? [text.noneOpen] : [text.bareRefused, openText(talk, open)];
	return { reply: await limited(talk, said), kind: 'listed' };
}

type Answered = Extract<ReplyReading, { kind: 'answer' }>;

/** An answer that names a code: that one, or none. */
async function answerTo(talk: Talk, reading: Answered, code: string): Promise<TextOutcome> {
	const { engine, phone, reader } = talk;
	const { codes } = engine.store;
	const coded = await codes.find(phone, code);
	if (coded !== null && coded.reviewer === reader.id) return decide(talk, reading, coded);
	const { text } = catalogueOf(reader.reviewer.language).replies;
	if ((await codes.missed(phone)) < mostMisses) {
		const open = await openRequests(engine, phone, reader.id);
		return {
			reply: words(text.unknownCode(code), open.length === 0 ? text.noneOpen : openText(talk, open)),
			kind: 'unknown_code',
		};
	}
	const fresh = await codes.lock(phone, lockMs);
	if (fresh) engine.log.error({ reviewer: reader.id }, 'alert: a number guesses codes; its answers are not taken for 15 minutes');
	return { reply: fresh ? text.locked : null, kind: 'locked' };
}

/** The answer goes through the one door that every answer goes through. */
async function decide(talk: Talk, { answer }: Answered, coded: Coded): Promise<TextOutcome> {
	const { engine, reader } = talk;
	const { actionId, revision, payloadDigest, reviewer } = coded;
	const result = await submit(engine, { actionId, revision, payloadDigest, reviewer, answer, channel: 'sms' });
	const { replies } = catalogueOf(reader.reviewer.language);
	if (result.ok) return { reply: doneText(result.action, result.event, reader), kind: 'decided', actionId };
	const refused = { kind: 'refused', actionId } as const;
	const { action } = result;
	switch (action === null ? 'not_theirs' : refusedHow(result)) {
		case 'lost':
			return { ...refused, reply: words(action === null ? '' : lostText(action, result.winner, reader), replies.changedNothing) };
		case 'counted':
			return { ...refused, reply: replies.counted };
		case 'page':
			return { ...refused, reply: words(replies.text.onThePage, replies.text.page(await pageOf(talk, coded))) };
		case 'not_theirs':
			return { ...refused, reply: replies.text.notYours };
		case 'again':
			return { ...refused, reply: replies.text.again, again: true };
	}
}

/** Our own answer leads to the page through a link of its own: the one of the first message is stored as a hash only. */
async function pageOf({ engine, publicUrl }: Talk, { actionId, revision, payloadDigest, reviewer }: Coded): Promise<string> {
	const link = { actionId, revision, payloadDigest, reviewer, channel: 'sms', purpose: 'review' } as const;
	return `${publicUrl}/r/${await engine.store.links.issue(link, 7 * 86_400_000)}`;
}

/** A word that is no answer: the telephone company acts on it, and so do we. `told`: the company has answered it already. */
async function command(talk: Talk, keyword: Keyword, told: boolean): Promise<TextOutcome> {
	const { engine, phone, reader } = talk;
	const { deadAddresses } = engine.store;
	const { text } = catalogueOf(reader.reviewer.language).replies;
	switch (keyword) {
		case 'stop': {
			await deadAddresses.mark({ channel: 'sms', address: phone }, { reason: 'opted_out', detail: 'STOP' }, null);
			engine.log.error(
				{ reviewer: reader.id },
				'alert: a reviewer wants no more text messages; their requests go by another channel',
			);
			await reroute(talk);
			return { reply: null, kind: 'opted_out' };
		}
		case 'start': {
			const was = await deadAddresses.clear({ channel: 'sms', address: phone });
			if (told) return { reply: null, kind: 'opted_in' };
			const open = await openRequests(engine, phone, reader.id);
			const said = [was ? text.started : text.notAnAnswer, ...(open.length === 0 ? [] : [openText(talk, open)])];
			return { reply: await limited(talk, said), kind: 'opted_in' };
		}
		case 'help': {
			if (told) return { reply: null, kind: 'helped' };
			const open = await openRequests(engine, phone, reader.id);
			const said = [text.help, ...(open.length === 0 ? [] : [openText(talk, open)]), text.stop];
			return { reply: await limited(talk, said), kind: 'helped' };
		}
	}
}

/** Whoever gets no more texts is asked by their next channel, at once. */
async function reroute({ engine, phone, reader }: Talk): Promise<void> {
	const open = await openRequests(engine, phone, reader.id);
	for (const { coded } of open) {
		const { actionId: id, revision, tier, reviewer } = coded;
		await engine.queues.undelivered({ kind: 'review', id, revision, tier, reviewer, channel: 'sms', reason: 'opted out' });
	}
}

/** What was no answer: nothing to what nobody typed, else what to send. */
async function explain(talk: Talk, { why, code, meant }: Extract<ReplyReading, { kind: 'unclear' }>): Promise<TextOutcome> {
	const { engine, phone, reader } = talk;
	if (why === 'reaction' || why === 'auto_reply') return { reply: null, kind: 'ignored' };
	const { text } = catalogueOf(reader.reviewer.language).replies;
	const open = await openRequests(engine, phone, reader.id);
	const named = open.find((request) => request.code === code);
	const said =
		named !== undefined && meant !== null
			? [text.notAnAnswer, `${text.toSend[meant](named.code)}.`]
			: [text.notAnAnswer, open.length === 0 ? text.noneOpen : openText(talk, open)];
	return { reply: await limited(talk, said), kind: 'not_an_answer' };
}

/** The open requests with their codes: `Open: 7K4M Refund USD 240.00; …`. */
function openText({ reader }: Talk, open: readonly OpenRequest[]): string {
	const { text } = catalogueOf(reader.reviewer.language).replies;
	const items = open.map(({ code, action }) => `${code} ${deedOf(action, reader)}`).join('; ');
	const [only] = open;
	return open.length === 1 && only !== undefined ? text.openOne(items, only.code) : text.openMany(items);
}

const words = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');

/** An answer that only explains; silence where there have been several within a short time. */
async function limited({ engine, phone }: Talk, parts: readonly string[]): Promise<string | null> {
	const may = await engine.store.inbound.mayAnswer(`text/${phone}`, mostExplanations, explainWindowMs);
	return may ? words(...parts) : null;
}

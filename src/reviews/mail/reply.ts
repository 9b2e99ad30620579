/** A parsed mail, read as a reply: who, to which of our mails, and what their own words say. Pure. */
import type { Email } from 'postal-mime';
import { type ReplyReading, readReply } from '../reply-grammar.ts';
import { htmlWords } from './html-words.ts';
import { type Envelope, type Nature, natureOf } from './nature.ts';
import { ownWords } from './own-words.ts';
import { soleSender } from './sender.ts';
import { type TokenSearch, tokenOf } from './token.ts';

export interface MailReading {
	readonly nature: Nature;
	/** The one address that it is from, or null where that cannot be said for sure. */
	readonly sender: string | null;
	readonly token: TokenSearch;
	/** With its angle brackets; null where there is none, or none that could stand in a header of ours. */
	readonly messageId: string | null;
	/** The first line above the quotation. */
	readonly reading: ReplyReading;
	/** The person's own words, without the line that decides. */
	readonly comment: string;
}

const longestComment = 2000;

/** Reads a mail. `domain`: the domain of our reply addresses. */
export function readMailReply(email: Email, envelope: Envelope, domain: string): MailReading {
	const fields = email.headers;
	const { reading, lines } = wordsOf(email);
	const rest = reading.kind === 'answer' ? lines.slice(1) : lines;
	return {
		nature: natureOf(fields, envelope),
		sender: soleSender(fields.filter(({ key }) => key === 'from').map(({ value }) => value)),
		token: tokenOf(fields, envelope, domain),
		messageId: /^<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>$/.test(email.messageId ?? '') ? (email.messageId ?? null) : null,
		reading,
		comment: rest.join('\n').slice(0, longestComment).toWellFormed(),
	};
}

interface Words {
	readonly reading: ReplyReading;
	readonly lines: readonly string[];
}

const unclear = { kind: 'unclear', why: 'words', code: null, meant: null } as const;

/** Plain text goes first; where there is HTML beside it, both must say the same, because a mail program shows only one of them. */
function wordsOf({ text, html }: Email): Words {
	const plain = text === undefined ? null : ownWords(text);
	const shown = html === undefined ? null : htmlWords(html);
	const rich = shown === null ? null : ownWords(shown.text);
	const lines = plain ?? rich ?? [];
	const reading = readLines(lines);
	if (reading.kind !== 'answer') return { reading, lines };
	const other = rich === null ? reading : readLines(rich);
	const agree = other.kind === 'answer' && other.answer === reading.answer;
	return agree && shown?.hiding !== true ? { reading, lines } : { reading: { ...unclear, why: 'mixed' }, lines };
}

/** The answer of the first line, unless another line says something else. A code belongs to a text message, not to a mail. */
function readLines(lines: readonly string[]): ReplyReading {
	const reading = readReply(lines[0] ?? '');
	if (reading.kind === 'keyword') return unclear;
	if (reading.kind !== 'answer') return reading;
	if (reading.code !== null) return unclear;
	const contradicted = lines.slice(1, 50).some((line) => {
		const other = readReply(line);
		return other.kind === 'answer' && other.answer !== reading.answer;
	});
	return contradicted ? { ...unclear, why: 'mixed' } : reading;
}

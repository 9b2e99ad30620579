/**
 * Limits of a mail, checked on its bytes before anything parses it (R-E5): a parser that meets a bomb has already lost. Pure, and
 * linear in the size of the mail.
 */

export const mailLimits = {
	bytes: 1024 * 1024,
	headerBytes: 64 * 1024,
	headers: 100,
	parts: 50,
	/** Every multipart and every enclosed message counts: there cannot be deeper nesting than there are of them. */
	containers: 20,
} as const;

/** Why a mail is not taken: an SMTP code and a sentence. */
export interface MailRefusal {
	readonly code: 552 | 554;
	readonly reason: string;
}

const refused = (reason: string, code: 552 | 554 = 554): MailRefusal => ({ code, reason });

/**
 * Why these bytes are not taken, or null. `wire`: they came over SMTP, where lines end with CR and LF together and nothing else;
 * a lone one is how a second mail is smuggled past the first (R-E8).
 */
export function mailRefusal(raw: Uint8Array, { wire }: { wire: boolean }): MailRefusal | null {
	if (raw.length > mailLimits.bytes) return refused(`a reply must be at most ${mailLimits.bytes} bytes`, 552);
	const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1');
	if (wire && /(?<!\r)\n|\r(?!\n)/.test(text)) return refused('lines must end with CR LF');
	if (text.includes('\0')) return refused('a mail holds no NUL');
	const end = /\r?\n\r?\n/.exec(text)?.index ?? text.length;
	if (end > mailLimits.headerBytes) return refused('the header is too long');
	const header = text.slice(0, end);
	if (count(header, /^[^\s:]+[ \t]*:/gm) > mailLimits.headers) return refused('there are too many header fields');
	if (count(text, /^content-type[ \t]*:\s*(?:multipart|message)\//gim) > mailLimits.containers)
		return refused('it is nested too deep');
	if (count(text, /^content-type[ \t]*:/gim) > mailLimits.parts || boundaryLines(text) > mailLimits.parts + 1)
		return refused('there are too many parts');
	return null;
}

function count(text: string, what: RegExp): number {
	let found = 0;
	for (const _ of text.matchAll(what)) found += 1;
	return found;
}

/** Lines that begin a part, of whatever boundary the mail names: a part may come without a header. */
function boundaryLines(text: string): number {
	const named = [...text.matchAll(/\bboundary[ \t]*=[ \t]*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))/gi)];
	const boundaries = new Set(named.slice(0, mailLimits.parts).map((match) => (match[1] ?? match[2] ?? '').trimEnd()));
	if (boundaries.size === 0) return 0;
	let found = 0;
	for (const [line] of text.matchAll(/^--[^\r\n]+/gm)) if (boundaries.has(line.slice(2).trimEnd())) found += 1;
	return found;
}

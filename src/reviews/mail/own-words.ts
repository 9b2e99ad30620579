/**
 * What a person wrote into a reply themselves: the lines above whatever their mail program has quoted. Only the first of them can
 * decide, so a quotation that is not recognised can at worst end up in a comment. Pure.
 */

/** The beginning of a quotation on one line. */
const heads: readonly RegExp[] = [
	/^>/,
	/^-{2,}\s*(?:original message|ursprüngliche nachricht|originalnachricht|message d'origine|mensaje original|原始邮件|原始郵件|转发的邮件|forwarded message|weitergeleitete nachricht)\s*-{2,}/i,
	/^-{3,}.{0,40}(?:original message|原始邮件|原始郵件).{0,40}-{3,}$/i,
	/^begin forwarded message:/i,
	/^[_=-]{10,}$/,
	/^on .{4,300} wrote:$/i,
	/^am .{4,300} schrieb.{0,200}:$/i,
	/^.{1,200} schrieb am .{4,200}:$/i,
	/^le .{4,300} a écrit\s*:$/i,
	/^el .{4,300} escribió:$/i,
	/^il .{4,300} ha scritto:$/i,
	/^em .{4,300} escreveu:$/i,
	/^op .{4,300} schreef.{0,200}:$/i,
	/^.{0,300}(?:写道|寫道|撰写|寫信)[：:]$/,
];

/** A header block as Outlook and the Chinese mail programs quote it: `From:`, and one of its companions soon after. */
const quotedFrom = /^\*?(?:from|von|de|da|van|发件人|寄件者|寄件人|差出人)\*?\s?[：:]/i;
const quotedOther =
	/^\*?(?:sent|date|to|subject|cc|gesendet|datum|an|betreff|envoyé|à|objet|发送时间|日期|收件人|主题|抄送|寄件日期|收件者|主旨)\*?\s?[：:]/i;

/** What phones and people put below their words. */
const signature =
	/^(?:--|—|sent from my .{1,60}|get outlook for .{1,40}|von meinem .{1,60} gesendet|envoyé de mon .{1,60}|发自我的.{0,40}|来自我的.{0,40}|从我的.{0,40}发送|發自我的.{0,40})$/i;

/** How a head begins that may go on over several lines. */
const opener = /^(?:on|am|le|el|il|em|op)\b|^[在于於]/i;
/** How many lines a wrapped `On … wrote:` may take. */
const mostWrapped = 4;
const mostLines = 2000;

/** The lines above the quotation, without empty ones around; signatures are left out. */
export function ownWords(text: string): string[] {
	const lines = text
		.slice(0, 200_000)
		.split(/\r\n|\r|\n/, mostLines)
		.map((line) => line.replaceAll('\u00a0', ' ').trim());
	const end = lines.findIndex((_, index) => isHead(lines, index));
	const own = end === -1 ? lines : lines.slice(0, end);
	const signed = own.findIndex((line) => signature.test(line));
	return (signed === -1 ? own : own.slice(0, signed)).filter((line) => line !== '');
}

function isHead(lines: readonly string[], index: number): boolean {
	const line = lines[index] ?? '';
	if (line === '') return false;
	if (heads.some((head) => head.test(line))) return true;
	if (quotedFrom.test(line) && lines.slice(index + 1, index + 6).some((next) => quotedOther.test(next))) return true;
	// `On Sun, 22 Nov 2026 at 14:30, Countersign` / `<countersign@…> wrote:`
	if (!opener.test(line)) return false;
	for (let more = 1; more < mostWrapped; more++) {
		// The next line is a head by itself: this one is the person's.
		const next = lines[index + more] ?? '';
		if (opener.test(next) && heads.some((head) => head.test(next))) return false;
		const wrapped = lines.slice(index, index + more + 1).join(' ');
		if (wrapped.length > 600) return false;
		if (heads.some((head) => head.test(wrapped))) return true;
	}
	return false;
}

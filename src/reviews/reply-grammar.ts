/**
 * What a person typed, read as an answer. Only exact forms decide: one of the answer words, alone or with one code, and nothing
 * else. Everything that is not such a form is `unclear` and changes nothing, whatever it seems to say: a wrong guess here runs
 * somebody's money. Pure.
 */
import type { Answer } from '../domain/review.ts';

/** Words that telephone companies act on: never offered as answers, and never one. */
export type Keyword = 'stop' | 'start' | 'help';

/** Why a text is no answer. `reaction` and `auto_reply` were not typed by anybody and get no answer either. */
export type Unclear = 'empty' | 'reaction' | 'auto_reply' | 'mixed' | 'reserved_word' | 'words';

export type ReplyReading =
	/** `code`: the code that was named, in capitals; null for none. */
	| { readonly kind: 'answer'; readonly answer: Answer; readonly code: string | null }
	| { readonly kind: 'keyword'; readonly keyword: Keyword }
	/** `code`: the only code that the text names, so that the answer can say what to send; `meant`: what its words come close to. */
	| { readonly kind: 'unclear'; readonly why: Unclear; readonly code: string | null; readonly meant: Answer | null };

/** The exact words. Latin ones in either case; full-width letters count as their ASCII ones. */
const answerWords: Readonly<Record<string, Answer>> = {
	Y: 'approve',
	N: 'reject',
	M: 'take_over',
	同意: 'approve',
	拒绝: 'reject',
	拒絕: 'reject',
	接手: 'take_over',
};

/** Exact texts that a telephone company, or a person who knows them, means as commands. */
const keywords: Readonly<Record<string, Keyword>> = {
	...wordsFor('stop', [
		...['STOP', 'STOPALL', 'STOP ALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT', 'OPT-OUT', 'OPT OUT'],
		...['ARRET', 'ARRÊT', 'REMOVE', 'TD', '退订', '退訂'],
	]),
	...wordsFor('start', ['START', 'UNSTOP', 'YES']),
	...wordsFor('help', ['HELP', 'INFO', 'AIDE', '?', '帮助', '幫助']),
};

/** The words of our answers and of the carriers: no text of ours may offer one of these as an answer (R-K1). */
export const reservedWords: readonly string[] = [...Object.keys(keywords).filter((word) => /^[A-Z-]{3,}$/.test(word)), 'NO'];

/** What close words come near to: only ever used to say what to send instead. */
const closeWords: Readonly<Record<string, Answer>> = {
	...{ YES: 'approve', YEP: 'approve', OK: 'approve', OKAY: 'approve', APPROVE: 'approve', APPROVED: 'approve' },
	...{ NO: 'reject', NOPE: 'reject', DENY: 'reject', REJECT: 'reject', CANCEL: 'reject', STOP: 'reject', END: 'reject' },
	...{ REVOKE: 'reject', QUIT: 'reject', 不同意: 'reject', 不行: 'reject', 批准: 'approve', 可以: 'approve', 好: 'approve' },
	...{ MANUAL: 'take_over', MINE: 'take_over', 修改: 'take_over' },
};

/** Longest text that is looked at: ten segments of SMS. */
const longest = 1600;
/** What may stand between an answer and its code, and behind them. */
const separators = String.raw`[\s.,:\-–—。、]`;
const words = Object.keys(answerWords).join('|');
/** As long as a code, with a letter and a digit as every code has: wrong ones are looked up too, and are unknown. */
const codeForm = '(?=[A-Z]*[0-9])(?=[0-9]*[A-Z])[0-9A-Z]{4}';
const answerForm = new RegExp(`^(${words})(?:${separators}*(${codeForm}))?${separators}*$`, 'i');
const codesIn = new RegExp(`(?<![0-9A-Z])(?:[YNM])?(${codeForm})(?![0-9A-Z])`, 'gi');

/** Reads a text message, or the first line of a mail. */
export function readReply(given: string): ReplyReading {
	if (given.length > longest) return unclear('words', []);
	const text = plain(given);
	if (hidden.test(text)) return unclear('words', []);
	if (text === '') return unclear('empty', []);
	const exact = answerForm.exec(text);
	const answer = answerWords[exact?.[1]?.toUpperCase() ?? ''];
	if (exact !== null && answer !== undefined) return { kind: 'answer', answer, code: exact[2]?.toUpperCase() ?? null };
	const keyword = Object.hasOwn(keywords, text.toUpperCase()) ? keywords[text.toUpperCase()] : undefined;
	if (keyword !== undefined) return { kind: 'keyword', keyword };
	const named = codesNamed(text);
	if (isReaction(text)) return unclear('reaction', []);
	if (isAutoReply(text)) return unclear('auto_reply', []);
	return unclear(whyUnclear(text, named), named, closeTo(text));
}

/** Compatible forms become one (full-width letters, no-break spaces), and variation selectors, which phones put behind letters, go. */
const plain = (text: string): string =>
	text
		.normalize('NFKC')
		.replace(/[\ufe0e\ufe0f]/g, '')
		.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');

/** What cannot be seen, or changes the order of what can: a text that hides something is no answer. */
const hidden = /[\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]|(?![\t\r\n])\p{Cc}/u;

const unclear = (why: Unclear, codes: readonly string[], meant: Answer | null = null): ReplyReading => ({
	kind: 'unclear',
	why,
	code: codes.length === 1 ? (codes[0] ?? null) : null,
	meant: why === 'mixed' ? null : meant,
});

/** Every different code that a text names. */
function codesNamed(text: string): string[] {
	return [...new Set([...text.matchAll(codesIn)].map((match) => (match[1] ?? '').toUpperCase()))];
}

function whyUnclear(text: string, codes: readonly string[]): Unclear {
	const single = text
		.toUpperCase()
		.split(/[^\p{L}\p{N}]+/u)
		.filter(Boolean);
	const said = new Set(single.flatMap((word) => answerWords[word] ?? []));
	if (said.size > 1 || codes.length > 1) return 'mixed';
	const [first = ''] = single;
	return Object.hasOwn(keywords, first) || first === 'NO' ? 'reserved_word' : 'words';
}

/** What a text of one word, or of one word and a code, comes close to. */
function closeTo(text: string): Answer | null {
	const single = text
		.toUpperCase()
		.split(/[^\p{L}\p{N}]+/u)
		.filter(Boolean);
	const [first = '', second] = single;
	if (single.length > 2 || (second !== undefined && !new RegExp(`^${codeForm}$`).test(second))) return null;
	return Object.hasOwn(closeWords, first) ? (closeWords[first] ?? null) : null;
}

/** Phones tell the other side of a reaction in words, and quote the message it was for: our own text, with our own code. */
function isReaction(text: string): boolean {
	return (
		/^(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|reacted|removed (?:a|an|the) \w+ from)\b.{0,40}["“”„«'‘]/i.test(
			text,
		) ||
		/\breacted with\b|^.{1,12} (?:to|an|à|a) ["“”„«‘]/i.test(text) ||
		/^(?:喜欢|不喜欢|喜爱|赞|强调|质疑|笑|觉得).{0,12}["“”「『]/.test(text)
	);
}

/** What phones and mail programs send by themselves. */
function isAutoReply(text: string): boolean {
	return (
		/^(?:auto(?:matic)?[ -]?(?:reply|response|matic)|automatische antwort|réponse automatique|自动回复|自動回覆)/i.test(text) ||
		/\b(?:i['’]?m|i am|currently) (?:driving|away|out of (?:the )?office|on (?:vacation|leave|holiday)|in a meeting|not available)\b/i.test(
			text,
		) ||
		/(?:我正在开车|我在开会|不在办公室|稍后(?:再)?回复|稍后联系)/.test(text)
	);
}

function wordsFor(keyword: Keyword, all: readonly string[]): Record<string, Keyword> {
	return Object.fromEntries(all.map((word) => [word, keyword]));
}

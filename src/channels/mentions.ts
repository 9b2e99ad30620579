/** Amounts that an agent's prose mentions, and which of them contradict the action (R-P5). */
import { decimalsOf, isCurrency, type Money } from '../domain/money.ts';

/** An amount as prose writes it: the piece of text, its possible values in minor units, its currency where it says one. */
export interface Mention {
	readonly piece: string;
	readonly minors: readonly number[];
	/** `null`: the text names no currency, or an ambiguous sign such as $ or ¥. */
	readonly currency: string | null;
}

/** Signs that several currencies share mean "any of these"; an unknown word is no currency at all. */
const signs: Readonly<Record<string, readonly string[]>> = {
	$: ['USD', 'CAD', 'AUD', 'NZD', 'SGD', 'HKD', 'TWD', 'MXN'],
	us$: ['USD'],
	usd$: ['USD'],
	'€': ['EUR'],
	'£': ['GBP'],
	'¥': ['CNY', 'JPY'],
	'₹': ['INR'],
	'₩': ['KRW'],
	dollar: ['USD', 'CAD', 'AUD', 'NZD', 'SGD', 'HKD'],
	dollars: ['USD', 'CAD', 'AUD', 'NZD', 'SGD', 'HKD'],
	bucks: ['USD'],
	euro: ['EUR'],
	euros: ['EUR'],
	pounds: ['GBP'],
	yen: ['JPY'],
	yuan: ['CNY'],
	rmb: ['CNY'],
	人民币: ['CNY'],
	元: ['CNY', 'TWD', 'HKD'],
	块: ['CNY'],
	块钱: ['CNY'],
	美元: ['USD'],
	美金: ['USD'],
	欧元: ['EUR'],
	英镑: ['GBP'],
	日元: ['JPY'],
	港元: ['HKD'],
	港币: ['HKD'],
};

const scales: Readonly<Record<string, number>> = { k: 1e3, thousand: 1e3, 千: 1e3, 万: 1e4, m: 1e6, million: 1e6, 百万: 1e6 };

/** Alternatives in any case. (The `i` flag would also make `[A-Z]{3}` match every three-letter word.) */
const anyCase = (...words: string[]): string =>
	words.map((word) => word.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`)).join('|');

const verbs = [
	'refund',
	'refunds',
	'refunded',
	'refunding',
	'pay',
	'pays',
	'paid',
	'paying',
	'payment',
	'transfer',
	'transferring',
];
const nouns = ['charge', 'charged', 'charging', 'credit', 'crediting', 'amount', 'total', 'sum'];
const between = ['of', 'is', 'was', 'the', 'a', 'about', 'only', 'just', 'for', 'to', 'in', 'full'];
const words = ['dollar', 'dollars', 'bucks', 'euro', 'euros', 'pounds', 'yen', 'yuan', 'rmb'];

const signBefore = `(?<sign>US\\$|USD\\$|[$€£¥₹₩]|人民币|\\b[A-Z]{3}\\b)`;
const signAfter = `(?<unit>[$€£¥₹₩]|[A-Z]{3}\\b|(?:${anyCase(...words)})\\b|美元|美金|欧元|英镑|日元|港元|港币|块钱|块|元)`;
const verb = `(?<verb>\\b(?:${anyCase(...verbs, ...nouns)})\\b(?:\\s+(?:${anyCase(...between)})\\b)*|退款|退还|支付|转账|金额|赔偿|赔付|总额)`;
const number = "(?<number>\\d{1,3}(?:[,.'\\u00a0 ]\\d{3})+(?:[.,]\\d{1,3})?(?!\\d)|\\d+(?:[.,]\\d{1,3})?)";
const scale = `(?<scale>\\s?(?:${anyCase('thousand', 'million')}|百万|千|万)|[kKmM](?![A-Za-z]))?`;

const pattern = new RegExp(
	`(?:(?:${signBefore}|${verb})[ \\t:：=]{0,3})?(?<![\\w.,-])${number}${scale}(?:[ \\t]?${signAfter})?(?![\\w-]|[.,]\\d)`,
	'gu',
);

/** Every reading of a written number: `1.000` may be one or a thousand. */
function readings(text: string): string[] {
	const bare = text.replace(/['\u00a0 ]/g, '');
	const marks = [...bare.matchAll(/[.,]/g)];
	const last = marks.at(-1);
	if (last === undefined) return [bare];
	const whole = bare.slice(0, last.index).replace(/[.,]/g, '');
	const tail = bare.slice(last.index + 1);
	const decimal = `${whole}.${tail}`;
	if (tail.length !== 3) return [decimal];
	const grouped = whole + tail;
	const twoKinds = marks.length > 1 && marks.some((mark) => mark[0] !== last[0]);
	if (twoKinds) return [decimal];
	return marks.length > 1 ? [grouped] : [grouped, decimal];
}

function currencyOf(word: string | undefined): readonly string[] | null {
	if (word === undefined) return null;
	const known = signs[word.toLowerCase()];
	if (known !== undefined) return known;
	return /^[A-Z]{3}$/.test(word) && isCurrency(word) ? [word] : null;
}

/** What in `text` reads like money: a number with a currency, after a word such as "refund", or written with two decimals. */
export function mentionsIn(text: string, currency: string): Mention[] {
	if (!/\p{Nd}/u.test(text)) return [];
	const found: Mention[] = [];
	for (const match of text.normalize('NFKC').matchAll(pattern)) {
		const { sign, verb: said, number: digits = '', scale: by, unit } = match.groups ?? {};
		const named = currencyOf(sign) ?? currencyOf(unit);
		const looksLikeMoney = named !== null || said !== undefined || /[.,]\d{2}$/.test(digits);
		if (!looksLikeMoney) continue;
		const factor = scales[by?.trim().toLowerCase() ?? ''] ?? 1;
		const minors = readings(digits).map((value) => Math.round(Number(value) * factor * 10 ** decimalsOf(currency)));
		const foreign = named !== null && !named.includes(currency);
		const lead = said ?? (currencyOf(sign) === null ? sign : undefined);
		found.push({ piece: trimmed(match[0], lead), minors, currency: foreign ? (named[0] ?? null) : null });
	}
	return found;
}

/** The piece without the word before the amount. */
const trimmed = (piece: string, lead: string | undefined): string =>
	(lead === undefined ? piece : piece.slice(lead.length)).replace(/^[\s:：=]+/, '').trim();

/** The other amounts that the card itself shows: mentioning them is no contradiction once the real amount is mentioned too. */
export interface KnownAmounts {
	readonly amount: Money;
	readonly reference: Money | null;
	readonly quoted: Money | null;
}

/** Pieces of `text` whose value or currency differs from the action's amount, at most three, each once. */
export function contradictions(text: string, known: KnownAmounts): string[] {
	const { amount } = known;
	const mentions = mentionsIn(text, amount.currency);
	const says = (money: Money | null) => (mention: Mention) =>
		money !== null && mention.currency === null && mention.minors.some((minor) => minor === Math.abs(money.minor));
	const isReal = says(amount);
	const told = mentions.some(isReal);
	const excused = [isReal, ...(told ? [says(known.reference), says(known.quoted)] : [])];
	const pieces = mentions.filter((mention) => !excused.some((test) => test(mention))).map((mention) => mention.piece);
	return [...new Set(pieces)].slice(0, 3);
}

/** Whether a decimal written in an argument is another amount than the action's. */
export function argumentDiffers(value: unknown, amount: Money): boolean {
	if (typeof value !== 'number' && typeof value !== 'string') return false;
	const text = String(value).trim();
	if (!/^-?\d{1,15}(\.\d{1,6})?$/.test(text)) return false;
	const minor = Math.round(Math.abs(Number(text)) * 10 ** decimalsOf(amount.currency));
	return minor !== Math.abs(amount.minor) && Math.abs(Number(text)) !== Math.abs(amount.minor);
}

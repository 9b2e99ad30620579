/**
 * Personal identifiers and bank cards in text: candidates are cut out by their shape, then their check digits decide, so that an
 * order number is no card. Text is folded first (NFKC, lower case): full-width digits and invisible characters hide nothing.
 */
import iban from 'validator/lib/isIBAN.js';
import identityCard from 'validator/lib/isIdentityCard.js';
import luhnNumber from 'validator/lib/isLuhnNumber.js';
import type { SensitiveKind } from './vocabulary.ts';

/** CommonJS modules: Node gives what they export, a bundler or a test runner gives the default within. */
const exported = <F extends (...given: never[]) => boolean>(module: F | { readonly default: F }): F =>
	typeof module === 'function' ? module : module.default;
const isIban = exported(iban);
const isIdentityCard = exported(identityCard);
const isLuhnNumber = exported(luhnNumber);

/** What people put between the groups of such numbers, invisible characters among it. */
const between = '[\\s\\-_./·\\u2010-\\u2015\\u00ad\\u200b-\\u200d\\u2060\\ufeff]';
/** Texts with fewer digits in a row than this hold none of it; nearly every text ends here. */
const digitRun = new RegExp(`\\d(?:${between}{0,2}\\d){8}`);
const fullWidthDigit = /[０-９]/;
/** Of the others, these can: 13 digits, three-two-four, nine after a word that says so, or what an IBAN begins with. */
const worthwhile = new RegExp(
	`\\d(?:${between}{0,2}\\d){12}|\\d{3}[ -]\\d{2}[ -]\\d{4}|(?:ssn|security)[^\\d\\n]{0,20}\\d{9}|[a-z]{2}\\d{2}(?:[ -]?[a-z0-9]){11}`,
	'i',
);
/** A text with more candidates than this is made to be searched for ever; it counts as holding what is looked for. */
const mostCandidates = 2000;

/** Whether the text (folded or not) deserves a search. */
export const mayHoldSensitive = (text: string): boolean =>
	fullWidthDigit.test(text) || (digitRun.test(text) && worthwhile.test(text));

/** Which of `kinds` stand in a folded text. */
export function sensitiveIn(text: string, kinds: readonly SensitiveKind[]): SensitiveKind[] {
	const wanted = new Set(kinds);
	const found = new Set<SensitiveKind>();
	if (wanted.has('us_ssn') && socialSecurity.test(text)) found.add('us_ssn');
	const words = wordsOf(text);
	let candidates = 0;
	for (let i = 0; i < words.length && found.size < wanted.size; i++) {
		for (const candidate of candidatesFrom(words, i)) {
			if (++candidates > mostCandidates) return [...wanted];
			const kind = kindOf(candidate);
			if (kind !== null && wanted.has(kind)) found.add(kind);
		}
	}
	return kinds.filter((kind) => found.has(kind));
}

/** Three, two, four digits, no impossible group, the same separator twice; or nine digits that say what they are. */
const socialSecurity =
	/(?<![\d-])(?!000|666|9)\d{3}([ -])(?!00)\d{2}\1(?!0000)\d{4}(?![\d-])|\b(?:ssn|social security(?: number| no\.?)?)[^a-z0-9\n]{0,5}(?:is )?\d{9}\b/;

interface Word {
	readonly text: string;
	/** Whether only a separator that people use inside such numbers stands between this word and the next. */
	readonly joined: boolean;
}

const separator = new RegExp(`^${between}{1,2}$`);

/** Words of Latin letters and digits; Chinese characters end a word, as `卡号4111…` needs. */
function wordsOf(text: string): Word[] {
	const matches = [...text.matchAll(/[a-z0-9]+/g)];
	return matches.map((match, i) => {
		const next = matches[i + 1];
		const gap = next === undefined ? '' : text.slice(match.index + match[0].length, next.index);
		return { text: match[0], joined: next !== undefined && separator.test(gap) };
	});
}

interface Candidate {
	readonly text: string;
	/** Lengths of the groups it was written in. */
	readonly groups: readonly number[];
}

const startsLikeIban = /^[a-z]{2}\d{2}/;

/** What could be one number, starting at a word: the word alone, and with the joined words after it. */
function* candidatesFrom(words: readonly Word[], start: number): Generator<Candidate> {
	const first = words[start];
	if (first === undefined) return;
	const likeIban = startsLikeIban.test(first.text);
	if (!likeIban && !/^\d/.test(first.text)) return;
	const most = likeIban ? 34 : 19;
	const groups: number[] = [];
	let text = '';
	for (let i = start; i < words.length; i++) {
		const word = words[i] as Word;
		text += word.text;
		groups.push(word.text.length);
		if (text.length > most || (!likeIban && !/^\d+x?$/.test(text))) return;
		if (text.length >= 13) yield { text, groups };
		if (!word.joined) return;
	}
}

function kindOf({ text, groups }: Candidate): SensitiveKind | null {
	if (startsLikeIban.test(text)) return isIban(text.toUpperCase()) ? 'iban' : null;
	if (text.length === 18 && isIdentityCard(text.toUpperCase(), 'zh-CN')) return 'resident_id';
	return issuer.test(text) && grouped(groups) && isLuhnNumber(text) ? 'bank_card' : null;
}

/** Visa, Mastercard, American Express, Diners Club, JCB, Discover, UnionPay (16 to 19 digits), Mir, Maestro: numbers that are issued. */
const issuer =
	/^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|2720\d{12}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|35\d{14}|6(?:011|4[4-9]\d|5\d\d)\d{12}|62\d{14,17}|81\d{14,17}|220[0-4]\d{12,15}|6(?:304|759|76[123])\d{8,15})$/;

/** As cards are written: in one piece, in fours, 4-6-5, 4-6-4, 6 and the rest, or digit by digit. Other groups are other numbers. */
function grouped(groups: readonly number[]): boolean {
	if (groups.length === 1) return true;
	if (groups.every((length) => length === 1)) return true;
	if (groups.slice(0, -1).every((length) => length === 4) && (groups.at(-1) ?? 0) <= 4) return true;
	const shape = groups.join('-');
	return shape === '4-6-5' || shape === '4-6-4' || /^6-1[0-3]$/.test(shape);
}

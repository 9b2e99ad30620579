/**
 * Text that an agent (or anybody outside) wrote, made fit to be shown. Nothing is dropped silently: what a reader could not
 * see is shown as its code point, so that the text on the card is the text that arrived. Escaping for HTML is the sink's work.
 */

/** Text whose every character is visible, and how many hidden ones it held. */
export interface Shown {
	readonly text: string;
	readonly hidden: number;
}

/** The common case: printable ASCII and line breaks have nothing to hide. */
const plain = /^[\n\x20-\x7e]*$/;

/**
 * Invisible or reordering: controls, format characters, surrogates, private use, unassigned, line and paragraph separators,
 * everything that Unicode calls default-ignorable (fillers, variation selectors, tags), the blank Braille cell; and runs of more
 * than four combining marks, which can cover the lines around them. A run of one character is taken as one piece.
 */
const suspicious = /([\p{C}\p{Zl}\p{Zp}\p{DI}\u2800])\1*|(?:(?!\p{DI})\p{M}){5,}/gu;

/** Scripts whose spelling needs joiners inside words. */
const joinedScripts =
	/[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Mongolian}\p{Script=Tibetan}]/u;
const pictograph = /\p{Extended_Pictographic}|\p{Emoji_Modifier}/u;
/** What a variation selector may follow: emoji, digits of keycaps, symbols, ideographs. After a plain letter it only hides data. */
const variable = /[\p{Emoji}\p{S}\p{Script=Han}]/u;

const joiners = new Set(['\u200c', '\u200d']);
const isVariationSelector = (character: string): boolean => /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u.test(character);

const codePoint = (character: string): string =>
	`[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;

/** The whole character that ends before `index`; a lone low surrogate is one by itself, and not part of what stands before it. */
function before(text: string, index: number): string {
	const pair = text.slice(Math.max(0, index - 2), index);
	return pair.length === 2 && (pair.codePointAt(0) ?? 0) > 0xffff ? pair : text.slice(Math.max(0, index - 1), index);
}

/** The whole character that starts at `index`. */
const after = (text: string, index: number): string => String.fromCodePoint(text.codePointAt(index) ?? 0x20);

function isHarmless(character: string, index: number, text: string): boolean {
	if (joiners.has(character)) {
		const left = before(text, index);
		const right = after(text, index + 1);
		if (joinedScripts.test(left) && joinedScripts.test(right)) return true;
		// An emoji may carry a selector before its joiner; a selector on anything else is shown, and joins nothing.
		const base = left === '\ufe0f' ? before(text, index - 1) : left;
		return character === '\u200d' && pictograph.test(base) && pictograph.test(right);
	}
	return isVariationSelector(character) && variable.test(before(text, index));
}

/** Makes every hidden character of `text` visible as `[U+202E]` (a run of the same as `[U+200B]×7`). Line breaks stay, tabs become spaces. */
export function show(text: string): Shown {
	if (plain.test(text)) return { text, hidden: 0 };
	const whole = text.replaceAll('\r\n', '\n');
	let out = '';
	let hidden = 0;
	let end = 0;
	for (const match of whole.matchAll(suspicious)) {
		const [run, repeated] = match;
		out += whole.slice(end, match.index);
		end = match.index + run.length;
		if (repeated === '\n') out += run;
		else if (repeated === '\t') out += ' '.repeat(run.length);
		else {
			const characters = [...run];
			const kept = repeated === undefined ? 4 : isHarmless(repeated, match.index, whole) ? 1 : 0;
			const rest = characters.length - kept;
			hidden += rest;
			out += characters.slice(0, kept).join('');
			if (rest > 0) out += codePoint(characters[kept] ?? '') + times(rest);
		}
	}
	return { text: out + whole.slice(end), hidden };
}

const times = (count: number): string => (count === 1 ? '' : `×${count}`);

/** Cuts shown text to at most `max` characters, never inside a `[U+202E]`, with an ellipsis in the last place when it was longer. */
export function cut(text: string, max: number): string {
	if (text.length <= max) return text;
	let end = max - 1;
	const opened = text.lastIndexOf('[U+', end);
	if (opened !== -1 && opened > end - 12 && text.indexOf(']', opened) >= end) end = opened;
	const low = text.charCodeAt(end);
	if (low >= 0xdc00 && low <= 0xdfff) end -= 1;
	return `${text.slice(0, end).trimEnd()}…`;
}

/** One line: hidden characters visible, line breaks as ↵, at most `max` characters. */
export const showLine = (text: string, max: number): string => cut(show(text).text.replaceAll('\n', ' ↵ '), max);

/** At most `lines` lines and `max` characters; `shortened` tells whether that was not all. */
export function showBlock(text: string, limits: { max: number; lines: number }): Shown & { lines: string[]; shortened: boolean } {
	const shown = show(text.trim());
	const all = shown.text.split('\n').filter((line, index, every) => line.trim() !== '' || (every[index - 1] ?? '').trim() !== '');
	const few = all.slice(0, limits.lines).join('\n');
	const body = cut(few, limits.max);
	return { text: body, hidden: shown.hidden, lines: body.split('\n'), shortened: body !== few || all.length > limits.lines };
}

/** Reasoning on a card: after the facts, never long enough to push anything out of view (R-P1, R-P7). */
export const proseLimits = { max: 500, lines: 12 } as const;

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** For plain-text sinks: right-to-left text is wrapped in first-strong isolates, so that it cannot reorder what stands beside it. */
export const isolate = (text: string): string => (rightToLeft.test(text) ? `\u2068${text}\u2069` : text);

const bareScheme = /\b(mailto|javascript|data|tel|sms|file|vbscript|callto|facetime):(?=\S)/gi;
const dotInName = /(?<=[\p{L}\p{N}_-])[.．。｡](?=(?:[\p{L}\p{N}-]{1,63}\.){0,8}\p{L}[\p{L}\p{N}-]+)/giu;
const asciiAround = /^[\x21-\x7e]$/;

/**
 * Mail programs and terminals turn whatever looks like an address into a link, whoever wrote it. This breaks the look, visibly,
 * in the way that security people do: `https[://]evil[.]example`. Numbers such as 240.00 stay as they are.
 */
export function defang(text: string): string {
	let inert = text;
	if (inert.includes(':')) inert = inert.replaceAll('://', '[://]').replace(bareScheme, '$1[:]');
	if (!/[.．。｡]/.test(inert)) return inert;
	return inert.replace(dotInName, (...[dot, index, whole]: [string, number, string]) => {
		// The full-width dots are ordinary punctuation between Chinese words; only between ASCII labels do they look like a name.
		if (dot !== '.' && !(asciiAround.test(whole[index - 1] ?? '') && asciiAround.test(whole[index + 1] ?? ''))) return dot;
		return `[${dot}]`;
	});
}

/** JSON that a terminal shows as it is: characters that JSON allows and terminals obey, or hide, are escaped. It stays the same JSON. */
export const terminalJson = (json: string): string =>
	json.replace(
		/[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ue000-\uf8ff\ufeff]|[\u{e0000}-\u{e007f}]/gu,
		(found) =>
			Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
	);

/** A short name that can stand in a subject line or a text message: one ASCII token, as ids are. Anything else may be prose. */
export const isToken = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_.:#@+-]{0,39}$/.test(text);

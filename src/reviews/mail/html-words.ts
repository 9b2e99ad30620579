/**
 * The words of an HTML mail, line by line, for comparing them with the plain text and for mails that have no plain text. Nothing
 * is rendered or fetched; what could hide words makes the whole mail untrustworthy instead of being interpreted. Pure, linear.
 */

export interface HtmlWords {
	/** As plain text with line breaks; quotations begin with `>`. */
	readonly text: string;
	/** It has means to show something else than it says: hidden elements, tiny or transparent letters, forms, scripts. */
	readonly hiding: boolean;
}

const longest = 400_000;
const tag = /<!--[\s\S]*?(?:-->|$)|<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>?/gi;
const blocks = new Set([
	'p',
	'div',
	'br',
	'tr',
	'li',
	'ul',
	'ol',
	'table',
	'h1',
	'h2',
	'h3',
	'h4',
	'pre',
	'section',
	'body',
	'center',
]);
const silent = new Set([
	'style',
	'script',
	'head',
	'title',
	'noscript',
	'template',
	'textarea',
	'select',
	'svg',
	'math',
	'object',
]);
const quoting =
	/\b(?:class|id)\s*=\s*["']?[^"'>]*(?:gmail_quote|gmail_attr|moz-cite|yahoo_quoted|divRplyFwdMsg|appendonsend|protonmail_quote|qmbox|ntes-mailmaster-quote|isReplyContent)/i;
/** Ways to show nothing. Every piece is bounded: a style that is made to cost time is not looked at (see `longestStyle`). */
const hidingStyle = new RegExp(
	[
		String.raw`display\s*:\s*none|visibility\s*:\s*hidden|mso-hide|position\s*:\s*absolute|clip(?:-path)?\s*:`,
		String.raw`opacity\s*:\s*0(?![\d.]*[1-9])|(?:max-)?(?:height|width)\s*:\s*0(?![\d.]*[1-9])`,
		String.raw`font-size\s*:\s*0(?![\d.]*[1-9])|font\s*:[^;]{0,100}(?<![\d.])0(?:px|pt|em|rem|%)`,
		String.raw`(?:text-indent|left|top|right)\s*:\s*-\d{3}`,
		String.raw`(?<![\w-])color\s*:\s*(?:transparent|white\b|#fff(?:fff)?\b)`,
	].join('|'),
	'i',
);
const longestStyle = 4000;
const hidingTags = new Set([
	'script',
	'form',
	'input',
	'button',
	'textarea',
	'select',
	'object',
	'embed',
	'iframe',
	'svg',
	'math',
]);

/** Reads the words out of HTML. */
export function htmlWords(html: string): HtmlWords {
	const source = html.slice(0, longest);
	let text = '';
	let end = 0;
	let hiding = html.length > longest;
	let quoted = false;
	let muted: string | null = null;
	for (const match of source.matchAll(tag)) {
		const [whole, closing, given, attributes = ''] = match;
		if (muted === null) text += source.slice(end, match.index).replace(/\s+/g, ' ');
		else if (muted === 'style' && !quoted && hides(source.slice(end, match.index))) hiding = true;
		end = match.index + whole.length;
		if (given === undefined) continue;
		const name = given.toLowerCase();
		if (muted !== null) {
			if (closing === '/' && name === muted) muted = null;
			// A style sheet inside the head is looked at like any other.
			else if (muted === 'head' && closing === '' && name === 'style') muted = 'style';
			continue;
		}
		if (name === 'blockquote' || name === 'hr' || quoting.test(attributes.slice(0, longestStyle))) {
			quoted = true;
			text += '\n>\n';
		}
		// What our own mail has, quoted below, is not what the person wrote.
		if (!quoted && (hidingTags.has(name) || /(?<![\w-])hidden\b/i.test(bare(attributes)) || hides(attributes))) hiding = true;
		if (silent.has(name) && closing === '') muted = name;
		else if (blocks.has(name)) text += '\n';
	}
	if (muted === null) text += source.slice(end).replace(/\s+/g, ' ');
	return { text: decoded(text), hiding };
}

const hides = (style: string): boolean => style.length > 50_000 || [...pieces(style)].some((piece) => hidingStyle.test(piece));

/** A long style sheet in overlapping pieces: what is looked for is short. */
function* pieces(style: string): Generator<string> {
	for (let at = 0; at < style.length; at += longestStyle - 200) yield style.slice(at, at + longestStyle);
}

/** Attributes without their values. */
const bare = (attributes: string): string => attributes.replace(/"[^"]*"|'[^']*'/g, '');

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Entities of numbers and the few names that matter; any other stays as it is written, and then is no answer. */
const decoded = (text: string): string =>
	text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (...[whole, decimal, hex, name]: (string | undefined)[]) => {
		if (name !== undefined) return named[name.toLowerCase()] ?? whole ?? '';
		const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
		return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : (whole ?? '');
	});

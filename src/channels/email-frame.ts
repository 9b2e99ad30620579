/**
 * What every mail shares: a 600-pixel table, inline styles, no remote assets, and colours for light and dark. Mail programs
 * drop much of CSS, so the light colours are inline and complete; the style block only adds dark mode where it is understood.
 */
import type { Language } from '../domain/verdict.ts';
import { html, type Markup } from './markup.ts';

const fontStack =
	"-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'PingFang SC','Hiragino Sans GB','Microsoft YaHei','Noto Sans CJK SC',sans-serif";

/** Inline styles by what they are for. */
export const css = {
	h1: `margin:0;font:600 17px/1.35 ${fontStack};color:#1c2430`,
	amount: `margin:2px 0 0;font:700 34px/1.2 ${fontStack};color:#1c2430;letter-spacing:-0.5px`,
	whom: `margin:4px 0 0;font:400 16px/1.45 ${fontStack};color:#1c2430;word-break:break-word`,
	label: `margin:0 0 8px;font:600 13px/1.4 ${fontStack};color:#5a6573`,
	text: `margin:0;font:400 15px/1.5 ${fontStack};color:#1c2430;word-break:break-word`,
	small: `margin:0 0 4px;font:400 13px/1.5 ${fontStack};color:#5a6573;word-break:break-word`,
	cell: `padding:5px 0;font:400 14px/1.45 ${fontStack};color:#1c2430;vertical-align:top;word-break:break-word`,
	head: `padding:5px 14px 5px 0;font:400 14px/1.45 ${fontStack};color:#5a6573;vertical-align:top;text-align:left`,
	mono: "padding:5px 0;font:400 13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,'Noto Sans CJK SC',monospace;color:#1c2430;vertical-align:top;word-break:break-all",
	warn: `margin:0;font:600 14px/1.5 ${fontStack};color:#5b4300;word-break:break-word`,
	link: 'color:#1f5fae;text-decoration:underline',
} as const;

/** Dark colours. `!important` because the inline ones are light. */
const darkMode =
	'@media (prefers-color-scheme:dark){.p{background:#12161c!important}.c{background:#1b212a!important;border-color:#323b47!important}' +
	'.t{color:#e8edf3!important}.m{color:#a5b0bd!important}.w{background:#382d0f!important;border-color:#8a6d1f!important}.wt{color:#ffdf8a!important}' +
	'.b{background:#151a21!important;border-color:#46515f!important}.r{border-color:#323b47!important}.l{color:#8fbcf5!important}}' +
	'@media (max-width:620px){.pad{padding-left:18px!important;padding-right:18px!important}}';

export interface MailFrame {
	readonly language: Language;
	readonly title: string;
	/** The line that a mailbox shows beside the subject. */
	readonly preheader: string;
	readonly body: readonly (Markup | null)[];
	readonly footer: readonly string[];
}

/** A whole mail. */
export function mailFrame({ language, title, preheader, body, footer }: MailFrame): string {
	return `<!doctype html>\n${html`<html lang="${language}" dir="ltr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no"><title>${title}</title><style>:root{color-scheme:light dark}${darkMode}</style></head>
<body class="p" style="margin:0;padding:0;background:#eef1f5"><div style="display:none;max-height:0;overflow:hidden;font-size:1px;line-height:1px;color:#eef1f5" aria-hidden="true">${preheader}</div>
<table role="presentation" class="p" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#eef1f5"><tr><td align="center" style="padding:20px 10px">
<table role="presentation" class="c" width="600" cellpadding="0" cellspacing="0" border="0" style="width:100%;max-width:600px;background:#ffffff;border:1px solid #dde3ea;border-radius:10px">
${body}<tr><td class="pad" style="padding:8px 28px 24px">${footer.map((line) => html`<p class="m" style="${css.small}">${line}</p>`)}</td></tr>
</table></td></tr></table></body></html>`}\n`;
}

/** One block of the mail, with the padding that all share. */
export const block = (inner: unknown): Markup => html`<tr><td class="pad" style="padding:14px 28px">${inner}</td></tr>
`;

/** A block with a heading. */
export const section = (title: string, inner: unknown): Markup =>
	block(html`<p class="m" style="${css.label}">${title}</p>${inner}`);

/** A button that is a link: padding on the cell and on the link, so that the whole of it can be pressed everywhere. */
export const button = (label: string, href: string, colour: string): Markup =>
	html`<td align="center" bgcolor="${colour}" style="background:${colour};border-radius:8px"><a href="${href}" style="display:block;padding:14px 26px;min-width:96px;font:600 16px/20px ${fontStack};color:#ffffff;text-decoration:none">${label}</a></td>`;

export const colours = { approve: '#17693f', reject: '#a8321f', open: '#27517f' } as const;

/** A box that must be seen before anything else. */
export const warningBox = (lines: readonly unknown[]): Markup =>
	html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td class="w" style="padding:10px 14px;background:#fff4d6;border:1px solid #e2b93b;border-radius:8px">${lines.map((line) => html`<p class="wt" style="${css.warn}">&#9888;&#65039; ${line}</p>`)}</td></tr></table>`;

/** Text from outside, fenced by a border and a heading of its own. */
export const fence = (lines: readonly unknown[]): Markup =>
	html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td class="b" style="padding:10px 14px;background:#f5f7fa;border:1px dashed #9aa7b6;border-radius:8px">${lines.map((line) => html`<p class="t" style="${css.text}">${line}</p>`)}</td></tr></table>`;

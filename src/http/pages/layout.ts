/** What every page shares. Without JavaScript, without anything from elsewhere. */
import { raw } from 'hono/html';
import { html, type Markup } from '../../channels/markup.ts';
import type { Language } from '../../domain/verdict.ts';
import { pageStyle } from './style.ts';

export interface PageFrame {
	readonly language: Language;
	readonly title: string;
	/** Beside the name of the product: who is looking. */
	readonly aside: Markup | null;
	readonly body: unknown;
}

/**
 * A whole page. The referrer policy of the document is `same-origin` although the header says `no-referrer`: under the header
 * alone a browser sends `Origin: null` with our own form, and a form from elsewhere could not be told from it. Nothing of the
 * address leaves the origin under either.
 */
export const pageFrame = ({ language, title, aside, body }: PageFrame): string =>
	`<!doctype html>\n${html`<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="same-origin"><meta name="robots" content="noindex,nofollow"><meta name="color-scheme" content="light dark"><meta name="format-detection" content="telephone=no,date=no,address=no,email=no"><title>${title}</title><style>${raw(pageStyle)}</style></head>
<body><header><span class="brand">Countersign</span>${aside}</header>
<main>${body}</main></body></html>`}\n`;

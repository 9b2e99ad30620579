/** HTML by tagged template; every value is escaped unless it is markup itself. */
import { raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

/** A piece of HTML that is safe to put into another. */
export type Markup = HtmlEscapedString;

/**
 * Hono's template without its promises: none of our values is one, a card must render in one go, and a mail has some two hundred
 * values. Null, undefined and booleans are nothing; lists are their items.
 */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): Markup {
	let text = strings[0] as string;
	for (let i = 0; i < values.length; i++) text += piece(values[i]) + (strings[i + 1] as string);
	return raw(text);
}

function piece(value: unknown): string {
	if (typeof value === 'string') return escaped(value);
	if (value === null || value === undefined || typeof value === 'boolean') return '';
	if (Array.isArray(value)) {
		let text = '';
		for (const each of value) text += piece(each);
		return text;
	}
	const text = String(value);
	return typeof value === 'object' && (value as Partial<HtmlEscapedString>).isEscaped === true ? text : escaped(text);
}

const special = /[&<>"']/;
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string =>
	special.test(text) ? text.replace(/[&<>"']/g, (found) => entities[found] as string) : text;

/** Untrusted text in an isolate of its own: its direction is found from itself, and it cannot reorder what stands beside it. */
export const isolated = (text: string): Markup => html`<bdi>${text}</bdi>`;

/** Amounts, ids and paths always run left to right. */
export const leftToRight = (text: string): Markup => html`<bdi dir="ltr">${text}</bdi>`;

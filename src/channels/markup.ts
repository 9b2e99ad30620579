/** HTML by tagged template; every value is escaped unless it is markup itself. */
import { html as asyncHtml } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

/** A piece of HTML that is safe to put into another. */
export type Markup = HtmlEscapedString;

/** Hono's template without its promises: none of our values is one, and a card must render in one go. */
export const html = asyncHtml as (strings: TemplateStringsArray, ...values: readonly unknown[]) => Markup;

/** Untrusted text in an isolate of its own: its direction is found from itself, and it cannot reorder what stands beside it. */
export const isolated = (text: string): Markup => html`<bdi>${text}</bdi>`;

/** Amounts, ids and paths always run left to right. */
export const leftToRight = (text: string): Markup => html`<bdi dir="ltr">${text}</bdi>`;

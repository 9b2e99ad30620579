/** What somebody changed, or is about to: field, before, after. */
import { inboxText } from '../../channels/catalogue-inbox.ts';
import { html, isolated, type Markup } from '../../channels/markup.ts';
import type { Language } from '../../domain/verdict.ts';
import type { Difference } from '../../reviews/differences.ts';

const mostShown = 200;

/** The table; how many more there are stands below it. */
export function differenceTable(changes: readonly Difference[], language: Language): Markup {
	const say = inboxText(language).edit;
	const cell = (text: string | null, mark: (text: string) => Markup) =>
		text === null ? html`<td class="small">${say.absent}</td>` : html`<td>${mark(text)}</td>`;
	return html`<table class="diff mono"><thead><tr><th scope="col">${say.field}</th><th scope="col">${say.before}</th><th scope="col">${say.after}</th></tr></thead><tbody>${changes
		.slice(0, mostShown)
		.map(
			({ path, before, after }) =>
				html`<tr><th scope="row">${path === '' ? say.amountField : isolated(path)}</th>${cell(before, (text) => html`<del>${isolated(text)}</del>`)}${cell(after, (text) => html`<ins>${isolated(text)}</ins>`)}</tr>`,
		)}</tbody></table>${changes.length > mostShown ? html`<p>${say.more(changes.length - mostShown)}</p>` : null}`;
}

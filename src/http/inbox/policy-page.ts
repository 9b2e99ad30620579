/** The text of a policy that judged, as it was kept under its digest. */
import { inboxText } from '../../channels/catalogue-inbox.ts';
import { html } from '../../channels/markup.ts';
import { show } from '../../channels/untrusted.ts';
import { inboxPage } from './frame.ts';
import type { Visit } from './visit.ts';

export interface PolicyView {
	readonly digest: string;
	/** Null where its text was never kept here. */
	readonly text: string | null;
	readonly current: boolean;
}

/** The page, as HTML. */
export function policyPage(visit: Visit, { digest, text, current }: PolicyView): string {
	const { policyPage: say } = inboxText(visit.person.language);
	return inboxPage(visit, {
		title: say.title,
		place: null,
		body: html`<section><h1>${say.title}</h1><p class="small">${say.digest}: ${show(digest).text.slice(0, 100)}</p><p>${text === null ? say.unknown : current ? say.current : say.former}</p></section>${
			text === null ? null : html`<section><pre class="mono">${show(text).text}</pre></section>`
		}`,
	});
}

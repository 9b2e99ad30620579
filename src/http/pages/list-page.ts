/** The page that lists what was gathered for a reader, each with how it stands now. Looking at it decides nothing. */
import type { Viewer } from '../../channels/card.ts';
import { catalogueOf } from '../../channels/catalogue.ts';
import { deedLine, factLineOf } from '../../channels/fact-line.ts';
import { shortText } from '../../channels/instant-text.ts';
import { html, isolated } from '../../channels/markup.ts';
import { standingOf } from '../../channels/standing.ts';
import { showLine } from '../../channels/untrusted.ts';
import type { Action } from '../../domain/action.ts';
import { pageFrame } from './layout.ts';

/** One item of the list, with the page where it is answered. */
export interface ListItem {
	readonly action: Action;
	readonly url: string;
}

/** The list, as HTML: what can still be answered first, the most urgent first. */
export function listPage(items: readonly ListItem[], viewer: Viewer): string {
	const { reviewer, now } = viewer;
	const { people, page } = catalogueOf(reviewer.language);
	const { waiting } = people;
	const rows = items
		.map((item) => ({ ...item, standing: standingOf(item.action, viewer) }))
		.sort(
			(a, b) =>
				Number(a.standing.kind !== 'open') - Number(b.standing.kind !== 'open') ||
				(a.action.deadlineAt ?? Number.POSITIVE_INFINITY) - (b.action.deadlineAt ?? Number.POSITIVE_INFINITY),
		);
	const open = rows.filter(({ standing }) => standing.kind === 'open').length;
	const row = ({ action, url, standing }: (typeof rows)[number]) => {
		const due =
			standing.kind === 'open' && action.deadlineAt !== null ? waiting.by(shortText(action.deadlineAt, now, reviewer)) : null;
		return html`<section><p class="whom"><a href="${url}"><strong>${isolated(deedLine(factLineOf(action.proposal, reviewer.language)))}</strong></a></p><p class="small"><span class="tag">${standing.state}</span>${due === null ? null : html` ${due}`}${standing.decision === null ? null : html` ${isolated(standing.decision)}`}</p></section>`;
	};
	const title = open === 0 ? waiting.none : waiting.title(open);
	return pageFrame({
		language: reviewer.language,
		title,
		aside: html`<span>${isolated(page.deciding(showLine(reviewer.name, 80)))}</span>`,
		body: html`<section><h1>${title}</h1></section>${rows.map(row)}<p class="small">${page.notYou}</p>`,
	});
}

/** How it stands now: who decided, when, how, and what came of it. */
import type { Catalogue } from '../../channels/catalogue.ts';
import { html, isolated, type Markup } from '../../channels/markup.ts';
import type { Standing } from '../../channels/standing.ts';
import { quote } from './evidence.ts';

/** `answerable`: a form follows, so there is something left to do. */
export function standingBox(standing: Standing, { page }: Catalogue, answerable = false): Markup {
	const { decision, ago, notes, comment, kind } = standing;
	return html`<section><h2>${page.current}</h2><p><span class="tag">${standing.state}</span></p>${
		decision === null
			? null
			: html`<p><strong>${isolated(decision)}</strong>${ago === null ? null : html` <span class="small">· ${ago}</span>`}</p>`
	}${notes.map((note) => html`<p>${isolated(note)}</p>`)}${
		comment === null ? null : html`<h2>${page.yourComment}</h2>${quote(comment)}`
	}<p class="small">${kind === 'answered' ? page.answered : kind === 'closed' && !answerable ? page.nothingToDo : null}</p></section>`;
}

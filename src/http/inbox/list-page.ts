/** The list: what waits, the most urgent first, a page at a time; similar ones offered as one. */

import { catalogueOf } from '../../channels/catalogue.ts';
import type { InboxText } from '../../channels/catalogue-inbox.ts';
import { inboxText } from '../../channels/catalogue-inbox.ts';
import { deedText, factLineOf } from '../../channels/fact-line.ts';
import { relativeText, shortText } from '../../channels/instant-text.ts';
import { html, isolated, leftToRight, type Markup } from '../../channels/markup.ts';
import { showLine } from '../../channels/untrusted.ts';
import { type Alike, alikeGroups, sumText } from './alike.ts';
import { inboxPage, type Place } from './frame.ts';
import { type Pending, waitsFor } from './pending.ts';
import { spanOf, spans } from './urgency.ts';
import { viewsOf } from './views.ts';
import type { Visit } from './visit.ts';

/** Lines of one page: what a person can take in, and well below 150 kB. */
export const pageSize = 50;
const shownGroups = 4;

export type View = Exclude<Place, 'checks' | 'history' | 'report'>;

export interface ListQuery {
	readonly view: View;
	/** Words that a line must hold: an id, a user, an operation. */
	readonly text: string;
	readonly page: number;
}

/** The lines that hold a text: in their id, user or operation. */
function holding(entries: readonly Pending[], text: string): readonly Pending[] {
	const wanted = text.toLowerCase();
	if (wanted === '') return entries;
	return entries.filter(
		({ id, facts }) =>
			id.includes(wanted) ||
			facts.operation.toLowerCase().includes(wanted) ||
			(facts.user?.toLowerCase().includes(wanted) ?? false),
	);
}

/** The list, as HTML. `ready`: the board is complete. */
export function listPage(
	visit: Visit,
	query: ListQuery,
	{ entries, ready }: { entries: readonly Pending[]; ready: boolean },
): string {
	const say = inboxText(visit.person.language);
	const found = holding(viewsOf(entries, visit.id)[query.view], query.text);
	const pages = Math.max(1, Math.ceil(found.length / pageSize));
	const page = Math.min(query.page, pages);
	const shown = found.slice((page - 1) * pageSize, page * pageSize);
	const title = headingOf(visit, query.view, say);
	const address = (to: number): string => {
		const params = new URLSearchParams({
			...(query.view !== 'mine' && { view: query.view }),
			...(query.text !== '' && { q: query.text }),
			...(to > 1 && { page: String(to) }),
		});
		return params.size === 0 ? '/inbox' : `/inbox?${params}`;
	};
	const groups = query.view === 'mine' && page === 1 && query.text === '' ? alikeGroups(found).slice(0, shownGroups) : [];
	return inboxPage(visit, {
		title,
		place: query.view,
		body: html`<div id="list" hx-get="${address(page)}" hx-trigger="inbox-changed from:body" hx-select="#list" hx-target="this" hx-swap="outerMorph"><div class="top"><h1>${title}</h1><form class="find" role="search" method="get" action="/inbox">${
			query.view === 'mine' ? null : html`<input type="hidden" name="view" value="${query.view}">`
		}<label class="hide" for="find">${say.list.filter}</label><input class="line" id="find" name="q" type="search" value="${query.text}" maxlength="100" placeholder="${say.list.filter}"><button class="plain" type="submit">${say.list.filterButton}</button></form></div><p class="hide" role="status" aria-live="polite">${title}</p>${
			ready ? null : html`<p class="warn card">${say.list.filling}</p>`
		}${groups.length === 0 ? null : groupList(groups, visit, say)}${
			shown.length === 0
				? html`<section><p>${query.text === '' ? say.list.empty : say.list.noMatch}</p></section>`
				: html`<form method="get" action="/inbox/together">${bySpan(shown, visit)}<div class="float"><button class="button" type="submit">${say.list.together}</button></div></form>`
		}${pages === 1 ? null : pager({ page, pages, address }, say)}${query.view === 'everyone' ? perPerson(entries, visit, say) : null}</div>`,
	});
}

function headingOf({ counts }: Visit, view: View, { list }: InboxText): string {
	if (view === 'cases') return list.casesCount(counts.cases);
	return view === 'mine' ? list.waiting(counts.mine) : list.waitingAll(counts.everyone);
}

function groupList(groups: readonly Alike[], { person }: Visit, { alike }: InboxText): Markup {
	const one = ({ key, members, sums }: Alike) => {
		const [first] = members;
		if (first === undefined) return null;
		const { operation } = factLineOf(first.facts, person.language);
		return html`<a href="/inbox/together?like=${key}"><strong>${alike.line(members.length, operation)}</strong>${
			sums.length === 0 ? null : html`<span class="small"> · ${alike.sum(sumText(sums))}</span>`
		}<br><span class="small">${isolated(showLine(first.agent, 60))}${first.reason === null ? null : html` · ${isolated(showLine(first.reason[person.language], 120))}`}</span></a>`;
	};
	return html`<section><h2>${alike.title}</h2><div class="groups">${groups.map(one)}</div></section>`;
}

function bySpan(shown: readonly Pending[], visit: Visit): Markup[] {
	const { list } = inboxText(visit.person.language);
	return spans.flatMap((span) => {
		const entries = shown.filter((entry) => spanOf(entry.deadlineAt, visit.now) === span);
		if (entries.length === 0) return [];
		return [
			html`<h2 class="group" id="span-${span}">${list.spans[span]}</h2><ul class="rows" id="rows-${span}">${entries.map((entry) => rowOf(entry, visit))}</ul>`,
		];
	});
}

/** One line. The link opens the card; the box selects for deciding together, and decides nothing. */
export function rowOf(entry: Pending, visit: Visit): Markup {
	const { language } = visit.person;
	const say = inboxText(language);
	const facts = factLineOf(entry.facts, language);
	const asked = waitsFor(entry, visit.id) && entry.state === 'in_review';
	const soon = spanOf(entry.deadlineAt, visit.now) === 'quarter';
	return html`<li id="${entry.id}"${asked ? html` data-edit="1"` : null}>${
		asked
			? html`<label class="pick"><input type="checkbox" name="id" value="${entry.id}"><span class="hide">${say.list.select(deedText(facts))}</span></label>`
			: html`<span class="pick"></span>`
	}<a class="open" href="/inbox/actions/${entry.id}"><strong>${facts.operation}${facts.amount === null ? null : html` ${leftToRight(facts.amount)}`}</strong>${
		facts.whom === null ? null : html` <span>${isolated(facts.whom)}</span>`
	}<span class="small">${entry.reason === null ? null : html`${isolated(showLine(entry.reason[language], 120))} · `}${isolated(say.list.by(showLine(entry.agent, 40)))}${
		entry.confidence === null ? null : html` · ${say.list.confidence(`${Math.floor(entry.confidence * 1000 + 1e-9) / 10}%`)}`
	}</span></a><span class="side">${
		entry.deadlineAt === null
			? null
			: html`<span${soon ? html` class="soon"` : null} title="${shortText(entry.deadlineAt, visit.now, visit.person)}">${
					visit.now >= entry.deadlineAt ? say.list.overdue : say.list.due(relativeText(entry.deadlineAt, visit.now, language))
				}</span> `
	}${entry.priority === 'normal' ? null : html`<span class="tag ${entry.priority}">${catalogueOf(language).priorities[entry.priority]}</span>`}${
		entry.state === 'in_review' ? null : html`<span class="tag">${say.kinds[entry.state]}</span>`
	}${standing(entry, visit, say)}</span></li>`;
}

function standing(entry: Pending, visit: Visit, { list }: InboxText): Markup | null {
	if (entry.replied.includes(visit.id)) return html`<span class="tag">${list.answered}</span>`;
	if (entry.state === 'in_review') return entry.quorum > 1 ? html`<span class="tag">${list.quorum(entry.quorum)}</span>` : null;
	return html`<span class="small"> ${entry.owner === null ? list.unowned : isolated(list.owner(showLine(visit.nameOf(entry.owner), 40)))}</span>`;
}

function pager(
	{ page, pages, address }: { page: number; pages: number; address: (to: number) => string },
	{ list }: InboxText,
): Markup {
	return html`<div class="pages">${page === 1 ? null : html`<a class="plain" rel="prev" href="${address(page - 1)}">${list.previous}</a>`}<span>${list.page(page, pages)}</span>${
		page === pages ? null : html`<a class="plain" rel="next" href="${address(page + 1)}">${list.next}</a>`
	}</div>`;
}

/** How much waits for whom: an overload is seen by everybody, not only by who has it. */
function perPerson(entries: readonly Pending[], visit: Visit, { list }: InboxText): Markup {
	const counts = new Map<string, number>();
	for (const entry of entries)
		for (const reviewer of entry.reviewers) if (waitsFor(entry, reviewer)) counts.set(reviewer, (counts.get(reviewer) ?? 0) + 1);
	const people = [...counts].sort((a, b) => b[1] - a[1]);
	return html`<section><h2>${list.perPerson}</h2><table>${people.map(
		([reviewer, count]) => html`<tr><th scope="row">${isolated(showLine(visit.nameOf(reviewer), 60))}</th><td>${count}</td></tr>`,
	)}</table></section>`;
}

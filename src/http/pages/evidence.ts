/** The parts of a card that a page shows below the facts: warnings, reasons, the agent's words, arguments, details. */
import type { Card } from '../../channels/card.ts';
import type { Catalogue } from '../../channels/catalogue.ts';
import { html, isolated, leftToRight, type Markup } from '../../channels/markup.ts';
import type { Remark } from '../../channels/remarks.ts';

/** Operation, amount, whom, how it compares and until when: all that a decision is about, first on the page. `open`: it can still be decided. */
export function hero(card: Card, catalogue: Catalogue, { open, lead = null }: { open: boolean; lead?: Markup | null }): Markup {
	const { facts, comparison } = card;
	const { card: say, priorities } = catalogue;
	return html`<section>${lead}<h1>${facts.operation}${
		facts.amount === null ? null : html` <span class="amount">${leftToRight(facts.amount)}</span>`
	}</h1>${facts.whom === null ? null : html`<p class="whom">${say.concerns('')}${isolated(facts.whom)}</p>`}${
		card.priority === 'normal' ? null : html`<p><span class="tag">${priorities[card.priority]}</span></p>`
	}${comparison === null ? null : html`<p class="warn"><span aria-hidden="true">&#9888;&#65039; </span>${comparison}</p>`}${open ? due(card, catalogue) : null}</section>`;
}

function due(card: Card, { card: say, colon }: Catalogue): Markup {
	const { deadline, fallback, quorum } = card;
	return html`<div class="due">${
		deadline === null
			? null
			: html`<p><strong>${say.deadline}${colon}${say.deadlineLine(deadline.short, deadline.passed ? say.passed : deadline.relative)}</strong> <small><time datetime="${new Date(deadline.at).toISOString()}">${deadline.absolute}</time></small></p>`
	}<p class="small">${say.fallback}${colon}${fallback}</p>${quorum === null ? null : html`<p class="small">${quorum}</p>`}</div>`;
}

/** Warnings besides the comparison, which the hero shows. */
export function warningList(card: Card, { warnings: say }: Catalogue): Markup | null {
	const others = card.warnings.filter(({ code }) => code !== 'over_reference');
	if (others.length === 0) return null;
	return html`<section class="warn"><h2>${say.title}</h2><ul>${others.map(({ text }) => html`<li>${isolated(text)}</li>`)}</ul></section>`;
}

export function reasonList({ reasons }: Card, { card: say }: Catalogue): Markup | null {
	if (reasons.length === 0) return null;
	return html`<section><h2>${say.why}</h2><ul>${reasons.map((reason) => html`<li>${isolated(reason)}</li>`)}</ul></section>`;
}

/** What people wrote in replies that decided nothing. */
export function remarkList(remarks: readonly Remark[], { replies }: Catalogue): Markup | null {
	if (remarks.length === 0) return null;
	const remark = ({ who, at, lines }: Remark) =>
		html`<div class="say"><p class="small"><strong>${isolated(who)}</strong> · ${at}</p>${quote(lines)}</div>`;
	return html`<section><h2>${replies.remarks}</h2>${remarks.map(remark)}</section>`;
}

/** Lines of untrusted text behind a border of their own. */
export const quote = (lines: readonly string[]): Markup =>
	html`<div class="quote">${lines.map((line) => html`<p>${isolated(line)}</p>`)}</div>`;

export function agentWords({ prose }: Card, { card: say }: Catalogue): Markup {
	if (prose === null) return html`<section><h2>${say.prose}</h2><p class="small">${say.proseMissing}</p></section>`;
	return html`<section><h2>${say.prose} · ${say.proseUnverified}</h2>${quote(prose.lines)}${
		prose.shortened ? html`<p class="small">${say.proseCut}</p>` : null
	}</section>`;
}

const openRows = 8;

/** Everything that would run. A few rows are open; many scroll in a box of their own, so that they push nothing away. */
export function argumentTable({ arguments: given }: Card, { card: say }: Catalogue): Markup | null {
	if (given.rows.length === 0) return null;
	const table = html`<table class="mono">${given.rows.map(
		({ path, value }) => html`<tr><th scope="row">${isolated(path)}</th><td>${isolated(value)}</td></tr>`,
	)}</table>`;
	const long = given.rows.length > openRows;
	return html`<section><h2>${say.arguments}</h2>${
		long ? html`<div class="scroll" tabindex="0" role="region" aria-label="${say.arguments}">${table}</div>` : table
	}${given.leftOut === 0 ? null : html`<p class="small">${say.moreArguments(given.leftOut)}</p>`}</section>`;
}

export function detailTable(card: Card, { card: say }: Catalogue): Markup {
	const row = (label: string, value: unknown) => html`<tr><th scope="row">${label}</th><td>${value}</td></tr>`;
	return html`<section><h2>${say.details}</h2><table>${row(say.risk, isolated(card.risk))}${
		card.impact === null ? null : row(say.impact, card.impact)
	}${card.details.map(({ label, value, untrusted }) => row(label, untrusted ? isolated(value) : value))}</table></section>`;
}

/** The page of an open case: what it is about, who has it, the conversation to read, and what its owner can do. */
import type { CaseCard, Utterance } from '../../channels/case-card.ts';
import { type Catalogue, catalogueOf } from '../../channels/catalogue.ts';
import { deedText } from '../../channels/fact-line.ts';
import { html, type Markup } from '../../channels/markup.ts';
import { ownerText } from '../../channels/plain-card.ts';
import type { Standing } from '../../channels/standing.ts';
import type { CaseAnswer } from '../../domain/review.ts';
import { caseForm, type FormState } from './answer-form.ts';
import { agentWords, argumentTable, detailTable, hero, quote, reasonList, remarkList, warningList } from './evidence.ts';
import { pageFrame } from './layout.ts';
import { changeList, noticeBox, type ReviewView, readerLine } from './review-page.ts';
import { standingBox } from './standing-box.ts';

export interface CaseView {
	readonly case: CaseCard;
	readonly standing: Standing;
	/** Null where this reader can do nothing. */
	readonly form: FormState | null;
	/** What the reader may do now; empty is the same as no form. */
	readonly offered: readonly CaseAnswer[];
	readonly notice?: ReviewView['notice'];
	readonly remarks?: ReviewView['remarks'];
	readonly changes?: ReviewView['changes'];
}

/** The case page, as HTML. */
export function casePage({ case: given, standing, form, offered, notice, remarks = [], changes = [] }: CaseView): string {
	const { card } = given;
	const catalogue = catalogueOf(card.language);
	const { page } = catalogue;
	const answerable = form !== null && offered.length > 0;
	return pageFrame({
		language: card.language,
		title: `${standing.state} · ${deedText(card.facts)}`,
		aside: readerLine(card, page.caseDecideAs),
		body: html`${noticeBox(notice, catalogue)}${changeList(changes, card.language)}${answerable && standing.kind !== 'closed' ? null : standingBox(standing, catalogue, answerable)}${hero(card, catalogue, { open: standing.kind !== 'closed', lead: standing.kind === 'closed' && !given.outcomeUnknown ? null : openedLine(given, catalogue) })}${
			answerable ? html`<p><a class="button" href="#answers">${page.toTheAnswer}</a></p>` : null
		}${warningList(card, catalogue)}${reasonList(card, catalogue)}${remarkList(remarks, catalogue)}${conversation(given, catalogue)}${agentWords(card, catalogue)}${argumentTable(card, catalogue)}${detailTable(card, catalogue)}${
			answerable ? caseForm(card, { catalogue, form, offered }) : null
		}<p class="small">${page.notYou}</p>`,
	});
}

/** How it came to a person, and who has it. */
export function openedLine(given: CaseCard, catalogue: Catalogue): Markup {
	const { caseText: say } = catalogue;
	return html`<h2>${given.opened}</h2><p><span class="tag">${ownerText(given, catalogue)}</span></p><p class="small">${given.outcomeUnknown ? say.unknown : say.untilThen}</p>`;
}

/** What was said, as the agent recorded it. */
export function conversation({ conversation: said, earlier }: CaseCard, { caseText: say, card }: Catalogue): Markup | null {
	if (said.length === 0) return null;
	const utterance = ({ who, at, lines, shortened, fromCustomer }: Utterance) =>
		html`<div class="say${fromCustomer ? ' customer' : ''}"><p class="small"><strong>${who}</strong>${at === null ? null : html` · ${at}`}${shortened ? html` · ${card.proseCut}` : null}</p>${quote(lines)}</div>`;
	return html`<section><h2>${say.conversation} · ${say.conversationUntrusted}</h2>${earlier === 0 ? null : html`<p class="small">${say.earlier(earlier)}</p>`}${said.map(utterance)}</section>`;
}

/** One action: the card with its answers for whom it waits, how it stands for everybody else, and everything that happened to it. */

import { type Card, cardOf } from '../../channels/card.ts';
import { caseCardOf } from '../../channels/case-card.ts';
import { catalogueOf, lookUp } from '../../channels/catalogue.ts';
import { inboxText } from '../../channels/catalogue-inbox.ts';
import { learningText } from '../../channels/catalogue-learning.ts';
import { deedText } from '../../channels/fact-line.ts';
import { absoluteText } from '../../channels/instant-text.ts';
import { html, isolated, type Markup } from '../../channels/markup.ts';
import { type Kept, remarksOf } from '../../channels/remarks.ts';
import { standingOf } from '../../channels/standing.ts';
import { showLine } from '../../channels/untrusted.ts';
import type { Action } from '../../domain/action.ts';
import type { Problem } from '../../domain/errors.ts';
import { accepts } from '../../domain/lifecycle.ts';
import type { Answer, CaseAnswer } from '../../domain/review.ts';
import type { SpotCheck } from '../../domain/spot-check.ts';
import type { Language } from '../../domain/verdict.ts';
import { differencesIn } from '../../reviews/differences.ts';
import type { HistoryEntry } from '../../store/actions.ts';
import type { DeliveryRecord } from '../../store/deliveries.ts';
import type { KeptReport } from '../../store/reports.ts';
import { caseForm, type FormState, reviewForm } from '../pages/answer-form.ts';
import { conversation, openedLine } from '../pages/case-page.ts';
import { differenceTable } from '../pages/difference-table.ts';
import { agentWords, argumentTable, detailTable, hero, reasonList, remarkList, warningList } from '../pages/evidence.ts';
import { standingBox } from '../pages/standing-box.ts';
import { nonceField } from '../session/form-proof.ts';
import { inboxPage } from './frame.ts';
import { problemNotice } from './notices.ts';
import { onCall } from './sent-form.ts';
import type { Visit } from './visit.ts';

export interface ActionView {
	readonly action: Action;
	readonly history: readonly HistoryEntry[];
	readonly deliveries: readonly DeliveryRecord[];
	readonly reports: readonly KeptReport[];
	/** The spot check of it, where there was one. */
	readonly check?: SpotCheck | null;
	/** What people wrote in replies that decided nothing. */
	readonly comments?: readonly Kept[];
	/** Why this person may not give an answer now, or null. */
	may(answer: Answer | CaseAnswer): Problem | null;
	/** Colleagues to whom a case can be given: id and name. */
	readonly colleagues: readonly { readonly id: string; readonly name: string }[];
	/** What the address pointed at; nothing is selected by it. */
	readonly asked: Answer | CaseAnswer | null;
	/** Above everything else: what a form just did or did not do. */
	readonly notice: Markup | null;
}

/** What the form of an action is bound to: this session, this action, what is shown of it. */
export const purposeOf = (what: string, action: Pick<Action, 'id' | 'revision' | 'payloadDigest'>): string =>
	`${what}/${action.id}/${action.revision}/${action.payloadDigest}`;

/** Actions that ran without asking can be reported as wrong. */
export const ranUnasked = (action: Action): boolean =>
	action.outcome !== null && ['routed_auto', 'routed_notify'].includes(action.decision?.event ?? '');

/** What a person can do about a case, an unknown outcome or an approved action; empty for reviews. */
export function offeredTo(reviewer: string, { action, may }: Pick<ActionView, 'action' | 'may'>): CaseAnswer[] {
	const fitting = ((): CaseAnswer[] => {
		if (action.state === 'approved') return ['revoke'];
		if (action.state === 'outcome_unknown') return ['confirm_done', 'confirm_not_done'];
		if (!accepts(action.state, 'owner_changed')) return [];
		return action.owner === reviewer ? ['dismiss', 'resolve_by_hand', 'release'] : ['own'];
	})();
	return fitting.filter((answer) => may(answer) === null);
}

/** The page, as HTML. */
export function actionPage(visit: Visit, view: ActionView): string {
	const { action } = view;
	const { language } = visit.person;
	const say = inboxText(language).action;
	const catalogue = catalogueOf(language);
	const path = `/inbox/actions/${action.id}`;
	const viewer = visit.viewer(path);
	const card = cardOf(action, viewer);
	const standing = standingOf(action, viewer);
	const asked = view.may('reject') === null;
	const reviewing = action.state === 'in_review' && standing.kind === 'open' && asked;
	const offered = action.state === 'in_review' ? [] : offeredTo(visit.id, view);
	const form: FormState = { action: path, nonce: visit.nonce(purposeOf('answer', action)), asked: view.asked };
	const isCase = action.state === 'escalated' || action.state === 'outcome_unknown';
	const given = isCase ? caseCardOf(action, viewer) : null;
	const barred = view.may('approve')?.code === 'separation_of_duties';
	const edited =
		action.lastEdit === null || action.lastEdit.event !== 'edited'
			? null
			: action.lastEdit.by === visit.id
				? html`<p class="warn card">${say.youEdited}</p>`
				: html`<p class="small">${isolated(say.editedBy(showLine(visit.nameOf(action.lastEdit.by), 60)))}</p>`;
	const evidence = html`${warningList(card, catalogue)}${reasonList(card, catalogue)}${remarkList(remarksOf(view.comments ?? [], viewer), catalogue)}${given === null ? null : conversation(given, catalogue)}${agentWords(card, catalogue)}${argumentTable(card, catalogue)}${detailTable(card, catalogue)}`;
	const editLink = reviewing
		? html`<section><p><a class="plain" id="edit" href="${path}/edit">${say.edit}</a></p><p class="small">${say.editHint}</p></section>`
		: null;
	const open = standing.kind !== 'closed';
	const lead = given === null ? null : openedLine(given, catalogue);
	const head = hero(card, catalogue, { open, lead });
	const body = reviewing
		? reviewForm(card, {
				catalogue,
				form,
				content: html`${head}${edited}${barred ? problemNotice('separation_of_duties', language) : null}${editLink}${evidence}`,
			})
		: html`${isCase && open ? null : standingBox(standing, catalogue)}${head}${edited}${
				action.state !== 'in_review' || asked
					? null
					: barred
						? problemNotice('separation_of_duties', language)
						: html`<p class="warn card">${say.notAsked}</p>`
			}${offered.length > 0 ? caseForm(card, { catalogue, form, offered }) : null}${
				action.state === 'escalated' && offered.length > 0 ? giveTo(visit, view) : null
			}${evidence}`;
	return inboxPage(visit, {
		title: deedText(card.facts),
		place: null,
		body: html`<p><a class="plain slim" id="back" href="/inbox">← ${say.back}</a></p><p class="warn card" id="changed" role="status" data-id="${action.id}" data-version="${action.version}" hidden>${say.changedElsewhere} <a href="${path}">${say.showNow}</a></p>${view.notice}${body}${reporting(visit, view)}${trail(visit, view)}${messages(visit, view)}${judgedBy(action, card, say.policy)}`,
	});
}

function giveTo(visit: Visit, { action, colleagues }: ActionView): Markup | null {
	const say = inboxText(visit.person.language).action;
	const others = colleagues.filter(({ id }) => id !== visit.id && id !== action.owner);
	const mine = action.owner === visit.id;
	if (others.length === 0 && !mine) return null;
	return html`<section><h2>${say.give}</h2><form class="inline" method="post" action="/inbox/actions/${action.id}/give"><input type="hidden" name="${nonceField}" value="${visit.nonce(purposeOf('give', action))}"><input type="hidden" name="revision" value="${action.revision}"><input type="hidden" name="payload_digest" value="${action.payloadDigest}"><div><label class="field" for="to">${say.giveTo}</label><select class="line" id="to" name="to" required><option value=""></option>${mine ? html`<option value="${onCall}">${say.giveBack}</option>` : null}${others.map(({ id, name }) => html`<option value="${id}">${showLine(name, 60)}</option>`)}</select></div><button class="plain" type="submit">${say.giveButton}</button></form></section>`;
}

function reporting(visit: Visit, { action, reports, check }: ActionView): Markup | null {
	if (!ranUnasked(action)) return null;
	const { person } = visit;
	const checks = learningText(person.language).checks;
	const answer = check?.answer ?? null;
	const looked =
		answer === null
			? null
			: html`<p><strong>${isolated(
					checks[answer.right ? 'answered' : 'answeredWrong'](
						showLine(visit.nameOf(answer.reviewer), 60),
						absoluteText(answer.at, person),
					),
				)}</strong></p>`;
	const say = inboxText(person.language).action;
	const { rejectionReasons } = catalogueOf(person.language);
	const known = reports.map(
		({ reviewer, at, comment }) =>
			html`<p><strong>${isolated(say.reportedBefore(showLine(visit.nameOf(reviewer), 60), absoluteText(at, person)))}</strong>${comment === undefined ? null : html`: ${isolated(showLine(comment, 300))}`}</p>`,
	);
	if (reports.some(({ reviewer }) => reviewer === visit.id))
		return html`<section><h2>${say.report}</h2>${looked}${known}</section>`;
	return html`<section><h2>${say.report}</h2>${looked}${known}<p class="small">${say.reportHint}</p><form method="post" action="/inbox/actions/${action.id}/report"><input type="hidden" name="${nonceField}" value="${visit.nonce(purposeOf('report', action))}"><p><label class="field" for="label">${say.reportWhat}</label><select class="line" id="label" name="label">${Object.entries(rejectionReasons).map(([value, label]) => html`<option value="${value}">${label}</option>`)}</select></p><p><label class="field" for="report-comment">${catalogueOf(person.language).page.yourComment}</label><textarea id="report-comment" name="comment" maxlength="2000"></textarea></p><button class="plain" type="submit">${say.reportButton}</button></form></section>`;
}

function trail(visit: Visit, { history }: ActionView): Markup {
	const { person } = visit;
	const { action: say, events } = inboxText(person.language);
	const names: Readonly<Record<string, string>> = { ...events, reported_wrong: events.reported };
	return html`<section><h2>${say.history}</h2><ol class="trail">${history.map(
		(entry) =>
			html`<li><strong>${lookUp(names, entry.event) ?? entry.event}</strong> <span class="small">${isolated(say.by(showLine(visit.nameOf(entry.by), 60)))} · <time datetime="${new Date(entry.at).toISOString()}">${absoluteText(entry.at, person)}</time></span>${commentIn(entry.detail)}${changesIn(entry.detail, person.language)}</li>`,
	)}</ol></section>`;
}

/** What an edit changed. */
function changesIn(detail: unknown, language: Language): Markup | null {
	const changes = differencesIn(detail);
	return changes.length === 0 ? null : differenceTable(changes, language);
}

/** A person's words in the detail of an entry; other details are for machines. */
function commentIn(detail: unknown): Markup | null {
	const said =
		typeof detail === 'string'
			? detail
			: typeof detail === 'object' && detail !== null
				? (detail as { comment?: unknown }).comment
				: null;
	return typeof said === 'string' && said !== '' ? html`<br>${isolated(showLine(said, 300))}` : null;
}

function messages(visit: Visit, { deliveries }: ActionView): Markup {
	const { person } = visit;
	const { action: say } = inboxText(person.language);
	const { channels } = catalogueOf(person.language);
	return html`<section><h2>${say.deliveries}</h2>${
		deliveries.length === 0
			? html`<p class="small">${say.noDeliveries}</p>`
			: html`<ul class="trail">${[...deliveries]
					.sort((a, b) => a.at - b.at)
					.map(
						({ reviewer, channel, state, at }) =>
							html`<li>${isolated(showLine(visit.nameOf(reviewer), 60))} · ${lookUp(channels, channel) ?? channel} · ${state === 'failed' ? say.failed : say.sent} <span class="small">${absoluteText(at, person)}</span></li>`,
					)}</ul>`
	}</section>`;
}

function judgedBy(action: Action, _card: Card, label: string): Markup | null {
	const digest = action.verdict?.policyDigest;
	return digest === undefined
		? null
		: html`<p class="small">${label}: <a href="/inbox/policies/${digest}">${digest.slice(0, 16)}</a></p>`;
}

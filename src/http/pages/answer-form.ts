/**
 * The form that decides. A person chooses, then presses; nothing does either for them. A link that asks for an answer points at it,
 * and selects it only in a browser in which its reviewer has answered before: mail scanners open every link of a mail and press the
 * buttons of the page, so an answer that was selected for them would be theirs (INVARIANT I8, ADR 11). Approve is never the first to
 * get the focus, and the Enter key confirms nothing.
 */
import type { Card } from '../../channels/card.ts';
import type { Catalogue } from '../../channels/catalogue.ts';
import { deedText } from '../../channels/fact-line.ts';
import { html, leftToRight, type Markup } from '../../channels/markup.ts';
import type { Answer, CaseAnswer } from '../../domain/review.ts';

/** Names of the form's fields; each is sent exactly once. */
export const formFields = {
	answer: 'answer',
	/** A key of the catalogue's `rejectionReasons`, or empty. */
	reason: 'reason',
	comment: 'comment',
	/** Bound to this page, so that a form from elsewhere cannot post. */
	nonce: 'nonce',
	/** What the reader was shown. */
	revision: 'revision',
	payloadDigest: 'payload_digest',
	/** The amount, typed by hand, where policy asks for it. */
	typed: 'typed_amount',
	/** The one-time code, where one is needed. */
	code: 'code',
	/** The button that asks for another code. */
	again: 'again',
} as const;

/** The longest comment that the form takes. */
export const maxComment = 2000;

export interface FormState {
	/** Path that the form posts to. */
	readonly action: string;
	readonly nonce: string;
	/** What the link asked for: it is pointed at. */
	readonly asked: Answer | CaseAnswer | null;
	/** Whether it is selected as well: this is certainly a person's browser. Absent: it is not. */
	readonly selected?: boolean;
	/** Whether the amount has to be typed to let it run. */
	readonly typeAmount?: boolean;
	/** A comment that was typed before and refused together with its answer. */
	readonly comment?: string;
}

type Colour = 'no' | 'own' | 'ok';

/** The order of the tiles: what stops first, what runs last. */
const reviewAnswers = [
	['reject', 'no'],
	['take_over', 'own'],
	['approve', 'ok'],
] as const satisfies readonly (readonly [Answer, Colour])[];

/**
 * The form's first button, which is what the Enter key presses, and what a script finds first: outside a dialog it does nothing.
 * (A disabled one would not do: browsers go on to the next.)
 */
const noDefault = html`<input type="submit" class="hide" value="" formmethod="dialog" formnovalidate tabindex="-1" aria-hidden="true">`;

const hiddenFields = (card: Card, form: FormState): Markup =>
	html`${noDefault}<input type="hidden" name="${formFields.nonce}" value="${form.nonce}"><input type="hidden" name="${formFields.revision}" value="${card.revision}"><input type="hidden" name="${formFields.payloadDigest}" value="${card.payloadDigest}">`;

interface Tile {
	readonly answer: Answer | CaseAnswer;
	readonly colour: Colour;
	readonly label: string;
	readonly explained: string | null;
}

function tile({ answer, colour, label, explained }: Tile, { asked, selected = false }: FormState): Markup {
	const came = asked === answer;
	return html`<label class="tile ${colour}${came ? ' came' : ''}"><input type="radio" name="${formFields.answer}" value="${answer}" required${came && selected ? html` checked` : null}><span>${label}${explained === null ? null : html`<small>${explained}</small>`}</span></label>`;
}

const commentField = ({ page }: Catalogue, form: FormState): Markup =>
	html`<section><label class="field" for="comment">${page.comment}</label><textarea id="comment" name="${formFields.comment}" maxlength="${maxComment}" placeholder="${page.commentHint}">${form.comment ?? ''}</textarea></section>`;

/** Asks for the amount by hand, where it has to be; a browser that can shows it to who approves. */
const typedField = (card: Card, { page }: Catalogue, form: FormState): Markup | null =>
	form.typeAmount !== true || card.facts.amount === null
		? null
		: html`<div class="typed"><label class="field" for="typed">${page.typeAmount} ${leftToRight(card.facts.amount)}</label><input class="line" id="typed" name="${formFields.typed}" inputmode="decimal" autocomplete="off" maxlength="40"></div>`;

/** The review's form around `content`, so that its bar stays in reach however long the content is. */
export function reviewForm(
	card: Card,
	{ catalogue, form, content }: { catalogue: Catalogue; form: FormState; content: unknown },
): Markup {
	const { page, answers, answersExplained, rejectionReasons } = catalogue;
	const pointed =
		form.asked !== null && Object.hasOwn(answers, form.asked) ? page.cameTo(answers[form.asked as Answer]) : page.chooseFirst;
	const chip = (value: string, label: string) =>
		html`<label class="chip"><input type="radio" name="${formFields.reason}" value="${value}"${value === '' ? html` checked` : null}><span>${label}</span></label>`;
	return html`<form method="post" action="${form.action}">${hiddenFields(card, form)}${content}${commentField(catalogue, form)}
<div class="bar"><fieldset><legend class="hide">${page.choose}</legend><div class="tiles">${reviewAnswers.map(
		([answer, colour]) => tile({ answer, colour, label: answers[answer], explained: null }, form),
	)}</div></fieldset>
<fieldset class="chips"><legend>${page.reason}</legend><div>${[
		chip('', page.noReason),
		...Object.entries(rejectionReasons).map(([value, label]) => chip(value, label)),
	]}</div></fieldset>
${typedField(card, catalogue, form)}<p class="hint"><span class="unless">${pointed}</span>${reviewAnswers.map(([answer, colour]) => html`<span class="when ${colour}">${answersExplained[answer]}</span>`)}</p>
<button class="button" type="submit"><span class="unless">${page.confirm.none}</span><span class="when no">${page.confirm.reject}</span><span class="when own">${page.confirm.take_over}</span><span class="when ok">${page.confirm.approve(deedText(card.facts))}</span></button></div></form>`;
}

const caseColours: Readonly<Record<CaseAnswer, Colour>> = {
	own: 'own',
	dismiss: 'no',
	resolve_by_hand: 'own',
	revoke: 'no',
	confirm_not_done: 'no',
	confirm_done: 'own',
	release: 'ok',
};
/** What stops first, what runs last. */
const caseOrder = Object.keys(caseColours) as CaseAnswer[];

/** The case's form, with the answers that the case allows now. */
export function caseForm(
	card: Card,
	{ catalogue, form, offered }: { catalogue: Catalogue; form: FormState; offered: readonly CaseAnswer[] },
): Markup {
	const { page, caseAnswers, caseAnswersExplained } = catalogue;
	const tiles = caseOrder.filter((answer) => offered.includes(answer));
	return html`<form method="post" action="${form.action}" id="answers">${hiddenFields(card, form)}<section><fieldset><legend>${page.caseForm}</legend><div class="tiles list">${tiles.map(
		(answer) =>
			tile({ answer, colour: caseColours[answer], label: caseAnswers[answer], explained: caseAnswersExplained[answer] }, form),
	)}</div></fieldset></section>${commentField(catalogue, form)}${typedField(card, catalogue, form)}<button class="button" type="submit">${page.confirm.none}</button></form>`;
}

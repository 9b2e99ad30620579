/** The pages of a change: the form, then what would differ, then a press that sends it to policy. */
import { cardOf } from '../../channels/card.ts';
import { inboxText } from '../../channels/catalogue-inbox.ts';
import { deedText } from '../../channels/fact-line.ts';
import { html, isolated, type Markup } from '../../channels/markup.ts';
import type { Action } from '../../domain/action.ts';
import type { Difference } from '../../reviews/differences.ts';
import { maxComment } from '../pages/answer-form.ts';
import { differenceTable } from '../pages/difference-table.ts';
import { nonceField } from '../session/form-proof.ts';
import { purposeOf } from './action-page.ts';
import type { ChangeForm, Field } from './change.ts';
import { inboxPage } from './frame.ts';
import type { Visit } from './visit.ts';

interface Shown {
	readonly action: Action;
	/** What was typed so far. */
	readonly form: ChangeForm;
	readonly comment: string;
	readonly problem: string | null;
}

const hidden = (name: string, value: string | number): Markup => html`<input type="hidden" name="${name}" value="${value}">`;

const bound = (visit: Visit, action: Action): Markup =>
	html`${hidden(nonceField, visit.nonce(purposeOf('edit', action)))}${hidden('revision', action.revision)}${hidden('payload_digest', action.payloadDigest)}`;

/** The form. */
export function changePage(visit: Visit, { action, form, comment, problem }: Shown): string {
	const say = inboxText(visit.person.language);
	const path = `/inbox/actions/${action.id}`;
	const title = say.edit.title(deedText(cardOf(action, visit.viewer(path)).facts));
	const fields =
		form.fields === null
			? html`<p><label class="field" for="json">${say.edit.raw}</label><textarea class="mono" id="json" name="json" spellcheck="false">${form.json}</textarea></p>`
			: form.fields.map(fieldMarkup);
	return inboxPage(visit, {
		title,
		place: null,
		body: html`<p><a class="plain slim" id="back" href="${path}">← ${say.action.back}</a></p><form method="post" action="${path}/edit"><section><h1>${isolated(title)}</h1><p class="small">${say.edit.intro}</p>${problem === null ? null : html`<p class="warn" role="alert">${isolated(problem)}</p>`}</section><section>${bound(visit, action)}${hidden('step', 'preview')}${
			form.amount === null
				? null
				: html`<p><label class="field" for="amount">${say.edit.amount(form.amount.currency)}</label><input class="line" id="amount" name="amount" inputmode="decimal" autocomplete="off" value="${form.amount.value}" maxlength="24"></p>`
		}${fields}<p><label class="field" for="comment">${say.edit.comment}</label><textarea id="comment" name="comment" maxlength="${maxComment}">${comment}</textarea></p></section><button class="button" type="submit">${say.edit.preview}</button></form>`,
	});
}

function fieldMarkup({ name, kind, value, choices, long }: Field): Markup {
	const id = `argument.${name}`;
	const label = html`<label class="field" for="${id}">${isolated(name)}</label>`;
	if (kind === 'choice')
		return html`<p>${label}<select class="line" id="${id}" name="${id}">${value === '' || !choices.includes(value) ? html`<option value="${value}">${value}</option>` : null}${choices.map((choice) => html`<option value="${choice}"${choice === value ? html` selected` : null}>${choice}</option>`)}</select></p>`;
	if (long) return html`<p>${label}<textarea id="${id}" name="${id}">${value}</textarea></p>`;
	return html`<p>${label}<input class="line" id="${id}" name="${id}" autocomplete="off" value="${value}"${kind === 'number' ? html` inputmode="decimal"` : null}></p>`;
}

/** What would differ, and the press that makes it so. `sent`: the fields that were typed, to be sent once more. */
export function diffPage(
	visit: Visit,
	{ action, changes, sent }: { action: Action; changes: readonly Difference[]; sent: Readonly<Record<string, string>> },
): string {
	const say = inboxText(visit.person.language).edit;
	const path = `/inbox/actions/${action.id}`;
	return inboxPage(visit, {
		title: say.diffTitle,
		place: null,
		body: html`<form method="post" action="${path}/edit"><section><h1>${say.diffTitle}</h1>${differenceTable(changes, visit.person.language)}</section><section><p>${say.afterwards}</p></section>${bound(visit, action)}${Object.entries(sent).map(([name, value]) => html`<textarea hidden name="${name}">\n${value}</textarea>`)}<button class="button" type="submit" name="step" value="confirm">${say.confirm}</button><p></p><button class="plain" type="submit" name="step" value="again">${say.again}</button></form>`,
	});
}

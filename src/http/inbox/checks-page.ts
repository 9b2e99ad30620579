/** Spot checks: what ran by itself and was drawn, each with one press for right and one for wrong. */
import { learningText } from '../../channels/catalogue-learning.ts';
import { deedText, factLineOf } from '../../channels/fact-line.ts';
import { shortText } from '../../channels/instant-text.ts';
import { html, isolated, leftToRight, type Markup } from '../../channels/markup.ts';
import { showLine } from '../../channels/untrusted.ts';
import type { Action } from '../../domain/action.ts';
import { nonceField } from '../session/form-proof.ts';
import { inboxPage } from './frame.ts';
import type { Visit } from './visit.ts';

/** What a check's form is bound to. */
export const checkPurpose = (actionId: string): string => `check/${actionId}`;

/** The page, as HTML. */
export function checksPage(visit: Visit, actions: readonly Action[], notice: Markup | null): string {
	const say = learningText(visit.person.language).checks;
	return inboxPage(visit, {
		title: say.title,
		place: 'checks',
		body: html`${notice}<div class="top"><h1>${say.title}</h1></div><p class="small">${say.intro}</p>${
			actions.length === 0
				? html`<section><p>${say.none}</p></section>`
				: html`<ul class="rows checks">${actions.map((action) => line(action, visit))}</ul>`
		}`,
	});
}

function line(action: Action, visit: Visit): Markup {
	const { person } = visit;
	const say = learningText(person.language).checks;
	const facts = factLineOf(action.proposal, person.language);
	const at = action.outcome?.at ?? action.updatedAt;
	const words = action.proposal.reasoning;
	return html`<li><span class="pick"></span><a class="open" href="/inbox/actions/${action.id}"><strong>${facts.operation}${facts.amount === null ? null : html` ${leftToRight(facts.amount)}`}</strong>${facts.whom === null ? null : html` ${isolated(facts.whom)}`}<span class="small">${isolated(showLine(action.agent, 60))} · ${shortText(at, visit.now, person)}</span>${words === undefined ? null : html`<span class="small">${isolated(showLine(words, 140))}</span>`}</a><form method="post" action="/inbox/checks" class="side judge"><input type="hidden" name="${nonceField}" value="${visit.nonce(checkPurpose(action.id))}"><input type="hidden" name="id" value="${action.id}"><button class="plain ok" name="right" value="yes" type="submit" aria-label="${say.rightLabel(deedText(facts))}">${say.right}</button> <button class="plain no" name="right" value="no" type="submit" aria-label="${say.wrongLabel(deedText(facts))}">${say.wrong}</button></form></li>`;
}

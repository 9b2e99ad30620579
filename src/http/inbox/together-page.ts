/** The pages of deciding together: what goes together with its sum, then what became of each. */

import { catalogueOf } from '../../channels/catalogue.ts';
import { type InboxText, inboxText } from '../../channels/catalogue-inbox.ts';
import { deedLine, factLineOf } from '../../channels/fact-line.ts';
import { html, isolated, leftToRight, type Markup } from '../../channels/markup.ts';
import { standingOf } from '../../channels/standing.ts';
import { showLine } from '../../channels/untrusted.ts';
import { formatMoney } from '../../domain/money.ts';
import type { bulkCaps } from '../../policy/bulk.ts';
import type { SubmitResult } from '../../reviews/submit.ts';
import { maxComment } from '../pages/answer-form.ts';
import { nonceField } from '../session/form-proof.ts';
import { sumsOf, sumText } from './alike.ts';
import { inboxPage } from './frame.ts';
import { problemText } from './notices.ts';
import type { Pending } from './pending.ts';
import type { TogetherRefusal } from './together.ts';
import type { Visit } from './visit.ts';

export interface TogetherView {
	readonly entries: readonly Pending[];
	/** How many more are alike. */
	readonly more: number;
	readonly caps: ReturnType<typeof bulkCaps>;
	readonly refusal: TogetherRefusal | null;
}

const back = (say: InboxText): Markup => html`<p><a class="plain slim" id="back" href="/inbox">← ${say.action.back}</a></p>`;

/** What goes together, each with its box, and one answer to all. Nothing is chosen yet. */
export function togetherPage(visit: Visit, { entries, more, caps, refusal }: TogetherView): string {
	const { language } = visit.person;
	const say = inboxText(language);
	const { alike } = say;
	const sum = sumText(sumsOf(entries));
	const shown = (entry: Pending) => {
		const facts = factLineOf(entry.facts, language);
		return html`<li><label class="pick"><input type="checkbox" name="item" value="${entry.id}~${entry.revision}~${entry.payloadDigest}" checked><span class="hide">${say.list.select(deedLine(facts))}</span></label><a class="open" href="/inbox/actions/${entry.id}"><strong>${facts.operation}${facts.amount === null ? null : html` ${leftToRight(facts.amount)}`}</strong>${facts.whom === null ? null : html` ${isolated(facts.whom)}`}<span class="small">${entry.reason === null ? null : isolated(showLine(entry.reason[language], 160))}</span></a><span class="side"></span></li>`;
	};
	const { answers, answersExplained, page } = catalogueOf(language);
	const tile = (answer: 'approve' | 'reject', colour: string) =>
		html`<label class="tile ${colour}"><input type="radio" name="answer" value="${answer}" required><span>${answer === 'approve' ? alike.approve(entries.length, sum) : alike.reject(entries.length)}<small>${answersExplained[answer]}</small></span></label>`;
	const body =
		caps === null || entries.length === 0
			? html`<section><p>${caps === null ? alike.off : alike.none}</p></section>`
			: html`<form method="post" action="/inbox/together"><input type="hidden" name="${nonceField}" value="${visit.nonce('together')}"><section><h1>${alike.heading}: ${alike.selected(entries.length)}${sum === '' ? null : html` <span class="amount">${leftToRight(sum)}</span>`}</h1><p>${alike.intro}</p><p class="small">${alike.capCount(caps.count)} ${alike.capSum(formatMoney(caps.sum))}${more > 0 ? html` ${alike.more(more)}` : null}</p>${refusal === null ? null : html`<p class="warn" role="alert">${refusalText(refusal, { sum, cap: caps.sumText, count: caps.count }, alike)}</p>`}</section><ul class="rows">${entries.map(shown)}</ul><section><label class="field" for="comment">${page.comment}</label><textarea id="comment" name="comment" maxlength="${maxComment}" placeholder="${page.commentHint}"></textarea></section><section><fieldset><legend>${alike.choose}</legend><div class="tiles list">${tile('reject', 'no')}${tile('approve', 'ok')}</div></fieldset></section><button class="button" type="submit">${alike.confirm}</button><p class="hide">${answers.approve}</p></form>`;
	return inboxPage(visit, { title: alike.heading, place: null, body: html`${back(say)}${body}` });
}

function refusalText(
	why: TogetherRefusal,
	{ sum, cap, count }: { sum: string; cap: string; count: number },
	alike: InboxText['alike'],
): string {
	switch (why) {
		case 'sum':
			return alike.overCap(sum, cap);
		case 'count':
			return alike.capCount(count);
		default:
			return alike[why];
	}
}

/** What became of each; who came second is told who was first. */
export function togetherResult(visit: Visit, results: readonly { readonly id: string; readonly result: SubmitResult }[]): string {
	const { language } = visit.person;
	const say = inboxText(language);
	const counted = results.filter(({ result }) => result.ok).length;
	const title = say.alike.resultTitle(counted, results.length);
	const one = ({ id, result }: { id: string; result: SubmitResult }) => {
		const { action } = result;
		const standing = action === null ? null : standingOf(action, visit.viewer(`/inbox/actions/${id}`));
		const note = result.ok
			? null
			: (standing?.decision ?? `${problemText(result.problem.code, language)} (${result.problem.code})`);
		return html`<li><strong>${result.ok ? `✓ ${say.alike.counted}` : `✕ ${say.alike.notCounted}`}</strong> <a href="/inbox/actions/${id}">${action === null ? id : deedLine(factLineOf(action.proposal, language))}</a>${note === null ? null : html`<br><span class="small">${isolated(note)}</span>`}</li>`;
	};
	return inboxPage(visit, {
		title,
		place: null,
		body: html`${back(say)}<section class="done" role="status"><h1>${title}</h1></section><section><ul class="trail">${results.map(one)}</ul></section>`,
	});
}

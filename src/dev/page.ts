/** The plain dev page: what agents proposed and why it went where, the mailbox, and the phone. The links work. */
import { raw } from 'hono/html';
import { html, type Markup } from '../channels/markup.ts';
import { guide } from './guide.ts';
import type { ActionLine, MailLine, TextLine } from './lines.ts';
import type { Mail } from './mailbox.ts';
import { devPolicy, devScript, devStyle } from './style.ts';

export type { ActionLine, MailLine, TextLine } from './lines.ts';

export interface DevView {
	/** Newest first. */
	readonly actions: readonly ActionLine[];
	/** Newest first. */
	readonly mails: readonly MailLine[];
	/** Newest first. */
	readonly texts: readonly TextLine[];
	/** Who can be signed in to the inbox with one press. */
	readonly people?: readonly { readonly id: string; readonly name: string }[];
	/** How far the clock of deadlines is ahead, in ms. */
	readonly clockOffsetMs: number;
	/** What Redis this runs on, in a few words. */
	readonly redis: string;
}

const frame = (title: string, body: unknown): string =>
	`<!doctype html>\n${html`<html lang="en"><head><meta charset="utf-8"><meta http-equiv="content-security-policy" content="${devPolicy()}"><meta name="referrer" content="same-origin"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title}</title><style>${raw(devStyle)}</style></head><body>${body}</body></html>`}\n`;

/** Deadlines wait for nobody here: the clock can be moved. */
const clockForm = html`<form method="post" action="/dev/clock">Clock <button name="ms" value="60000">+1 min</button><button name="ms" value="600000">+10 min</button><button name="ms" value="1800000">+30 min</button></form>`;

/** The inbox, as a reviewer of the sample policy. */
const inboxForm = (people: NonNullable<DevView['people']>): Markup =>
	html`<form method="post" action="/dev/sign-in">Inbox as ${people.map(({ id, name }) => html`<button name="reviewer" value="${id}">${name}</button>`)}</form>`;

const clock = (at: number): string => new Date(at).toISOString().slice(11, 19);

/** The page. Without JavaScript it reloads itself every few seconds. */
export function devPage({ actions, mails, texts, people = [], clockOffsetMs, redis }: DevView): string {
	const ahead = Math.abs(clockOffsetMs) < 30_000 ? null : html` · clock ${Math.round(clockOffsetMs / 60_000)} min ahead`;
	return frame(
		'Countersign dev',
		html`<noscript><meta http-equiv="refresh" content="3"></noscript>
<header><h1>Countersign dev</h1><p id="status">Nothing leaves this machine · ${redis}${ahead}</p>${inboxForm(people)}${clockForm}</header>
${guide(actions) ?? html`<section id="guide" hidden></section>`}<main>
<section aria-labelledby="h-actions"><h2 id="h-actions">Actions</h2><p>What agents proposed, where policy sent it, and why. <b>auto</b>: it runs. <b>notify</b>: it runs, people read of it. <b>approval</b>: people are asked first. <b>escalation</b>: a person takes over. Times are UTC.</p>${list('actions', actions.map(actionItem), 'No action yet. The sample agent starts in a moment.')}</section>
<section aria-labelledby="h-mails"><h2 id="h-mails">Mailbox</h2><p>The real messages, received by a local SMTP server. One of the two reviewers reads Chinese.</p>${list('mails', mails.map(mailItem), 'No mail yet.')}</section>
<section aria-labelledby="h-texts"><h2 id="h-texts">Phone</h2><p>The real texts, received by a stand-in for the SMS provider, and answered as through it. What is urgent comes here at once, the rest as a reminder: move the clock by 10 min.</p>${list('texts', texts.map(textItem), 'No text yet.')}</section>
</main><script>${raw(devScript)}</script>`,
	);
}

const list = (id: string, items: readonly Markup[], empty: string): Markup =>
	items.length === 0 ? html`<ul id="${id}"><li class="empty">${empty}</li></ul>` : html`<ul id="${id}">${items}</ul>`;

const actionItem = ({ id, at, agent, what, whom, route, state, stateText, why, outcome, waits, mail }: ActionLine): Markup =>
	html`<li data-action="${id}" data-state="${state}"><div class="row"><strong>${what}</strong><span class="small">${clock(at)}</span></div><div class="tags">${
		route === null ? null : html`<span class="tag ${route}">${route}</span>`
	}<span class="tag ${state}">${stateText}</span></div>${why.map((reason) => html`<p class="small"><bdi>${reason}</bdi></p>`)}${
		outcome === null ? null : html`<p class="small"><bdi>&rarr; ${outcome}</bdi></p>`
	}${
		waits === null
			? null
			: html`<p class="small">${mail === null ? null : html`<a href="/dev/mails/${mail}">Answer by mail</a> · `}If nobody answers by ${clock(waits.until)}: ${waits.otherwise}</p>`
	}<p class="small"><bdi>${agent}</bdi>${whom === null ? null : html` · for <bdi>${whom}</bdi>`}</p></li>`;

const mailItem = ({ id, at, to, subject }: MailLine): Markup =>
	html`<li><a class="mail" href="/dev/mails/${id}" data-mail="${id}"><strong>${subject}</strong><span class="row small"><span>to ${to}</span><span>${clock(at)}</span></span></a></li>`;

const textItem = ({ id, at, to, body, segments, kind }: TextLine): Markup =>
	html`<li data-text="${id}"><div class="row small"><span>${kind === 'typed' ? 'from' : 'to'} ${to}</span><span>${
		kind === 'asked' ? (segments === 1 ? '1 segment · ' : `${segments} segments · `) : null
	}${clock(at)}</span></div><p class="bubble${kind === 'typed' ? ' typed' : ''}">${linked(body)}</p>${kind === 'asked' ? answerForm(id, body) : null}</li>`;

/** Answers to a text: the three that it offers, and whatever else somebody may type. */
function answerForm(id: string, body: string): Markup {
	const offered = [...new Set(body.match(/\b[YNM] [0-9A-Z]{4}\b/g) ?? [])].slice(0, 3);
	return html`<form class="answer" method="post" action="/dev/texts/${id}/reply">${offered.map((text) => html`<button name="quick" value="${text}">${text}</button>`)}<input name="body" aria-label="Answer to this text" placeholder="Answer" maxlength="320" autocomplete="off"><button>Send</button></form>`;
}

/** A text as a phone shows it: web addresses can be tapped. */
const linked = (body: string): Markup[] =>
	body
		.split(/(https?:\/\/[^\s<>"']+)/)
		.map((part, index) => (index % 2 === 1 ? html`<a href="${part}">${part}</a>` : html`${part}`));

/** A reply to a mail, sent by its recipient to the real mail server. `said`: what the server answered to the last one. */
function replyForm(mail: Mail, said: string | null): Markup | null {
	if (!/^\S+@\S+$/.test(mail.recipients[0] ?? '') || !mail.headers['reply-to']?.includes('reply+')) return null;
	return html`<form class="answer" method="post" action="/dev/mails/${mail.id}/reply"><span>Reply as ${mail.recipients[0]}</span>${['Y', 'N', 'M'].map((text) => html`<button name="quick" value="${text}">${text}</button>`)}<input name="body" aria-label="First line of the reply" placeholder="First line of the reply" maxlength="2000" autocomplete="off"><button>Send</button>${
		said === null
			? null
			: html`<output>The mail server said: ${said}. An answer, where there is one, comes to the mailbox.</output>`
	}</form>`;
}

/**
 * One mail: its headers, the HTML as it is in a frame that cannot run scripts, the text part, and the source. Links open in
 * place of the page: the frame itself may not show our pages, and a window opened from it would keep its restrictions.
 */
export function mailPage(mail: Mail, said: string | null = null): string {
	const shown = mail.html.replace(/<head>/i, '<head><base target="_top">');
	return frame(
		`${mail.subject} · Countersign dev`,
		html`<header><h1>Countersign dev</h1><p><a href="/">All actions, mails and texts</a></p></header>
<main class="one"><section aria-label="Mail"><dl><dt>Subject</dt><dd><strong>${mail.subject}</strong></dd><dt>From</dt><dd>${mail.from}</dd><dt>To</dt><dd>${mail.recipients.join(', ')}</dd></dl>${replyForm(mail, said)}
<iframe title="The mail" sandbox="allow-popups allow-top-navigation-by-user-activation" srcdoc="${shown}"></iframe>
<details><summary>Plain text part</summary><pre>${mail.text}</pre></details><details><summary>Source</summary><pre>${mail.raw}</pre></details></section></main>`,
	);
}

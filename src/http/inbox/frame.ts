/** What every page of the inbox shares: who is signed in, where else to go, how much waits there, the keyboard's help. */
import { raw } from 'hono/html';
import { type InboxText, inboxText } from '../../channels/catalogue-inbox.ts';
import { html, isolated, type Markup } from '../../channels/markup.ts';
import { showLine } from '../../channels/untrusted.ts';
import { nonceField } from '../session/form-proof.ts';
import { inboxScript } from './script.ts';
import { inboxStyle } from './style.ts';
import type { Visit } from './visit.ts';

export type Place = 'mine' | 'cases' | 'everyone' | 'checks' | 'history' | 'report';

export interface InboxFrame {
	readonly title: string;
	readonly place: Place | null;
	readonly body: unknown;
}

const paths: Readonly<Record<Place, string>> = {
	mine: '/inbox',
	cases: '/inbox?view=cases',
	everyone: '/inbox?view=everyone',
	checks: '/inbox/checks',
	history: '/inbox/history',
	report: '/inbox/report',
};

/** A page of the inbox. */
export function inboxPage(visit: Visit, { title, place, body }: InboxFrame): string {
	const { person, counts, htmx } = visit;
	const say = inboxText(person.language);
	const link = (to: Place, count?: number): Markup =>
		html`<a href="${paths[to]}"${place === to ? html` aria-current="page"` : null}>${say.nav[to]}${
			count === undefined
				? null
				: html` <span class="count"${to === 'mine' ? html` id="count-mine"` : null}${count === 0 ? html` hidden` : null}>${count}</span>`
		}</a>`;
	return `<!doctype html>\n${html`<html lang="${person.language}" data-live="${visit.revision}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="same-origin"><meta name="robots" content="noindex,nofollow"><meta name="color-scheme" content="light dark"><meta name="format-detection" content="telephone=no,date=no,address=no,email=no"><meta name="htmx-config" content='{"includeIndicatorCSS":false,"history":false}'><title>${title} · Countersign</title><style>${raw(inboxStyle)}</style><script defer src="${htmx.path}" integrity="${htmx.integrity}"></script></head>
<body class="wide"><a class="skip" href="#content">${say.skip}</a><header><span class="brand">Countersign</span><nav aria-label="${say.nav.label}">${link('mine', counts.mine)}${link('cases', counts.cases)}${link('everyone', counts.everyone)}${visit.spotChecked ? link('checks') : null}${link('history')}${link('report')}</nav><div class="who"><span class="small">${isolated(say.signedInAs(showLine(person.name, 60)))}</span><button class="plain slim keyed" type="button" data-keys>${say.help}</button><form method="post" action="/sign-out"><input type="hidden" name="${nonceField}" value="${visit.nonce('sign-out')}"><button class="plain slim" type="submit">${say.signOut}</button></form></div></header>
<main id="content">${body}</main>${keyHelp(say)}<script>${raw(inboxScript)}</script></body></html>`}\n`;
}

function keyHelp({ keys: say }: InboxText): Markup {
	const row = (keys: readonly string[], what: string) =>
		html`<tr><td>${keys.map((key) => html`<kbd>${key}</kbd> `)}</td><td>${what}</td></tr>`;
	return html`<dialog id="keys" aria-labelledby="keys-title"><h1 id="keys-title">${say.title}</h1><p class="small">${say.never}</p><table>${row(['j', 'k'], say.move)}${row(['Enter'], say.open)}${row(['a'], say.approve)}${row(['r'], say.reject)}${row(['e'], say.escalate)}${row(['m'], say.edit)}${row(['x'], say.select)}${row(['/'], say.search)}${row(['u'], say.back)}${row(['?'], say.help)}</table><label class="check"><input type="checkbox" id="keys-on"> ${say.off}</label><button class="button" type="button" data-close>${say.close}</button></dialog>`;
}

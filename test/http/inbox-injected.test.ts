/**
 * Whatever an agent writes, on the pages of the inbox and on the smaller pages behind links: it is shown, in attributes too, and
 * adds no tag and no attribute. The corpus is that of the cards.
 */
import { describe, expect, test } from 'vitest';
import { cardOf, linksTo } from '../../src/channels/card.ts';
import { answerContent, codeContent, waitingContent } from '../../src/channels/content.ts';
import { renderMail } from '../../src/channels/email-card.ts';
import { standingOf } from '../../src/channels/standing.ts';
import type { Action } from '../../src/domain/action.ts';
import { actionPage } from '../../src/http/inbox/action-page.ts';
import { changeForm } from '../../src/http/inbox/change.ts';
import { changePage, diffPage } from '../../src/http/inbox/change-page.ts';
import { historyPage } from '../../src/http/inbox/history-page.ts';
import { listPage as inboxList } from '../../src/http/inbox/list-page.ts';
import { pendingOf } from '../../src/http/inbox/pending.ts';
import type { Visit } from '../../src/http/inbox/visit.ts';
import { codePage } from '../../src/http/pages/code-page.ts';
import { listPage } from '../../src/http/pages/list-page.ts';
import { reportPage } from '../../src/http/pages/report-page.ts';
import { reviewPage } from '../../src/http/pages/review-page.ts';
import { differences } from '../../src/reviews/differences.ts';
import { harmless, infected, injectedTexts } from '../channels/injected.ts';
import { ana, now, viewerOf } from '../channels/sample-action.ts';
import { shopPolicy } from '../flows/shop.ts';
import { fixedPolicy } from '../support/app.ts';

const policy = fixedPolicy(shopPolicy).current();

const visit: Visit = {
	id: 'ana',
	person: ana,
	sessionId: 's',
	now,
	counts: { mine: 1, cases: 1, everyone: 2 },
	spotChecked: true,
	revision: 1,
	htmx: { path: '/inbox/assets/htmx.js', integrity: 'sha384-x', body: '' },
	nonce: () => 'n',
	nameOf: (id) => id,
	viewer: (url) => viewerOf(ana, { links: linksTo(url) }),
};

/** Every document that shows the text, by name. */
function documents(text: string): Record<string, string> {
	const action: Action = { ...infected(text), state: 'in_review', decision: null, outcome: null, owner: 'ana' };
	const escalated: Action = { ...infected(text), state: 'escalated', owner: 'ana' };
	const viewer = viewerOf(ana);
	const card = cardOf(action, viewer);
	const standing = standingOf(action, viewer);
	const changes = differences({ arguments: {} }, { arguments: { [text]: text } });
	const view = (of: Action) => ({
		action: of,
		history: [{ at: now, version: 1, event: 'edited', to: 'received', by: text, detail: { comment: text, changes } } as const],
		deliveries: [{ key: 'k', reviewer: text, channel: 'email', at: now, state: 'failed', receipt: text } as const],
		reports: [{ reviewer: text, at: now, label: 'other', comment: text }],
		may: () => null,
		colleagues: [{ id: text, name: text }],
		asked: null,
		notice: null,
	});
	const query = { tenant: text, state: null, operation: text, agent: text, user: text, text, cursor: null };
	const found = { actions: [action, escalated], looked: 2, cursor: `${now}-${action.id}`, backTo: now };
	const waiting = [{ action, kind: 'review', url: 'https://x.example/r/1' } as const];
	const mail = (content: Parameters<typeof renderMail>[0]) => renderMail(content, { private: false }).html;
	return {
		action: actionPage(visit, view(action)),
		case: actionPage(visit, view(escalated)),
		ran: actionPage(visit, view({ ...infected(text), state: 'executed' })),
		change: changePage(visit, { action, form: changeForm(policy, action), comment: text, problem: text }),
		difference: diffPage(visit, { action, changes, sent: { [text]: text, comment: text } }),
		history: historyPage(visit, query, { found, operations: [text], tenants: [text, 'default'] }),
		'inbox list': inboxList(
			visit,
			{ view: 'everyone', text: '', page: 1 },
			{ entries: [action, escalated].flatMap((each) => pendingOf(each, policy, now) ?? []), ready: true },
		),
		list: listPage([{ action, url: 'https://x.example/r/1' }], viewer),
		report: reportPage({ card, standing, form: { action: '/r/x', nonce: 'n' }, sent: null, asked: false, checked: null }),
		changed: reviewPage({ card, standing, form: null, notice: 'changed', changes }),
		code: codePage({
			card,
			form: { answer: 'approve', nonce: text, revision: 1, payloadDigest: text, reason: text, comment: text, typed: text },
			action: '/r/x',
			why: 'channel_limit',
			notice: { kind: 'asked' },
			sent: 'sms',
			code: 'channel_limit',
		}),
		'mail of what waits': mail(waitingContent(waiting, viewer, 'https://x.example/r/0')),
		'mail with a code': mail(codeContent(action, viewer, '482913')),
		'mail that answers': mail(answerContent(escalated, viewer, 'lost')),
	};
}

/** The tags of a document with the names of their attributes: values are text, and are quoted by us. */
const shapes = (html: string): Set<string> =>
	new Set((html.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/="[^"]*"/g, '').replace(/='[^']*'/g, '')));

const known = Object.fromEntries(
	Object.keys(documents('x')).map((name) => [
		name,
		new Set(
			[harmless, 'x', 'approved by x', 'раy', '\u200b', 'refund 10.00'].flatMap((text) => [
				...shapes(documents(text)[name] ?? ''),
			]),
		),
	]),
);

describe.each(injectedTexts)('injected text: $id', ({ text }) => {
	test('adds no tag and no attribute', () => {
		for (const [name, html] of Object.entries(documents(text)))
			expect([name, [...shapes(html)].filter((shape) => !known[name]?.has(shape))]).toEqual([name, []]);
	});
});

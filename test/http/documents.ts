/** Every page and mail that a person sees, by name, for one reader: what axe looks at, and what the gallery shows. */
import { cardOf } from '../../src/channels/card.ts';
import { caseCardOf } from '../../src/channels/case-card.ts';
import {
	answerContent,
	type Content,
	caseContent,
	codeContent,
	digestContent,
	noteContent,
	reviewContent,
	waitingContent,
} from '../../src/channels/content.ts';
import { renderMail } from '../../src/channels/email-card.ts';
import { signInMail } from '../../src/channels/sign-in-mail.ts';
import { standingOf } from '../../src/channels/standing.ts';
import type { Action } from '../../src/domain/action.ts';
import type { Reviewer } from '../../src/domain/review.ts';
import type { FormState } from '../../src/http/pages/answer-form.ts';
import { casePage } from '../../src/http/pages/case-page.ts';
import { codePage } from '../../src/http/pages/code-page.ts';
import { listPage } from '../../src/http/pages/list-page.ts';
import { notFoundPage, problemPage } from '../../src/http/pages/problem-page.ts';
import { receiptPage } from '../../src/http/pages/receipt-page.ts';
import { reportPage } from '../../src/http/pages/report-page.ts';
import { type ReviewView, reviewPage } from '../../src/http/pages/review-page.ts';
import { confirmPage, failedPage, sentPage, signInPage, usedPage } from '../../src/http/session/sign-in-pages.ts';
import { now, sampleAction, viewerOf } from '../channels/sample-action.ts';

export const formOf = (asked: FormState['asked']): FormState => ({ action: '/answer', nonce: 'n', asked });

const long = sampleAction({
	arguments: Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`key_${index}`, `value ${index}`])),
	reasoning: 'why\n'.repeat(40),
});
const decidedBy = (event: string, by: string, channel: 'email' | 'sms' | 'clock') => ({
	at: now - 300_000,
	event,
	by,
	channel,
	payloadDigest: '',
});
const escalated = sampleAction({}, { state: 'escalated' });
const owned = sampleAction({}, { state: 'escalated', owner: 'ana' });
const unknown = sampleAction({}, { state: 'outcome_unknown', decision: decidedBy('approved_by_reviewers', 'bo', 'email') });
const decided = sampleAction(
	{},
	{
		state: 'executed',
		decision: { ...decidedBy('approved_by_reviewers', 'bo', 'sms'), comment: 'photo seen' },
		outcome: { at: now, state: 'executed' },
	},
);
const expired = sampleAction(
	{},
	{
		state: 'expired',
		decision: decidedBy('deadline_passed', 'deadline', 'clock'),
		outcome: { at: now, state: 'expired', fallback: 'send_holding_reply' },
	},
);
const failed = sampleAction(
	{},
	{
		state: 'failed',
		decision: decidedBy('approved_by_reviewers', 'ana', 'email'),
		outcome: { at: now, state: 'failed', reason: 'the order is closed' },
	},
);

/** Every document for one reader, as HTML. */
export function documents(reader: Reviewer): Record<string, string> {
	const viewer = viewerOf(reader);
	const { language } = reader;
	const action = sampleAction();
	const view = (of: Action, form: FormState | null, more: Partial<ReviewView> = {}) =>
		reviewPage({ card: cardOf(of, viewer), standing: standingOf(of, viewer), form, ...more });
	const receipt = (of: Action, answer: 'approve' | 'reject', lost: boolean) =>
		receiptPage({ card: cardOf(of, viewer), standing: standingOf(of, viewer), answer, lost });
	const mail = (content: Content) => renderMail(content, { private: false }).html;
	const code = (notice: Parameters<typeof codePage>[0]['notice'], problem: 'step_up_required' | 'code_wrong') =>
		codePage({
			card: cardOf(action, viewer),
			form: { answer: 'approve', nonce: 'n', revision: 1, payloadDigest: 'd', reason: '', comment: '', typed: '' },
			action: '/answer',
			why: 'step_up_required',
			notice,
			sent: 'sms',
			code: problem,
		});
	const report = (of: Action, sent: Parameters<typeof reportPage>[0]['sent']) =>
		reportPage({
			card: cardOf(of, viewer),
			standing: standingOf(of, viewer),
			form: { action: '/answer', nonce: 'n' },
			sent,
			asked: false,
			checked: null,
		});
	const items = [
		{ action, url: 'https://x.example/r/1' },
		{ action: escalated, url: 'https://x.example/r/2' },
		{ action: decided, url: 'https://x.example/r/3' },
	];
	const waiting = items.slice(0, 2).map(({ action: each, url }, i) => ({
		action: each,
		kind: i === 0 ? ('review' as const) : ('case' as const),
		url,
	}));
	return {
		review: view(action, formOf(null)),
		'review-approve': view(action, formOf('approve')),
		'review-known-browser': view(action, { ...formOf('approve'), selected: true, typeAmount: true }),
		'review-amount-not-typed': view(
			action,
			{ ...formOf('approve'), selected: true, typeAmount: true, comment: 'photo seen' },
			{ notice: 'amount_not_typed' },
		),
		'review-long': view(long, formOf('reject')),
		'review-decided': view(decided, null),
		'review-expired': view(expired, null),
		'review-changed': view(sampleAction({}, { revision: 2 }), null, {
			notice: 'changed',
			changes: [
				{ path: '', before: 'USD 240.00', after: 'USD 2400.00' },
				{ path: 'reason', before: '"late"', after: '"damaged on arrival"' },
				{ path: 'note', before: null, after: '"photo seen"' },
			],
		}),
		'review-conflict': view(action, formOf(null), { notice: 'separation_of_duties' }),
		receipt: receipt(decided, 'approve', false),
		'receipt-lost': receipt(decided, 'reject', true),
		case: casePage({
			case: caseCardOf(escalated, viewer),
			standing: standingOf(escalated, viewer),
			form: formOf(null),
			offered: ['own', 'dismiss', 'resolve_by_hand', 'release'],
		}),
		'case-owned': casePage({
			case: caseCardOf(owned, viewer),
			standing: standingOf(owned, viewer),
			form: formOf('release'),
			offered: ['dismiss', 'resolve_by_hand', 'release'],
		}),
		'case-outcome-unknown': casePage({
			case: caseCardOf(unknown, viewer),
			standing: standingOf(unknown, viewer),
			form: formOf(null),
			offered: ['confirm_done', 'confirm_not_done'],
		}),
		code: code({ kind: 'asked' }, 'step_up_required'),
		'code-wrong': code({ kind: 'wrong', triesLeft: 2 }, 'code_wrong'),
		list: listPage(items, viewer),
		'list-empty': listPage(items.slice(2), viewer),
		report: report(decided, null),
		reported: report(decided, 'reported'),
		problem: problemPage('form_forbidden', language, '/'),
		'not-found': notFoundPage(),
		'sign-in': signInPage(language, { mail: true, provider: true }),
		'sign-in-wrong': signInPage(language, { mail: true, provider: false, problem: 'badEmail' }),
		'sign-in-sent': sentPage(language),
		'sign-in-confirm': confirmPage(language, { name: reader.name, action: '/answer', nonce: 'n' }),
		'sign-in-used': usedPage(language),
		'sign-in-failed': failedPage(language),
		'mail-review': mail(reviewContent(action, { ...viewer, reply: { code: null, mail: true } }, 0)),
		'mail-reminder': mail(reviewContent(action, viewer, 1)),
		'mail-case': mail(caseContent(escalated, viewer)),
		'mail-note': mail(noteContent(sampleAction({}, { state: 'outcome_unknown' }), viewer)),
		'mail-failed': mail(noteContent(failed, viewer)),
		'mail-digest': mail(digestContent([{ action: decided, url: 'https://x.example/r/1' }], viewer)),
		'mail-waiting': mail(waitingContent(waiting, viewer, 'https://x.example/r/0')),
		'mail-code': mail(codeContent(action, viewer, '482913')),
		'mail-answer': mail(answerContent(decided, viewer, 'recorded')),
		'mail-sign-in': signInMail(reader, 'https://x.example/sign-in/link/1').html,
	};
}

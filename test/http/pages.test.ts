import { describe, expect, it } from 'vitest';
import { cardOf } from '../../src/channels/card.ts';
import { caseCardOf } from '../../src/channels/case-card.ts';
import { standingOf } from '../../src/channels/standing.ts';
import type { Action } from '../../src/domain/action.ts';
import { caseAnswers } from '../../src/domain/review.ts';
import type { FormState } from '../../src/http/pages/answer-form.ts';
import { casePage } from '../../src/http/pages/case-page.ts';
import { notFoundPage, problemPage } from '../../src/http/pages/problem-page.ts';
import { receiptPage } from '../../src/http/pages/receipt-page.ts';
import { reviewPage } from '../../src/http/pages/review-page.ts';
import { pageHeaders, pageStyle } from '../../src/http/pages/style.ts';
import { now, sampleAction, viewerOf, wei } from '../channels/sample-action.ts';

const formOf = (asked: FormState['asked'], changes: Partial<FormState> = {}): FormState => ({
	action: '/r/token',
	nonce: 'the-nonce',
	asked,
	...changes,
});

function review(action: Action, form: FormState | null, notice?: 'changed' | 'decision_invalid'): string {
	const viewer = viewerOf();
	return reviewPage({
		card: cardOf(action, viewer),
		standing: standingOf(action, viewer),
		form,
		...(notice !== undefined && { notice }),
	});
}

const inputs = (html: string): string[] => html.match(/<input\b[^>]*>/g) ?? [];
const radios = (html: string, name: string): string[] =>
	inputs(html).filter((tag) => tag.includes('type="radio"') && tag.includes(`name="${name}"`));
const valueIn = (tag: string): string => /value="([^"]*)"/.exec(tag)?.[1] ?? '';

const decided = sampleAction(
	{},
	{
		state: 'executed',
		decision: {
			at: now - 180_000,
			event: 'approved_by_reviewers',
			by: 'bo',
			channel: 'sms',
			payloadDigest: '',
			comment: 'checked',
		},
		outcome: { at: now, state: 'executed' },
	},
);

describe('the review page', () => {
	it('asks with a form that carries what was shown, once each', () => {
		const action = sampleAction();
		const html = review(action, formOf(null));
		expect(html).toContain('<form method="post" action="/r/token">');
		for (const [name, value] of [
			['nonce', 'the-nonce'],
			['revision', '1'],
			['payload_digest', action.payloadDigest],
		] as const)
			expect(inputs(html).filter((tag) => tag.includes(`name="${name}"`))).toEqual([
				`<input type="hidden" name="${name}" value="${value}">`,
			]);
		expect(radios(html, 'answer').map(valueIn)).toEqual(['reject', 'take_over', 'approve']);
		expect(html.match(/<button\b/g)).toHaveLength(1);
	});

	it('selects nothing whatever the link asked for, and never puts approve first', () => {
		for (const asked of [null, 'approve', 'reject', 'take_over', 'release', 'own'] as const) {
			const choices = radios(review(sampleAction(), formOf(asked)), 'answer');
			for (const tag of choices) expect(tag).not.toContain('checked');
			for (const tag of choices) expect(tag).toContain(' required');
			expect(valueIn(choices[0] ?? '')).not.toBe('approve');
		}
	});

	it('points at what the link asked for', () => {
		expect(review(sampleAction(), formOf('approve'))).toContain('You came to: Approve. Select it, then confirm.');
		expect(review(sampleAction(), formOf('reject'))).toContain('<label class="tile no came">');
		expect(review(sampleAction(), formOf('release'))).toContain('Choose an answer, then confirm');
	});

	it('has no script, and sets the focus nowhere', () => {
		expect(review(sampleAction(), formOf('approve'))).not.toMatch(/<script|javascript:|\son\w+=|autofocus|http-equiv="refresh"/i);
	});

	it('says whose link it is, when it ends and what happens then', () => {
		const html = review(sampleAction(), formOf(null));
		for (const piece of [
			'You are deciding as Ana Ruiz',
			'in 28 min',
			'<time datetime="2026-11-22T06:30:00.000Z">',
			'If nobody answers',
			'Written by the agent, not verified',
		])
			expect(html).toContain(piece);
	});

	it('shows who decided instead of asking again', () => {
		for (const form of [null, formOf('approve')]) {
			const html = review(decided, form);
			expect(html).not.toContain('<form');
			expect(html).toContain('Approved by Bo Lindqvist by text message, Sun 22 Nov, 13:59');
			expect(html).toContain('3 min ago');
			expect(html).toContain('checked');
			expect(html).not.toContain('in 28 min');
		}
	});

	it('does not ask at or after the deadline, although nothing has moved yet', () => {
		expect(review(sampleAction({}, { deadlineAt: now }), formOf(null))).not.toContain('<form');
	});

	it('tells somebody who has answered that others have to', () => {
		const action = sampleAction({}, { replies: [{ reviewer: 'ana', answer: 'approve', channel: 'email', at: now }] });
		const html = review(action, formOf(null));
		expect(html).not.toContain('<form');
		expect(html).toContain('Your answer is recorded');
	});

	it('says that it changed, and keeps a comment that was typed', () => {
		expect(review(sampleAction(), null, 'changed')).toContain('This changed after the link was sent');
		const html = review(sampleAction(), formOf(null, { comment: '</textarea><b>x' }), 'decision_invalid');
		expect(html).toContain('&lt;/textarea&gt;&lt;b&gt;x</textarea>');
		expect(html).toContain('Choose one of the answers');
	});

	it('is in the reader’s language', () => {
		const viewer = viewerOf(wei);
		const action = sampleAction();
		const html = reviewPage({ card: cardOf(action, viewer), standing: standingOf(action, viewer), form: formOf(null) });
		expect(html).toContain('<html lang="zh-CN">');
		expect(html).toContain('批准');
	});
});

describe('the receipt', () => {
	const receipt = (action: Action, answer: 'approve' | 'reject' | 'take_over', lost: boolean): string => {
		const viewer = viewerOf();
		return receiptPage({ card: cardOf(action, viewer), standing: standingOf(action, viewer), answer, lost });
	};

	it('says what was decided and what happens next', () => {
		const html = receipt({ ...decided, state: 'approved', outcome: null }, 'approve', false);
		expect(html).toContain('<h1>Approved</h1>');
		expect(html).toContain('It runs once, exactly as shown');
	});

	it('names the winner to whoever came second', () => {
		const html = receipt(decided, 'reject', true);
		expect(html).toContain('came second and changed nothing');
		expect(html).toContain('Approved by Bo Lindqvist');
		expect(html).not.toContain('It does not run. The agent is told');
	});

	it('does not promise that it runs while others have to approve', () => {
		const action = sampleAction({}, { replies: [{ reviewer: 'ana', answer: 'approve', channel: 'email', at: now }] });
		const html = receipt(action, 'approve', false);
		expect(html).toContain('More people have to answer');
		expect(html).not.toContain('It runs once');
	});
});

describe('the case page', () => {
	const escalated = sampleAction({}, { state: 'escalated' });
	const page = (action: Action, offered: readonly (typeof caseAnswers)[number][], asked: FormState['asked'] = null): string => {
		const viewer = viewerOf();
		return casePage({ case: caseCardOf(action, viewer), standing: standingOf(action, viewer), form: formOf(asked), offered });
	};

	it('offers what may be done now, what runs last', () => {
		expect(radios(page(escalated, caseAnswers), 'answer').map(valueIn).at(-1)).toBe('release');
		expect(radios(page(escalated, ['release', 'dismiss']), 'answer').map(valueIn)).toEqual(['dismiss', 'release']);
		expect(page(escalated, [])).not.toContain('<form');
	});

	it('selects nothing whatever the link asked for', () => {
		for (const asked of caseAnswers)
			for (const tag of radios(page(escalated, caseAnswers, asked), 'answer')) expect(tag).not.toContain('checked');
	});

	it('shows the conversation and who has the case', () => {
		const html = page({ ...escalated, owner: 'bo' }, ['own']);
		for (const piece of ['Owner: Bo Lindqvist', 'the lamp arrived broken', 'As the agent recorded it, not verified'])
			expect(html).toContain(piece);
	});

	it('says of an unknown outcome that somebody must look first', () => {
		const html = page(sampleAction({}, { state: 'outcome_unknown' }), ['confirm_done', 'confirm_not_done']);
		expect(html).toContain('It will not be tried again by itself');
		expect(radios(html, 'answer')).toHaveLength(2);
	});
});

describe('problem pages', () => {
	it('are the same for every link that does not open, in every language', () => {
		expect(notFoundPage()).toBe(notFoundPage());
		expect(notFoundPage()).toContain('lang="zh-CN"');
	});

	it('say what to do for a code, and echo nothing', () => {
		expect(problemPage('form_forbidden', 'en', '/r/x')).toContain('Open the link again');
		expect(problemPage('wrong_state', 'zh-CN')).toContain('没有成功');
	});
});

describe('headers', () => {
	it('allow our own style sheet and nothing else', () => {
		const headers = pageHeaders();
		expect(headers['Content-Security-Policy']).toMatch(
			/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
		);
		expect(headers).toMatchObject({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', 'X-Frame-Options': 'DENY' });
		expect(headers['X-Robots-Tag']).toContain('noindex');
		expect(pageStyle).not.toMatch(/url\(|@import|expression/);
	});
});

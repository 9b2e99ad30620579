import { describe, expect, it } from 'vitest';
import { cardOf } from '../../src/channels/card.ts';
import { caseCardOf } from '../../src/channels/case-card.ts';
import { reviewContent } from '../../src/channels/content.ts';
import { renderMail } from '../../src/channels/email-card.ts';
import { operationText } from '../../src/channels/fact-line.ts';
import { standingOf } from '../../src/channels/standing.ts';
import { subjectOf } from '../../src/channels/subject.ts';
import type { Decision } from '../../src/domain/review.ts';
import { ana, now, sampleAction, sampleVerdict, viewerOf, wei } from './sample-action.ts';

const codesOf = (...given: Parameters<typeof sampleAction>): string[] =>
	cardOf(sampleAction(...given), viewerOf()).warnings.map(({ code }) => code);

describe('the card', () => {
	it('puts the facts first, in the reader’s language and zone', () => {
		const card = cardOf(sampleAction(), viewerOf());
		expect(card).toMatchObject({
			facts: { operation: 'Refund', amount: 'USD 2,400.00', whom: 'u-1042' },
			comparison: '10 times the reference amount of USD 240.00',
			risk: 'Money',
			impact: 'Moves money',
			deadline: {
				absolute: 'Sun 22 Nov, 14:30 (UTC+8, Asia/Shanghai)',
				relative: 'in 28 min',
				short: '14:30 UTC+8',
				passed: false,
			},
			quorum: null,
		});
		expect(card.fallback).toContain('this does not run');
		expect(cardOf(sampleAction(), viewerOf(wei))).toMatchObject({
			facts: { operation: '退款' },
			reasons: ['金额 USD 2,400.00 高于参考金额 USD 240.00', '金额高于 USD 500.00'],
		});
	});

	it('lists every argument as it would run, text told from numbers', () => {
		const given = { order_id: '1881', count: 2, flags: [true, null], empty: {}, list: [], note: 'a\nb', yes: 'true', blank: '' };
		expect(cardOf(sampleAction({ arguments: given }), viewerOf()).arguments.rows).toEqual([
			{ path: 'order_id', value: '"1881"' },
			{ path: 'count', value: '2' },
			{ path: 'flags[0]', value: 'true' },
			{ path: 'flags[1]', value: 'null' },
			{ path: 'empty', value: '{}' },
			{ path: 'list', value: '[]' },
			{ path: 'note', value: 'a ↵ b' },
			{ path: 'yes', value: '"true"' },
			{ path: 'blank', value: '""' },
		]);
	});

	it('says how many arguments it leaves out', () => {
		const many = Object.fromEntries(Array.from({ length: 130 }, (_, index) => [`k${index}`, index]));
		const card = cardOf(sampleAction({ arguments: many }), viewerOf());
		expect(card.arguments.rows).toHaveLength(100);
		expect(card.arguments.leftOut).toBe(30);
		const { text, html } = renderMail(reviewContent(sampleAction({ arguments: many }), viewerOf(), 0), { private: false });
		expect(text).toContain('and 30 more');
		expect(html).toContain('and 100 more');
	});

	it('never makes an agent surer than it was', () => {
		const confidence = (effective: number, reported: number | null) =>
			cardOf(
				sampleAction({}, { verdict: { ...sampleVerdict, confidence: effective, reportedConfidence: reported } }),
				viewerOf(),
			).details.find(({ label }) => label === 'Confidence')?.value;
		expect(confidence(0.9999, 0.98989)).toBe('99.9% (the agent reported 98.9%)');
		expect(confidence(0.29, null)).toBe('29% (the agent reported none)');
		expect(confidence(1, 0)).toBe('100% (the agent reported 0%)');
	});

	it('warns of what the facts contradict', () => {
		expect(codesOf()).toEqual(['over_reference', 'amount_mismatch']);
		expect(codesOf({ quotedAmount: { value: '199.00', currency: 'USD' }, reasoning: 'ok' })).toEqual([
			'over_reference',
			'differs_from_quote',
		]);
		expect(codesOf({ referenceAmount: undefined, reasoning: '', arguments: { amount: '240.00' } })).toEqual([
			'argument_mismatch',
		]);
		expect(
			codesOf({
				referenceAmount: { value: '2400', currency: 'USD' },
				reasoning: 'Refund $2,400.00',
				arguments: { amount: 2400 },
			}),
		).toEqual([]);
		expect(codesOf({ amount: undefined, referenceAmount: undefined, reasoning: 'costs $10.00' })).toEqual([]);
	});

	it('compares only what can be compared', () => {
		const comparison = (reference: { value: string; currency: string }) =>
			cardOf(sampleAction({ referenceAmount: reference }), viewerOf()).comparison;
		expect(comparison({ value: '2400', currency: 'USD' })).toBeNull();
		expect(comparison({ value: '240', currency: 'EUR' })).toBeNull();
		expect(comparison({ value: '0', currency: 'USD' })).toBe('more than the reference amount of USD 0.00');
		expect(comparison({ value: '2399', currency: 'USD' })).toBe('more than the reference amount of USD 2,399.00');
		expect(comparison({ value: '960', currency: 'USD' })).toBe('2.5 times the reference amount of USD 960.00');
	});

	it('counts approvals by person', () => {
		const plan = { ...sampleVerdict.plan, quorum: 2 } as NonNullable<typeof sampleVerdict.plan>;
		const replies = (['email', 'sms'] as const).map((channel) => ({
			reviewer: 'bo',
			answer: 'approve' as const,
			channel,
			at: now,
		}));
		expect(cardOf(sampleAction({}, { plan, replies }), viewerOf()).quorum).toBe('2 people must approve; 1 did so far');
	});

	it('stands without a verdict, an amount, a user, a reasoning or a deadline', () => {
		const bare = sampleAction(
			{
				amount: undefined,
				referenceAmount: undefined,
				user: undefined,
				payee: undefined,
				reasoning: undefined,
				arguments: {},
				conversation: undefined,
			},
			{ verdict: null, plan: null, deadlineAt: null },
		);
		const { subject, text } = renderMail(reviewContent(bare, viewerOf(), 0), { private: false });
		expect(subject).toBe('[Approve?] Refund');
		expect(text).toContain('The agent gave no reasoning');
		expect(text).not.toMatch(/undefined|null|NaN/);
	});
});

describe('an operation that policy does not know', () => {
	it('is named by its own name where that is a plain token', () => {
		expect(operationText('close_ticket', 'en')).toBe('Close ticket');
		expect(operationText('refund', 'zh-CN')).toBe('退款');
	});

	it('cannot make a subject line speak', () => {
		for (const name of [
			'APPROVED by Ana, nothing to do',
			'APPROVED_by_Ana',
			'x\r\nBcc: eve@evil.example',
			'已批准',
			'constructor prototype',
			'a'.repeat(90),
		]) {
			const subject = subjectOf(reviewContent(sampleAction({ operation: name }), viewerOf(), 0), { private: false });
			expect(subject).toBe('[Approve?] Unregistered operation USD 2,400.00 · u-1042 · by 14:30 UTC+8');
		}
		expect(operationText('constructor', 'en')).toBe('Constructor');
	});
});

describe('the case card', () => {
	const opened = (...given: Parameters<typeof sampleAction>) => caseCardOf(sampleAction(...given), viewerOf()).opened;

	it('says how it came to a person', () => {
		const escalated = { state: 'escalated' } as const;
		expect(opened({}, { ...escalated, verdict: { ...sampleVerdict, route: 'escalation' } })).toBe(
			'Policy handed this to a person',
		);
		expect(opened({}, escalated)).toBe('Nobody who may approve it could be reached');
		expect(opened({}, { ...escalated, verdict: null })).toBe('Policy could not judge it');
		expect(opened({}, { ...escalated, fallbacks: 2 })).toContain('the fallback failed');
		expect(opened({}, { state: 'outcome_unknown' })).toContain('nobody knows');
		expect(opened({}, { ...escalated, replies: [{ reviewer: 'bo', answer: 'take_over', channel: 'sms', at: now }] })).toBe(
			'Bo Lindqvist took this over',
		);
	});

	it('knows its owner, and brings the latest of the conversation', () => {
		const conversation = Array.from({ length: 40 }, (_, index) => ({ role: 'user' as const, text: `message ${index}` }));
		const card = caseCardOf(sampleAction({ conversation }, { state: 'escalated', owner: 'ana' }), viewerOf());
		expect(card).toMatchObject({ owner: 'Ana Ruiz', ownedByReader: true, earlier: 10 });
		expect(card.conversation.at(-1)?.lines).toEqual(['message 39']);
		expect(caseCardOf(sampleAction({}, { owner: 'nobody-known' }), viewerOf())).toMatchObject({
			owner: 'nobody-known',
			ownedByReader: false,
		});
	});
});

describe('the standing', () => {
	const decision = (event: string, changes: Partial<Decision> = {}): Decision => ({
		at: now - 180_000,
		event,
		by: 'bo',
		channel: 'sms',
		payloadDigest: '',
		...changes,
	});

	it('is open until somebody or something ended it', () => {
		expect(standingOf(sampleAction(), viewerOf())).toMatchObject({
			kind: 'open',
			state: 'waiting for an answer',
			decision: null,
			ago: null,
		});
		expect(standingOf(sampleAction({}, { deadlineAt: now }), viewerOf()).kind).toBe('closed');
		const replied = sampleAction({}, { replies: [{ reviewer: 'ana', answer: 'approve', channel: 'email', at: now }] });
		expect(standingOf(replied, viewerOf()).kind).toBe('answered');
		expect(standingOf(replied, viewerOf(wei)).kind).toBe('open');
	});

	it('names who won, when, how, and what came of it', () => {
		const done = sampleAction(
			{},
			{
				state: 'executed',
				decision: decision('approved_by_reviewers', { comment: 'checked' }),
				outcome: { at: now, state: 'executed' },
			},
		);
		expect(standingOf(done, viewerOf())).toEqual({
			kind: 'closed',
			state: 'done',
			decision: 'Approved by Bo Lindqvist by text message, Sun 22 Nov, 13:59 (UTC+8, Asia/Shanghai)',
			ago: '3 min ago',
			notes: ['It ran, Sun 22 Nov, 14:02 (UTC+8, Asia/Shanghai)'],
			comment: ['checked'],
		});
		const expired = sampleAction(
			{},
			{
				state: 'expired',
				decision: decision('deadline_passed', { by: 'deadline', channel: 'clock' }),
				outcome: { at: now, state: 'expired', fallback: 'send_holding_reply' },
			},
		);
		expect(standingOf(expired, viewerOf())).toMatchObject({
			decision: 'Nobody answered before the deadline, Sun 22 Nov, 13:59 (UTC+8, Asia/Shanghai)',
			notes: ['The safe fallback ran instead: Tell the customer that an answer will follow'],
		});
		expect(
			standingOf(sampleAction({}, { state: 'rejected', decision: decision('some_later_event') }), viewerOf(ana)).decision,
		).toMatch(/^Decided by Bo/);
	});
});

/** Training data: labels, and what must not leave the house. */
import { describe, expect, test } from 'vitest';
import { decided, labelOf } from '../../src/learning/example.ts';
import { redactionWith } from '../../src/learning/redaction.ts';
import { chatExample, trainingExample } from '../../src/learning/training.ts';
import { sampleAction } from '../channels/sample-action.ts';

const redaction = redactionWith('key of one export');
const decision = (event: string, by = 'ana') =>
	({ at: 5, event, by, channel: 'email', payloadDigest: 'd', comment: 'call +1 555 010 0001' }) as const;

describe('redaction', () => {
	test.each([
		['write to zoe@example.com today', 'zoe@example.com'],
		['card 4111 1111 1111 1111', '4111 1111 1111 1111'],
		['card 4111​1111​1111​1111', '1111​1111'],
		['４１１１１１１１１１１１１１１１ full width', '４１１１'],
		['phone +49 (0)30 123456', '123456'],
		['IBAN DE89 3704 0044 0532 0130 00', '3704'],
		['IBAN gb29nwbk60161331926819', 'nwbk'],
		['身份证 11010519491231002X', '110105'],
		['see https://shop.example/reset?token=abc', 'token=abc'],
	])('%s', (text, secret) => {
		expect(redaction.text(text)).not.toContain(secret);
	});

	test('leaves small numbers, order ids and words alone', () => {
		const text = 'order 1881, size 42, 3 of 10 pieces for 240.00';
		expect(redaction.text(text)).toBe(text);
	});

	test('one value has one name within an export, and another in the next', () => {
		expect(redaction.text('a@b.example')).toBe(redaction.text('A@B.example'));
		expect(redaction.text('a@b.example')).not.toBe(redaction.text('c@b.example'));
		expect(redactionWith('another').text('a@b.example')).not.toBe(redaction.text('a@b.example'));
	});

	test('values under names of secrets go altogether, wherever they stand', () => {
		const given = { order: { apiKey: 'sk-1', items: [{ password: 'hunter2', size: 'M' }] }, account_number: 1234567890123 };
		const text = JSON.stringify(redaction.value(given));
		for (const secret of ['sk-1', 'hunter2', '1234567890123']) expect(text).not.toContain(secret);
		expect(text).toContain('"size":"M"');
	});
});

describe('examples', () => {
	test('the end user is a name wherever they stand, and comments are redacted', () => {
		const action = sampleAction(
			{ user: 'zoe', arguments: { customer: 'zoe', order_id: 'o-1' }, reasoning: 'zoe@example.com asked' },
			{ state: 'executed', decision: decision('approved_by_reviewers') },
		);
		const labelled = decided(action);
		if (labelled === null) return expect.fail('has no label');
		const example = trainingExample(action, labelled, redaction);
		expect(example).toMatchObject({ label: 'approved', source: 'decision', user: redaction.person('zoe') });
		expect((example.arguments as { customer: string }).customer).toBe(redaction.person('zoe'));
		expect(JSON.stringify(example)).not.toMatch(/zoe|555/);
		const { messages } = chatExample(example);
		expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant']);
		expect(JSON.parse(messages[2]?.content ?? '')).toMatchObject({ decision: 'approve' });
	});

	test('nobody answering, a withdrawal and a blocked action are nobody’s word', () => {
		for (const event of ['deadline_passed', 'withdrawn', 'blocked', 'routed_auto', 'taken_over'])
			expect(decided(sampleAction({}, { decision: decision(event) }))).toBeNull();
	});

	test('whatever speaks against an action counts before what speaks for it', () => {
		const action = sampleAction({}, { decision: decision('approved_by_reviewers') });
		expect(labelOf(action, { check: null, reports: [] })).toMatchObject({ label: 'approved' });
		expect(labelOf(action, { check: null, reports: [{ reviewer: 'ben', at: 9 }] })).toMatchObject({
			label: 'rejected',
			source: 'report',
			people: ['ben'],
		});
		expect(decided(sampleAction({}, { decision: decision('released', 'dee') }))).toMatchObject({
			label: 'approved',
			people: ['dee'],
		});
		expect(
			decided(sampleAction({}, { decision: decision('approved_by_reviewers'), lastEdit: decision('edited') })),
		).toMatchObject({ label: 'edited' });
	});
});

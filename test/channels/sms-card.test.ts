import fc from 'fast-check';
import calculator from 'sms-segments-calculator';
import { describe, expect, it } from 'vitest';
import { linksTo } from '../../src/channels/card.ts';
import {
	bundleContent,
	type Content,
	caseContent,
	digestContent,
	noteContent,
	reviewContent,
} from '../../src/channels/content.ts';
import { renderText, segmentBudget } from '../../src/channels/sms-card.ts';
import { segmentsOf } from '../../src/channels/sms-segments.ts';
import type { ProposalInput } from '../../src/domain/action.ts';
import { ana, sampleAction, sampleVerdict, viewerOf, wei } from './sample-action.ts';

const bodyOf = (content: Content): string => renderText(content)?.body ?? '';

describe('segments', () => {
	it('are counted as the calculator counts them', () => {
		const letters = fc.oneof(
			{ weight: 6, arbitrary: fc.constantFrom(...'abc XYZ019.,:/?=-()请批准退款，。：（）') },
			{
				weight: 1,
				arbitrary: fc.constantFrom('[', ']', '€', '{', '—', 'é', 'ç', '👍', '\u0301', '\n', '\r\n', '`', '~', 'Ω', '“'),
			},
			{ weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
		);
		const plain = fc.string({ unit: fc.constantFrom(...'abc XYZ019.,:/?=-_@$'), minLength: 140, maxLength: 330 });
		const chinese = fc.string({ unit: fc.constantFrom(...'请批准退款，。：（）a1 '), minLength: 60, maxLength: 220 });
		const text = fc.oneof(
			fc.array(letters, { maxLength: 200 }).map((all) => all.join('')),
			plain,
			chinese,
		);
		fc.assert(
			fc.property(text, (body) => {
				expect(segmentsOf(body)).toBe(new calculator.SegmentedMessage(body).segmentsCount);
			}),
			{ numRuns: 400 },
		);
	});
});

describe('a text message', () => {
	it('says what, how much, whom, until when, and where', () => {
		expect(bodyOf(reviewContent(sampleAction(), viewerOf(), 0))).toBe(
			'Approve? Refund USD 2,400.00, u-1042 by 14:30 UTC+8. Money. If nobody answers, it does not run. https://countersign.shop.example/r/0a1B2c3D4e5F6g7H8i9J0k',
		);
		expect(bodyOf(reviewContent(sampleAction(), viewerOf(wei), 0))).toBe(
			'请批准：退款 USD 2,400.00，u-1042，14:30 UTC+8 前。涉及资金。若无人答复，不会执行。 https://countersign.shop.example/r/0a1B2c3D4e5F6g7H8i9J0k',
		);
	});

	it('keeps what tells one request from another when there is little room', () => {
		const long = viewerOf(ana, {
			links: linksTo(`https://approvals.a-rather-long-company-name.example/countersign/r/${'x'.repeat(22)}`),
		});
		const text = renderText(reviewContent(sampleAction({ user: 'customer-1042-of-the-shop' }), long, 1));
		expect(text?.segments).toBe(1);
		expect(text?.body).toContain('Refund USD 2,400.00');
		expect(text?.body).toContain(long.links.open);
		expect(text?.body).not.toContain('nobody');
		expect(text?.body).not.toContain('Reminder');
	});

	it('stays within its budget whatever is proposed', () => {
		const proposed: fc.Arbitrary<Partial<ProposalInput>> = fc.record({
			operation: fc.oneof(fc.stringMatching(/^[a-z_]{1,40}$/), fc.string({ unit: 'binary', minLength: 1, maxLength: 60 })),
			user: fc.stringMatching(/^[A-Za-z0-9_.@-]{1,80}$/),
			amount: fc.constantFrom({ value: '9999999999.99', currency: 'USD' }, { value: '1', currency: 'JPY' }),
		});
		fc.assert(
			fc.property(proposed, fc.constantFrom(ana, wei), (given, reader) => {
				const action = sampleAction(given);
				for (const content of [
					reviewContent(action, viewerOf(reader), 1),
					caseContent(action, viewerOf(reader)),
					noteContent(action, viewerOf(reader)),
				]) {
					const { body, segments } = renderText(content) ?? { body: '', segments: 0 };
					expect(segments).toBeLessThanOrEqual(segmentBudget[reader.language]);
					expect(body).toContain('https://countersign.shop.example/r/');
				}
			}),
			{ numRuns: 300 },
		);
	});

	it('offers no word that a carrier acts on, and no prose of the agent', () => {
		const reserved = /\b(?:YES|NO|STOP|STOPALL|UNSUBSCRIBE|CANCEL|END|QUIT|REVOKE|OPTOUT|START|UNSTOP|HELP|INFO)\b/;
		const action = sampleAction({ reasoning: 'Reply YES to approve' });
		for (const reader of [ana, wei])
			for (const tier of [0, 1])
				for (const content of [
					reviewContent(action, viewerOf(reader), tier),
					caseContent(action, viewerOf(reader)),
					noteContent(action, viewerOf(reader)),
				]) {
					expect(bodyOf(content)).not.toMatch(reserved);
					expect(bodyOf(content)).not.toContain('Reply');
				}
	});

	it('leaves out a risk class of the company’s own, which may need letters that cost', () => {
		const action = sampleAction({}, { verdict: { ...sampleVerdict, riskClass: 'réservé—α' } });
		expect(renderText(reviewContent(action, viewerOf(), 0))).toMatchObject({ segments: 1 });
	});

	it('is none for a digest', () => {
		expect(renderText(digestContent([{ action: sampleAction(), url: null }], viewerOf()))).toBeNull();
	});
});

describe('a text that can be answered', () => {
	const answerable = (reader = ana) => viewerOf(reader, { reply: { code: '7K4M', mail: false } });

	it('says how, in one segment in English and two in Chinese, beside the link', () => {
		const english = renderText(reviewContent(sampleAction(), answerable(), 0));
		expect(english).toEqual({
			body: 'Approve? Refund USD 2,400.00, u-1042. Reply Y 7K4M approve, N 7K4M reject, M 7K4M I handle it by hand https://countersign.shop.example/r/0a1B2c3D4e5F6g7H8i9J0k',
			segments: 1,
		});
		const chinese = renderText(reviewContent(sampleAction(), answerable(wei), 0));
		expect(chinese?.body).toMatch(/回复 Y 7K4M 批准，N 7K4M 拒绝，M 7K4M 我来处理 https:\/\/\S+$/);
		expect(chinese?.segments).toBeLessThanOrEqual(2);
	});

	it('drops the optional parts in order, then the long form of how, and the link last of all', () => {
		const at = (host: string) =>
			renderText(reviewContent(sampleAction(), { ...answerable(), links: linksTo(`https://${host}/r/${'x'.repeat(22)}`) }, 1))
				?.body;
		expect(at('a.example')).toMatch(
			/^Approve\? Refund USD 2,400\.00, u-1042 by 14:30 UTC\+8\. Reply Y 7K4M approve.* https:\S+$/,
		);
		expect(at('approvals.our-company.example')).toMatch(/^Approve\? Refund USD 2,400\.00\. Reply Y 7K4M approve.* https:\S+$/);
		// The short form leaves room for what tells one request from another.
		expect(at(`approvals.${'a'.repeat(20)}.example`)).toMatch(
			/^Reminder\. Approve\? Refund USD 2,400\.00, u-1042 by 14:30 UTC\+8\. Reply Y, N or M 7K4M https:\S+$/,
		);
		expect(at(`${'a'.repeat(60)}.example`)).toMatch(/^Approve\? Refund USD 2,400\.00, u-1042\. Reply Y, N or M 7K4M https:\S+$/);
		expect(at(`${'a'.repeat(60)}.${'b'.repeat(30)}.example`)).toMatch(/^Approve\? Refund USD 2,400\.00\. https:\S+$/);
	});

	it('has no link where none gets through, and no code where nobody can answer', () => {
		const noLinks = renderText(reviewContent(sampleAction(), answerable(), 0), {
			twoWay: true,
			links: false,
			templatesOnly: false,
		});
		expect(noLinks?.body).toBe(
			'Approve? Refund USD 2,400.00, u-1042 by 14:30 UTC+8. Money. Reply Y 7K4M approve, N 7K4M reject, M 7K4M I handle it by hand. HELP for help, STOP to stop.',
		);
		const oneWay = renderText(reviewContent(sampleAction(), answerable(), 0), {
			twoWay: false,
			links: true,
			templatesOnly: false,
		});
		expect(oneWay?.body).not.toMatch(/Reply|7K4M|STOP/);
		expect(oneWay?.body).toMatch(/https:\S+$/);
	});

	it('lists several with their codes, as many as fit, and never offers to approve all', () => {
		const request = (i: number) => ({
			code: `7K${i % 10}M`,
			action: sampleAction({ amount: { value: `${100 + i}.00`, currency: 'USD' } }),
		});
		const few = renderText(bundleContent([request(2), request(3)], viewerOf()));
		expect(few).toEqual({
			body: '2 to approve: 7K2M Refund USD 102.00; 7K3M Refund USD 103.00. Reply one at a time: Y 7K2M approve, N 7K2M reject, M 7K2M by hand.',
			segments: 1,
		});
		for (const [reader, most] of [
			[ana, 3],
			[wei, 4],
		] as const) {
			const many = renderText(
				bundleContent(
					Array.from({ length: 60 }, (_, i) => request(i)),
					viewerOf(reader),
				),
			);
			expect(many?.segments).toBeLessThanOrEqual(most);
			expect(many?.body).toMatch(/\d+ more in your mail|另有 \d+ 项见邮件/);
			expect(many?.body).not.toMatch(/\ball\b|全部/i);
		}
	});

	it('stays within its budget whatever is proposed, with a code', () => {
		fc.assert(
			fc.property(
				fc.stringMatching(/^[a-z_]{1,40}$/),
				fc.stringMatching(/^[A-Za-z0-9_.@-]{1,80}$/),
				fc.constantFrom(ana, wei),
				(operation, user, reader) => {
					const { body, segments } = renderText(reviewContent(sampleAction({ operation, user }), answerable(reader), 1)) ?? {
						body: '',
						segments: 9,
					};
					expect(segments).toBeLessThanOrEqual(segmentBudget[reader.language]);
					expect(body).toContain('https://countersign.shop.example/r/');
				},
			),
			{ numRuns: 200 },
		);
	});
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, defang, isolate, isToken, proseLimits, show, showBlock, showLine } from '../../src/channels/untrusted.ts';

/** Any text, with far more of the awkward characters than chance would give. */
const awkward = fc.mapToConstant(
	{ num: 0x20, build: (n) => String.fromCodePoint(n) },
	{ num: 0x80, build: (n) => String.fromCodePoint(0x300 + n) },
	{ num: 0x70, build: (n) => String.fromCodePoint(0x2000 + n) },
	{ num: 0x80, build: (n) => String.fromCodePoint(0xe0000 + n) },
	{ num: 0x20, build: (n) => String.fromCodePoint(0xfe00 + n) },
	{ num: 0x60, build: (n) => String.fromCodePoint(0x600 + n) },
	{ num: 0x800, build: (n) => String.fromCharCode(0xd800 + n) },
);
const anyText = fc
	.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), awkward, fc.constantFrom('\n', '\t', 'a', '👨‍👩‍👧', '退款')), {
		maxLength: 60,
	})
	.map((pieces) => pieces.join(''));

const invisible = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;

describe('shown text', () => {
	it('has no character that cannot be seen', () => {
		fc.assert(
			fc.property(anyText, (text) => {
				const shown = show(text).text.replaceAll('\n', '');
				expect(invisible.exec(shown)).toBeNull();
				expect(shown.isWellFormed()).toBe(true);
				expect(/[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\u061c]/.exec(shown)).toBeNull();
				expect(/(?:(?!\p{DI})\p{M}){5,}/u.exec(shown)).toBeNull();
			}),
			{ numRuns: 2000 },
		);
	});

	it('is shown again as it is, and counts nothing the second time', () => {
		fc.assert(
			fc.property(anyText, (text) => {
				const once = show(text);
				expect(show(once.text)).toEqual({ text: once.text, hidden: 0 });
			}),
			{ numRuns: 1000 },
		);
	});

	it('lets nothing hide behind what is shown itself', () => {
		expect(show('退款\udc00\ufe00')).toEqual({ text: '退款[U+DC00][U+FE00]', hidden: 2 });
		expect(show('a\ufe0f\u200d👩')).toEqual({ text: 'a[U+FE0F][U+200D]👩', hidden: 2 });
		expect(show('👁️\u200d🗨️')).toEqual({ text: '👁️\u200d🗨️', hidden: 0 });
	});

	it('leaves ordinary text alone, whatever the script', () => {
		for (const text of [
			'Refund, please!',
			'请退款 ¥240。',
			'می‌خواهم',
			'क्‍ष',
			'Ångström naïve façade',
			'👍🏽 👨‍👩‍👧 ❤️ 1️⃣',
			'שלום',
			'ภาษาไทย',
			'a\nb',
		])
			expect(show(text)).toEqual({ text, hidden: 0 });
	});

	it('names what it shows, and counts runs', () => {
		expect(show('a\u202eb')).toEqual({ text: 'a[U+202E]b', hidden: 1 });
		expect(show('a\u200b\u200b\u200bb')).toEqual({ text: 'a[U+200B]×3b', hidden: 3 });
		expect(show('\u{e0041}')).toEqual({ text: '[U+E0041]', hidden: 1 });
		expect(show('a\r\nb\tc')).toEqual({ text: 'a\nb c', hidden: 0 });
	});
});

describe('cutting', () => {
	it('never exceeds its limits, and stays well-formed', () => {
		fc.assert(
			fc.property(anyText, fc.integer({ min: 1, max: 80 }), (text, max) => {
				const line = showLine(text, max);
				expect(line.length).toBeLessThanOrEqual(max);
				expect(line).not.toContain('\n');
				expect(line.isWellFormed()).toBe(true);
				const block = showBlock(text, { max, lines: 3 });
				expect(block.text.length).toBeLessThanOrEqual(max);
				expect(block.lines.length).toBeLessThanOrEqual(3);
			}),
			{ numRuns: 2000 },
		);
	});

	it('does not cut inside a named character', () => {
		expect(cut('ab[U+202E]cd', 8)).toBe('ab…');
		expect(cut('ab[U+202E]cd', 11)).toBe('ab[U+202E]…');
		expect(cut('short', 10)).toBe('short');
	});

	it('says when something was left out', () => {
		expect(showBlock('x\n'.repeat(20), proseLimits)).toMatchObject({ shortened: true });
		expect(showBlock('one\n\n\n\ntwo', proseLimits)).toMatchObject({ lines: ['one', '', 'two'], shortened: false });
	});
});

describe('defanging', () => {
	it('leaves nothing that a mail program would make a link of', () => {
		const host = fc.stringMatching(/^[a-z]{1,8}(\.[a-z]{2,6}){1,3}$/);
		const address = fc.oneof(
			host,
			host.map((name) => `https://${name}/x?y=1.2`),
			host.map((name) => `www.${name}`),
			host.map((name) => `boss@${name}`),
			host.map((name) => `HTTP://${name.toUpperCase()}`),
		);
		fc.assert(
			fc.property(anyText, address, anyText, (before, link, after) => {
				expect(defang(`${before} ${link} ${after}`)).not.toMatch(/[a-z0-9]:\/\/|[a-z0-9]\.[a-z]{2}/i);
			}),
		);
	});

	it.each([
		['USD 2,400.00', 'USD 2,400.00'],
		['退款。请核对。', '退款。请核对。'],
		['v1.2.3 at 14.30', 'v1.2.3 at 14.30'],
		['Done. Next.', 'Done. Next.'],
		['evil.example', 'evil[.]example'],
		['javascript:alert(1)', 'javascript[:]alert(1)'],
		['https://a.b', 'https[://]a.b'],
		['https://ab.cd/e.fg', 'https[://]ab[.]cd/e[.]fg'],
	])('%s becomes %s', (text, wanted) => {
		expect(defang(text)).toBe(wanted);
	});
});

it('isolates right-to-left text and nothing else', () => {
	expect(isolate('المبلغ')).toBe('\u2068المبلغ\u2069');
	expect(isolate('Refund 240 退款')).toBe('Refund 240 退款');
});

it('knows a token from prose', () => {
	for (const token of ['u-1042', 'refund', 'a@b.example', 'order:7#2']) expect(isToken(token)).toBe(true);
	for (const prose of ['', 'two words', 'a\nb', '退款', '<b>', 'x'.repeat(41), '-x']) expect(isToken(prose)).toBe(false);
});

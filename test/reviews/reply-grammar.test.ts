import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogues } from '../../src/channels/catalogue.ts';
import { codeAlphabet, codeLength, isGoodCode, newCode } from '../../src/reviews/codes.ts';
import { type ReplyReading, readReply, reservedWords } from '../../src/reviews/reply-grammar.ts';

interface Row {
	readonly text: string;
	/** The answer, the keyword, or why it is none. */
	readonly is: string;
	readonly code?: string | null;
	readonly meant?: string;
}
const rows = JSON.parse(readFileSync(new URL('./reply-grammar.json', import.meta.url), 'utf8')) as Row[];

const kindOf = (reading: ReplyReading): string =>
	reading.kind === 'answer' ? reading.answer : reading.kind === 'keyword' ? reading.keyword : reading.why;

describe('the table', () => {
	test.each(rows)('$text', ({ text, is, code, meant }) => {
		const reading = readReply(text);
		expect(kindOf(reading)).toBe(is);
		if (reading.kind !== 'keyword') expect(reading.code).toBe(code ?? null);
		if (reading.kind === 'unclear') expect(reading.meant).toBe(meant ?? null);
	});
});

const decides = (text: string): boolean => readReply(text).kind === 'answer';
/** Every form that decides, as somebody who has never seen the code would write it down. */
const exact = /^\s*(?:y|n|m|同意|拒绝|拒絕|接手)[\s.,:\-–—。、]*(?:[0-9a-z]{4}[\s.,:\-–—。、]*)?$/i;
const code = fc.integer({ min: 0, max: 2 ** 30 }).map((seed) => {
	let state = seed;
	return newCode((below) => {
		state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
		return Math.floor(state / 65_536) % below;
	});
});
const word = fc.constantFrom('Y', 'N', 'M', 'y', 'n', 'm', 'Ｙ', 'Ｎ', '同意', '拒绝', '接手');

describe('properties', () => {
	test('what decides is one of the exact forms, whatever is typed', () => {
		const pieces = fc.array(
			fc.oneof(
				word,
				code,
				fc.constantFrom(' ', '\n', '.', '-', '\u200b', 'У', 'not', 'STOP', '"', '👍', '\u202e'),
				fc.string({ maxLength: 3 }),
			),
			{ maxLength: 6 },
		);
		fc.assert(
			fc.property(
				fc.oneof(
					pieces.map((all) => all.join('')),
					fc.string({ unit: 'binary' }),
					fc.string(),
				),
				(text) => {
					if (decides(text)) expect(text.normalize('NFKC').replace(/[\ufe0e\ufe0f]/g, '')).toMatch(exact);
				},
			),
			{ numRuns: 5000 },
		);
	});

	test('every answer word with any code decides for exactly that code, however it is set', () => {
		const gap = fc.constantFrom('', ' ', '  ', '-', '\n', '\u00a0', '. ', '　');
		fc.assert(
			fc.property(fc.record({ word, code, gap, end: fc.constantFrom('', ' ', '.', '\n') }), (given) => {
				const reading = readReply(`${given.word}${given.gap}${given.code.toLowerCase()}${given.end}`);
				expect(reading).toMatchObject({ kind: 'answer', code: given.code });
			}),
			{ numRuns: 2000 },
		);
	});

	test('anything before or behind an answer makes it none', () => {
		const other = fc
			.string({ minLength: 1, maxLength: 8 })
			.filter(
				(text) =>
					/[^\s.,:\-–—。、]/.test(text.normalize('NFKC')) &&
					!/^[\s.,:\-–—。、]*[0-9A-Za-z]{4}[\s.,:\-–—。、]*$/.test(text.normalize('NFKC')),
			);
		fc.assert(
			fc.property(word, code, other, (answer, given, more) => {
				expect(decides(`${answer} ${given} ${more}`)).toBe(false);
				expect(decides(`${more} ${answer} ${given}`)).toBe(false);
			}),
			{ numRuns: 2000 },
		);
	});

	test('two answers, or two codes, never decide', () => {
		fc.assert(
			fc.property(fc.tuple(word, word, code, code), ([one, two, first, second]) => {
				expect(decides(`${one} ${two} ${first}`)).toBe(false);
				expect(decides(`${one} ${first} ${two} ${second}`)).toBe(false);
				expect(decides(`${one} ${first} ${second}`)).toBe(false);
			}),
		);
	});

	test('one letter of another alphabet, or one that cannot be seen, and it does not decide', () => {
		const lookAlike: Readonly<Record<string, string>> = {
			Y: 'УΥҮ',
			N: 'Ν',
			M: 'МΜ',
			K: 'КΚ',
			T: 'ТΤ',
			H: 'НΗ',
			C: 'СϹ',
			P: 'РΡ',
			X: 'ХΧ',
		};
		const invisible = ['\u200b', '\u200d', '\u202e', '\u2066', '\u00ad', '\ufeff', '\u{e0059}', '\u0000'];
		fc.assert(
			fc.property(fc.tuple(fc.constantFrom('Y', 'N', 'M'), code, fc.nat(), fc.nat()), ([answer, given, at, which]) => {
				const text = `${answer} ${given}`;
				const place = at % text.length;
				const twins = [...(lookAlike[text[place] ?? ''] ?? '')];
				for (const twin of twins) expect(decides(text.slice(0, place) + twin + text.slice(place + 1))).toBe(false);
				expect(decides(text.slice(0, place) + invisible[which % invisible.length] + text.slice(place))).toBe(false);
			}),
			{ numRuns: 1000 },
		);
	});

	test('a quotation of our own message decides nothing, whichever phone wraps it', () => {
		const wrap = fc.constantFrom(
			(text: string) => `Liked “${text}”`,
			(text: string) => `Emphasized "${text}"`,
			(text: string) => `Reacted 😂 to “${text}”`,
			(text: string) => `Ana reacted with ❤️ to "${text}"`,
			(text: string) => `> ${text}`,
			(text: string) => text,
		);
		fc.assert(
			fc.property(code, fc.constantFrom('en', 'zh-CN'), wrap, (given, language, wrapped) => {
				const { replies } = catalogues[language as 'en'];
				for (const text of [
					replies.smsLine(given),
					replies.smsLineShort(given),
					replies.smsBundleHow(given),
					replies.text.openOne(given, given),
				])
					expect(decides(wrapped(text))).toBe(false);
			}),
		);
	});

	test('takes no time to speak of, whatever is typed', () => {
		for (const text of [
			'Y '.repeat(800),
			'7K4M '.repeat(320),
			'a'.repeat(1600),
			'“'.repeat(1600),
			'Liked '.repeat(266),
			' '.repeat(1_000_000),
		]) {
			const start = performance.now();
			readReply(text);
			expect(performance.now() - start).toBeLessThan(100);
		}
	});
});

describe('codes', () => {
	test('have no look-alikes, no vowels, and a digit and a letter each', () => {
		expect(codeAlphabet).not.toMatch(/[01OILS5YAEU]/);
		fc.assert(
			fc.property(code, (given) => {
				expect(given).toHaveLength(codeLength);
				expect(given).toMatch(/[A-Z]/);
				expect(given).toMatch(/\d/);
				expect(isGoodCode(given)).toBe(true);
			}),
			{ numRuns: 3000 },
		);
	});

	test('are no words, also where digits pass for letters', () => {
		const all = [...codeAlphabet];
		const every = all.flatMap((a) => all.flatMap((b) => all.flatMap((c) => all.map((d) => a + b + c + d))));
		const good = every.filter(isGoodCode);
		expect(good.length).toBeGreaterThan(100_000);
		// A word of four letters has a vowel between consonants; 3 and 4 are the only digits left that pass for one.
		expect(good.filter((given) => /[A-Z][34][A-Z]/.test(given))).toEqual([]);
		for (const bad of ['D4MN', 'C3NT', 'XXXX', '2222', 'Y4KM', '7K4', '7K4MM']) expect(isGoodCode(bad)).toBe(false);
	});
});

describe('our own texts', () => {
	test('offer no word that a telephone company acts on as an answer', () => {
		const words = new RegExp(`\\b(?:${reservedWords.join('|')})\\b`, 'i');
		const sentences = (value: unknown): string[] =>
			typeof value === 'string'
				? [value]
				: typeof value === 'function'
					? [String((value as (...values: string[]) => string)('7K4M', '9Q2P', 'x'))]
					: Object.values(value as object).flatMap(sentences);
		for (const { replies, sms } of Object.values(catalogues)) {
			const { smsHelp, text, mail: _mail, mailHow: _how, mailComment: _comment, ...rest } = replies;
			const { stop, help: _help, ...explaining } = text;
			for (const sentence of sentences([rest, explaining, sms])) {
				const offered = sentence.replace(/\b(?:no answer|no more|no one)\b/gi, '');
				expect(/(?:reply|send|answer|回复|发送)[^.。]*$/i.test(offered) && words.test(offered), sentence).toBe(false);
			}
			// The two that must be told: how to get help, and how to end it.
			for (const sentence of [smsHelp, stop]) expect(sentence).toMatch(/STOP/);
		}
	});
});

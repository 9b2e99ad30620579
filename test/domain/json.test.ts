import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../src/domain/json.ts';
import { excerpt, pathText } from '../../src/domain/shown.ts';
import { badTexts, goodTexts } from './json-cases.ts';

describe('a strict parser', () => {
	test.each(badTexts)('refuses $name as $code', ({ text, code }) => {
		const parsed = parseJson(text);
		expect(parsed.ok ? 'accepted' : parsed.problem.code).toBe(code);
		if (!parsed.ok) expect(parsed.problem.message.length).toBeLessThanOrEqual(220);
	});

	test.each(goodTexts)('reads $name', ({ text, value }) => {
		expect(parseJson(text)).toEqual({ ok: true, value });
	});

	test('names the key that came twice, and where a flaw lies', () => {
		expect(parseJson('{"a":{"price":1,"price":2}}')).toMatchObject({ problem: { message: expect.stringContaining('`price`') } });
		expect(parseJson('{"a":[{"b c":"\\ud800"}]}')).toMatchObject({ problem: { field: 'a[0]["b c"]' } });
	});

	test('needs linear time for hostile texts', () => {
		const started = performance.now();
		for (const text of [
			`{"a":${'['.repeat(200_000)}`,
			`"${'\\\\'.repeat(120_000)}`,
			`[${'-'.repeat(250_000)}`,
			`{"a"${' '.repeat(250_000)}`,
		]) {
			expect(parseJson(text).ok).toBe(false);
		}
		expect(performance.now() - started).toBeLessThan(1000);
	});
});

describe('properties', () => {
	const safe = (value: unknown): boolean => !JSON.stringify(value).match(/"(__proto__|constructor|prototype)":/);

	test('what JSON can say comes back as it was', () => {
		const plain = fc.jsonValue({ maxDepth: 6 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
		fc.assert(
			fc.property(plain.filter(safe), (value) => {
				const text = JSON.stringify(value);
				const parsed = parseJson(text);
				// Doubles beyond the safe integers and halves of surrogate pairs are refused; everything else is equal.
				return parsed.ok
					? JSON.stringify(parsed.value) === text
					: ['number_unsafe', 'text_malformed'].includes(parsed.problem.code);
			}),
			{ numRuns: 2000 },
		);
	});

	test('safe values of every shape are accepted', () => {
		const leaf = fc.oneof(
			fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
			fc.maxSafeInteger(),
			fc.boolean(),
			fc.constant(null),
		);
		const { value } = fc.letrec((tie) => ({
			value: fc.oneof(
				{ maxDepth: 8 },
				leaf,
				fc.array(tie('value')),
				fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), tie('value')),
			),
		}));
		fc.assert(
			fc.property(value.filter(safe), (given) => {
				const text = JSON.stringify(given);
				fc.pre(!text.includes('\\u0000'));
				expect(parseJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
			}),
			{ numRuns: 500 },
		);
	});

	test('never throws, whatever the text', () => {
		const fragments = fc.constantFrom(
			'{',
			'}',
			'[',
			']',
			'"',
			':',
			',',
			'\\',
			'\\u',
			'd800',
			'1e',
			'-',
			'.',
			'null',
			'__proto__',
			'\0',
			' ',
			'a',
			'9'.repeat(20),
		);
		const text = fc.oneof(
			fc.string({ unit: 'binary' }),
			fc.array(fragments, { maxLength: 60 }).map((parts) => parts.join('')),
		);
		fc.assert(
			fc.property(text, (given) => {
				const parsed = parseJson(given);
				// Strict means stricter: nothing passes that the platform's own parser refuses, and nothing is read differently.
				if (parsed.ok) expect(parsed.value).toEqual(JSON.parse(given));
				else expect(parsed.problem.code).toMatch(/^[a-z_]+$/);
			}),
			{ numRuns: 3000 },
		);
	});

	test('a doubled member is always found', () => {
		fc.assert(
			fc.property(fc.dictionary(fc.string(), fc.integer(), { minKeys: 1, maxKeys: 8 }).filter(safe), fc.nat(), (object, pick) => {
				const members = Object.entries(object).map(([key, value]) => `${JSON.stringify(key)}:${value}`);
				const doubled = `{${[...members, members[pick % members.length]].join(',')}}`;
				const parsed = parseJson(doubled);
				expect(parsed.ok ? '' : parsed.problem.code).toMatch(/duplicate_key|text_malformed/);
			}),
		);
	});

	test('what a message shows of the input is short and inert', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
				for (const shown of [excerpt(text), pathText(['a', text, 0])]) {
					expect(shown.length).toBeLessThanOrEqual(100);
					expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}`]/u);
				}
			}),
		);
	});
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SeenKeys, TextIds, valueHash } from '../../src/learning/text-ids.ts';

test('texts are numbered in the order in which they come, however many there are', () => {
	const ids = new TextIds();
	for (let i = 0; i < 50_000; i++) expect(ids.idOf(`text ${i}`)).toBe(i);
	for (let i = 0; i < 50_000; i += 7) expect(ids.idOf(`text ${i}`)).toBe(i);
	expect(ids.count).toBe(50_000);
	expect(ids.idOf('')).toBe(50_000);
});

test('a key that came before is told, and whether it came with something else', () => {
	const seen = new SeenKeys();
	for (let i = 0; i < 20_000; i++) expect(seen.add(`key ${i}`, `content ${i}`)).toBe('new');
	for (let i = 0; i < 20_000; i += 3) {
		expect(seen.add(`key ${i}`, `content ${i}`)).toBe('same');
		expect(seen.add(`key ${i}`, `content ${i + 1}`)).toBe('other');
	}
});

const turned = (value: unknown): unknown => {
	if (Array.isArray(value)) return value.map(turned);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.toReversed()
			.map(([key, each]) => [key, turned(each)]),
	);
};

test('what says the same hashes the same in any order of keys; what says something else hardly ever', () => {
	fc.assert(
		fc.property(fc.json(), (text) => {
			const value: unknown = JSON.parse(text);
			expect(valueHash(turned(value))).toBe(valueHash(value));
		}),
	);
	const different = [
		{ a: 1, b: 2 },
		{ a: 2, b: 1 },
		{ a: 1 },
		{ a: '1' },
		{ a: null },
		{ b: 1 },
		[1, 2],
		[2, 1],
		[[1], 2],
		[1, [2]],
		{},
		[],
		'',
		null,
		0,
		'0',
	];
	expect(new Set(different.map(valueHash)).size).toBe(different.length);
	expect(new Set(Array.from({ length: 20_000 }, (_, i) => valueHash({ id: i, name: `n${i % 10}` }))).size).toBeGreaterThan(
		19_990,
	);
});

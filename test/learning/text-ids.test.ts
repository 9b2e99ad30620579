import { expect, test } from 'vitest';
import { SeenKeys, TextIds } from '../../src/learning/text-ids.ts';

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

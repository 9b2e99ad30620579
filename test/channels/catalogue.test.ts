import { describe, expect, it } from 'vitest';
import { type Catalogue, catalogues, lookUp } from '../../src/channels/catalogue.ts';
import { states } from '../../src/domain/lifecycle.ts';
import { answers, caseAnswers } from '../../src/domain/review.ts';
import { priorities } from '../../src/domain/verdict.ts';

/** Every leaf as `path: kind`, functions with how many values they take. */
function leaves(value: unknown, path = ''): string[] {
	if (typeof value === 'string') return [`${path}: string`];
	if (typeof value === 'function') return [`${path}: function`];
	return Object.entries(value as object).flatMap(([key, inner]) => leaves(inner, `${path}/${key}`));
}

function sentences(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value === 'function') return [String((value as (...values: number[]) => string)(7, 7, 7))];
	return Object.values(value as object).flatMap(sentences);
}

describe('the catalogue', () => {
	it('has every key in every language, of the same kind', () => {
		expect(leaves(catalogues['zh-CN'])).toEqual(leaves(catalogues.en));
	});

	it('has no empty sentence', () => {
		for (const catalogue of Object.values(catalogues))
			for (const sentence of sentences(catalogue)) expect(sentence.trim()).not.toBe('');
	});

	it('is Chinese in Chinese, with its own punctuation', () => {
		const { sms: _sms, tag: _tag, name: _name, ...zh } = catalogues['zh-CN'];
		const own = sentences(zh).filter((sentence) => !/^[\d\s%·:：,，.。；;]*$/.test(sentence));
		for (const sentence of own) expect(sentence).toMatch(/[\u4e00-\u9fff]|^[，：\d]+$/);
		for (const sentence of own) expect(sentence).not.toMatch(/[\u4e00-\u9fff][,:;?!]/);
	});

	it.each(Object.values(catalogues))('names every state, answer and priority ($name)', (catalogue: Catalogue) => {
		for (const state of states) expect(lookUp(catalogue.states, state), state).toBeDefined();
		for (const answer of answers) expect(catalogue.answers[answer]).toBeDefined();
		for (const answer of caseAnswers) expect(catalogue.caseAnswers[answer]).toBeDefined();
		for (const priority of priorities) expect(catalogue.priorities[priority]).toBeDefined();
	});

	it('looks up own keys only', () => {
		expect(lookUp(catalogues.en.states, 'constructor')).toBeUndefined();
		expect(lookUp(catalogues.en.states, '__proto__')).toBeUndefined();
	});
});

import { describe, expect, it } from 'vitest';
import { argumentDiffers, contradictions } from '../../src/channels/mentions.ts';
import { type Money, parseMoney } from '../../src/domain/money.ts';

const money = (value: string, currency = 'USD'): Money => {
	const parsed = parseMoney(value, currency);
	if (typeof parsed === 'string') throw new Error(parsed);
	return parsed;
};
const known = { amount: money('2400'), reference: money('240'), quoted: null };

describe('amounts in prose', () => {
	it.each([
		['text mentions 10.00', ['10.00']],
		['refund in full, $240', ['$240']],
		['Refund of $2,400.00 as agreed', []],
		['Order total is $240, refund $2,400', []],
		['$240 plus $15 shipping, so $2,400', ['$15']],
		['refund of 2400 to the card', []],
		['refund of 24000 to the card', ['24000']],
		['2.400,00 USD', []],
		['pay 2.400', []],
		['2.4k USD', []],
		['EUR 2,400.00', ['EUR 2,400.00']],
		['2400 euros', ['2400 euros']],
		['CAD 2,400', ['CAD 2,400']],
		['退款240元', ['240元']],
		['退款2400美元', []],
		['0.24万美元', []],
		['＄２４０', ['$240']],
		['order 1881, 3 items, 50% off, 2026-11-20 14:30', []],
		['call 15551230000 or ext. 12.5', []],
		['ABC 123 is the flight', []],
		['', []],
		['no number at all', []],
	])('%s', (text, wanted) => {
		expect(contradictions(text, known)).toEqual(wanted);
	});

	it('names at most three, each once', () => {
		expect(contradictions('$1 $1 $2 $3 $4', known)).toEqual(['$1', '$2', '$3']);
	});

	it('knows currencies without decimals', () => {
		expect(contradictions('5000円ではなく¥5,000', { amount: money('5000', 'JPY'), reference: null, quoted: null })).toEqual([]);
		expect(contradictions('¥500', { amount: money('5000', 'JPY'), reference: null, quoted: null })).toEqual(['¥500']);
	});
});

describe('amounts in arguments', () => {
	it.each([
		[240, true],
		['240.00', true],
		[2400, false],
		['2400.00', false],
		[240000, false],
		['all of it', false],
		[null, false],
		[{ value: 1 }, false],
	])('%s differs from USD 2,400.00: %s', (value, differs) => {
		expect(argumentDiffers(value, money('2400'))).toBe(differs);
	});
});

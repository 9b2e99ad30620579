/** Signals found in texts, and the work that finding them takes. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { signalPatterns } from '../../src/policy/signal-data.ts';
import { isFindable, wordFinder } from '../../src/policy/word-finder.ts';
import { judged, policyWith, processorMs, proposalWith, rulesOf } from './given.ts';

interface TextCase {
	readonly by: 'user' | 'agent' | 'system' | 'tool' | 'reasoning' | 'arguments';
	readonly text?: string;
	readonly number?: number;
	readonly signals: readonly string[];
}
const texts = parse(readFileSync(new URL('texts.yaml', import.meta.url), 'utf8')) as TextCase[];
const policy = policyWith();

function proposalOf({ by, text, number }: TextCase) {
	if (by === 'arguments') return proposalWith({ arguments: { deep: [{ value: text ?? number }] } });
	if (by === 'reasoning') return proposalWith({ reasoning: text });
	return proposalWith({ conversation: [{ role: by, text }] });
}

describe('the texts of a proposal', () => {
	it.each(texts)('$by: $text $number -> $signals', (one) => {
		expect(policy.signals.detect(proposalOf(one)).names).toEqual(one.signals);
	});

	it('name the kind of sensitive data in the reason, and never the data', () => {
		const verdict = judged(policy, { reasoning: 'paid with 4111 1111 1111 1111' });
		expect(verdict.reasons[0]?.text.en).toBe('the text holds a bank card number');
		expect(JSON.stringify(verdict)).not.toContain('4111');
	});

	it('of a context are searched where the policy says so', () => {
		const context = { note: 'pays with 4111111111111111' };
		expect(judged(policy, { context }).route).toBe('auto');
		expect(judged(policyWith({ scan: ['context'] }), { context }).route).toBe('escalation');
	});
});

describe("signals of the policy's own", () => {
	const own = policyWith({
		signals: {
			churn: {
				phrases: ['cancel my subscription', '退订'],
				route: 'approval',
				text: { en: 'wants to leave', 'zh-CN': '想退订' },
			},
			praise: { phrases: ['thank you'] },
		},
		rules: [{ id: 'praised', when: '"praise" in action.signals', route: 'notify' }],
	});

	it.each([
		['Please CANCEL my subscription now', 'approval', 'signal.churn'],
		['我要退订', 'approval', 'signal.churn'],
		['cancel my subscriptions', 'auto', 'threshold.financial'],
		['Thank you!', 'notify', 'rule.praised'],
	])('%s -> %s', (text, route, rule) => {
		const verdict = judged(own, { conversation: [{ role: 'user', text }] });
		expect(verdict.route).toBe(route);
		expect(rulesOf(verdict)).toContain(rule);
	});

	it('count when they are sent along, and unknown ones count for nothing', () => {
		expect(judged(own, { signals: ['churn'] }).route).toBe('approval');
		expect(judged(own, { signals: ['weather'] }).route).toBe('auto');
	});

	it('may be hard', () => {
		const hard = policyWith({ signals: { fire: { phrases: ['on fire'] } }, escalation: { hard: { signals: ['fire'] } } });
		expect(judged(hard, { reasoning: 'the kettle is on fire' })).toMatchObject({ route: 'escalation', priority: 'high' });
	});
});

describe('the work of searching', () => {
	it('has patterns without unbounded repetition', () => {
		for (const { pattern = '' } of signalPatterns) expect(pattern.replace(/\\./g, '')).not.toMatch(/[*+]|\{\d+,\}/);
	});

	it('has triggers that can be found, and a pattern that only they can start', () => {
		for (const { triggers } of signalPatterns) for (const trigger of triggers) expect(isFindable(trigger)).toBe(true);
	});

	it.each([
		['digits', '1 '.repeat(100_000)],
		['cards', '4111 1111 1111 1112 '.repeat(10_000)],
		['IBANs', 'gb29 '.repeat(40_000)],
		['customers who want', 'customer wants '.repeat(13_000)],
		['speaking to somebody', 'not speak to somebody else '.repeat(8000)],
		['full-width digits', '４１１１１１１１'.repeat(20_000)],
		['expanding characters', '\ufdfa'.repeat(60_000)],
	])('is bounded for %s', (_name, text) => {
		const conversation = Array.from({ length: Math.ceil(text.length / 20_000) }, (_, i) => ({
			role: 'user',
			text: text.slice(i * 20_000, (i + 1) * 20_000),
		}));
		const proposal = { ...proposalWith(), conversation } as ReturnType<typeof proposalWith>;
		expect(processorMs(() => policy.signals.detect(proposal))).toBeLessThan(1500);
	});

	it('holds an action with more text than can be searched', () => {
		const conversation = Array.from({ length: 30 }, () => ({ role: 'user' as const, text: 'x'.repeat(20_000) }));
		const verdict = policyWith().signals.detect({ ...proposalWith(), conversation });
		expect(verdict.cut).toBe(true);
	});
});

describe('the word finder', () => {
	it('finds overlapping words, folds case and width, passes over invisible characters', () => {
		const words = ['he', 'she', 'hers', '人工'];
		const found: string[] = [];
		wordFinder(words).find('uＳH\u200bers 转人工', (word) => found.push(words[word] as string));
		expect(found.sort()).toEqual(['he', 'hers', 'she', '人工'].sort());
	});
});

/** A verdict in words. */
import { describe, expect, it } from 'vitest';
import { explain } from '../../src/policy/explain.ts';
import { judged, policyWith, usd } from './given.ts';

const policy = policyWith({ groups: { leads: ['wei'] }, on_call: 'leads' });
const verdict = judged(policy, { amount: usd('600.00'), referenceAmount: usd('240.00'), confidence: 0.97 });

describe('an explanation', () => {
	it('in English names the route, every reason with its rule, and the plan', () => {
		expect(explain(verdict)).toEqual([
			'ask a person first (risk class financial, priority normal)',
			'confidence 0.97',
			'- USD 600.00 is over the reference of USD 240.00 [check.over_reference -> approval]',
			'- above USD 500.00 a person is asked, whatever the confidence [amount.above_500 -> approval]',
			'- confidence 0.97 is from 0.95 to 0.99: financial runs and is reported [threshold.financial -> notify]',
			'asks ana, wei, kim; 1 must approve; deadline 30m',
			'  after 0s: ana, wei, kim by email',
			'  after 10m: ana, wei, kim by SMS',
			'  after 20m: ana, wei, kim by email, SMS',
			'if nobody answers: nothing runs',
			`policy ${policy.digest.slice(0, 12)}`,
		]);
	});

	it('in Chinese says the same', () => {
		const lines = explain(verdict, 'zh-CN');
		expect(lines).toHaveLength(explain(verdict).length);
		expect(lines[0]).toBe('先审批（风险等级 financial，优先级 普通）');
		expect(lines[2]).toBe('- USD 600.00 超过参考值 USD 240.00 [check.over_reference -> approval]');
		for (const line of lines) expect(line).not.toMatch(/[\u4e00-\u9fff][,;:]/);
	});

	it('never rounds a confidence up to a threshold that it misses', () => {
		expect(judged(policy, { confidence: 0.98999999 }).reasons[0]?.text.en).toContain('confidence 0.9899 is from 0.95 to 0.99');
		expect(judged(policy, { confidence: 1e-9 }).reasons[0]?.text.en).toContain('confidence 0 is below 0.8');
		expect(judged(policy, { confidence: undefined }).reasons[0]?.text.en).toContain('no confidence given, counts as 0');
	});

	it('shows the error of a rule, on one line', () => {
		const failing = policyWith({ rules: [{ id: 'r', when: 'action.arguments.x == 1', operations: ['pay'], route: 'notify' }] });
		expect(explain(judged(failing)).join('\n')).toContain('[rule.r -> approval] (error: no such key: x)');
	});
});

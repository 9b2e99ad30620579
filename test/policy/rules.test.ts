/** CEL rules: what they see, how numbers behave, and what the allow-list can and cannot do. */
import { describe, expect, it } from 'vitest';
import { judged, policyWith, rulesOf, usd } from './given.ts';

/** Whether a rule matches a proposal; null where it fails. */
function matches(when: string, proposal: Record<string, unknown> = {}, facts = {}): boolean | null {
	const verdict = judged(policyWith({ rules: [{ id: 'r', when, operations: ['pay'], route: 'block' }] }), proposal, facts);
	const reason = verdict.reasons.find(({ rule }) => rule === 'rule.r');
	return reason === undefined ? false : reason.error === undefined ? true : null;
}

describe('a rule', () => {
	it.each([
		['action.tenant == "default" && action.agent == "bot" && action.operation == "pay" && action.known', {}],
		['action.risk_class == "financial"', {}],
		['action.amount > 100 && action.amount == 100.5 && action.amount <= 101', { amount: usd('100.50') }],
		[
			'action.amount * 2 == 201 && action.amount + 1 > 101 && 1 - action.amount < 0 && action.amount / 2 > 50',
			{ amount: usd('100.50') },
		],
		[
			'action.currency == "USD" && action.reference_amount == 20 && action.quoted_amount == 10',
			{ amount: usd(10), referenceAmount: usd(20), quotedAmount: usd(10) },
		],
		['action.amount == 5', { amount: usd('-5') }],
		['action.confidence == 1 && action.user == "u-1"', {}],
		['has(action.payee) && action.payee == "p"', { payee: 'p' }],
		['!has(action.payee) && !has(action.amount) && !has(action.reasoning) && !has(action.conversation_id)', {}],
		['action.arguments.n == 3 && action.arguments.n + 1 > 3 && action.arguments.n in [1, 2, 3]', { arguments: { n: 3 } }],
		[
			'action.arguments.list.exists(x, x.sku == "a") && size(action.arguments.list) == 2',
			{ arguments: { list: [{ sku: 'b' }, { sku: 'a' }] } },
		],
		['action.arguments.?missing.orValue("none") == "none"', {}],
		['action.context.country in ["de", "fr"]', { context: { country: 'fr' } }],
		['"legal_matter" in action.signals', { reasoning: 'my lawyer' }],
		['action.operation.matches("^p[a-z]+$")', {}],
		['now == timestamp("2026-09-01T12:00:00Z") && now.getHours() == 12', {}],
		['timestamp(action.context.created) < now - duration("24h")', { context: { created: '2026-08-01T00:00:00Z' } }],
	])('%s', (when, proposal) => {
		expect(matches(when, proposal)).toBe(true);
	});

	it.each([
		['facts.agent_rejections_in_a_row == 1 && facts.refusals == 0', { agentRejectionsInARow: 1 }],
		['facts.user_confidences_1h.all(c, c < 0.5)', { userConfidences1h: [0.1, 0.2] }],
		['has(facts.repeat_of)', { repeatOf: 'act_0000000000000000000000000' }],
		['facts.user_approvals_24h >= 1', { userApprovals24h: 1 }],
		['facts.windows["daily"].count > 3 && facts.windows["daily"].sum == 12.5', { windows: { daily: { count: 4, sum: 1250 } } }],
	])('%s', (when, facts) => {
		expect(matches(when, {}, facts)).toBe(true);
	});

	it('sees nothing that objects inherit', () => {
		for (const name of ['constructor', 'toString', '__proto__']) expect(matches(`has(action.arguments.${name})`)).toBe(false);
	});

	it('sees no amount where a part of it cannot be converted', () => {
		expect(matches('has(action.amount)', { amount: { value: 5, currency: 'SEK' } })).toBe(false);
	});
});

describe('the allow-list', () => {
	const allow = { id: 'allow', when: 'true', operations: ['pay'], route: 'auto' };
	const both = policyWith({ rules: [allow] });

	it('takes the place of the thresholds', () => {
		expect(judged(both, { confidence: 0 })).toMatchObject({ route: 'auto', reasons: [{ rule: 'rule.allow', route: 'auto' }] });
	});

	it.each([
		['an amount', { amount: usd(501) }, {}, 'approval'],
		['a check', { amount: usd(5), referenceAmount: usd(4) }, {}, 'approval'],
		['a signal', { signals: ['legal_matter'] }, {}, 'escalation'],
		['rejections', {}, { agentRejectionsInARow: 2 }, 'escalation'],
		['low confidences', {}, { userConfidences1h: [0, 0, 0] }, 'escalation'],
		['a window', { amount: usd(499) }, { windows: { 'near.above_500': { count: 3, sum: 1 } } }, 'escalation'],
	])('loosens nothing of %s', (...[, proposal, facts, route]) => {
		expect(judged(both, { confidence: 0, ...proposal }, facts).route).toBe(route);
	});

	it('loosens no other rule, and the stricter of two counts', () => {
		const rules = [
			allow,
			{ ...allow, id: 'report', route: 'notify' },
			{ ...allow, id: 'ask', when: 'action.amount > 5', route: 'approval' },
		];
		expect(judged(policyWith({ rules }), { amount: usd(6), confidence: 0 }).route).toBe('approval');
		expect(judged(policyWith({ rules }), { amount: usd(5), confidence: 0 }).route).toBe('notify');
	});

	it('loosens neither the least of an operation nor an unknown one', () => {
		const operations = { pay: { risk_class: 'financial', amount: 'optional', at_least: 'approval' } };
		expect(judged(policyWith({ operations, rules: [allow] })).route).toBe('approval');
		expect(judged(policyWith({ rules: [{ id: 'all', when: 'true', route: 'auto' }] }), { operation: 'zzz' })).toMatchObject({
			route: 'approval',
		});
	});

	it('can be overridden by an operation of its own mode', () => {
		const operations = {
			pay: { risk_class: 'financial', amount: 'optional', mode: 'confidence' },
			note: { risk_class: 'low_risk_write' },
		};
		const policy = policyWith({ operations, mode: 'rules', rules: [{ id: 'all', when: 'true', route: 'auto' }] });
		expect(rulesOf(judged(policy, { confidence: 0.9 }))).toEqual(['threshold.financial']);
		expect(rulesOf(judged(policy, { operation: 'note', confidence: 0.9 }))).toEqual(['rule.all']);
	});
});

/** Checks: their routes, their switches, and words of the agent inside a reason. */
import { describe, expect, it } from 'vitest';
import { judged, policyWith, rulesOf, usd } from './given.ts';

describe('a check', () => {
	const over = { amount: usd(5), referenceAmount: usd(4) };

	it.each([
		[{}, 'approval'],
		[{ checks: { over_reference: 'escalation' } }, 'escalation'],
		[{ checks: { over_reference: 'block' } }, 'block'],
		[{ checks: { over_reference: 'off' } }, 'auto'],
	])('has the route that the policy gives it: %j', (fields, route) => {
		expect(judged(policyWith(fields), over).route).toBe(route);
	});

	it('has the route that the operation gives it before that of the policy', () => {
		const operations = {
			pay: { risk_class: 'financial', checks: { over_reference: 'off' } },
			note: { risk_class: 'low_risk_write' },
		};
		const policy = policyWith({ operations, checks: { over_reference: 'block' } });
		expect(judged(policy, over).route).toBe('auto');
		expect(judged(policy, { ...over, operation: 'note' }).route).toBe('block');
	});

	it.each([
		['required', {}, 'approval'],
		['required', { amount: usd(1) }, 'auto'],
		['forbidden', { amount: usd(1) }, 'approval'],
		['forbidden', {}, 'auto'],
		['optional', {}, 'auto'],
	])('of an amount that is %s: %j -> %s', (amount, proposal, route) => {
		expect(judged(policyWith({ operations: { pay: { risk_class: 'financial', amount } } }), proposal).route).toBe(route);
	});

	it('needs an amount for financial operations unless told otherwise', () => {
		expect(rulesOf(judged(policyWith({ operations: { pay: { risk_class: 'financial' } } })))).toContain('check.amount_missing');
	});

	it('of arguments names the fields that are wrong, and shows an agent no more than a line of its own words', () => {
		const operations = {
			pay: {
				risk_class: 'financial',
				amount: 'optional',
				arguments: {
					type: 'object',
					properties: { id: { type: 'string', pattern: '^[a-z]{3}$' }, list: { type: 'array', items: { type: 'integer' } } },
					required: ['id'],
					additionalProperties: false,
				},
			},
		};
		const policy = policyWith({ operations });
		const text = (given: Record<string, unknown>) => judged(policy, { arguments: given }).reasons[0]?.text.en;
		expect(judged(policy, { arguments: { id: 'abc', list: [1] } }).route).toBe('auto');
		expect(text({ id: 'ABC', list: [1, 'x'] })).toBe('the arguments do not fit the schema: id, list.1');
		expect(text({})).toBe('the arguments do not fit the schema: id');
		expect(text({ id: 'abc', [`x\n${'y'.repeat(300)}`]: 1 })).toMatch(/^the arguments do not fit the schema: x yyy.{1,60}…$/);
	});

	it.each([1, '1', true, [], { n: 0 }])('counts prior_refusals %j against the action', (told) => {
		expect(rulesOf(judged(policyWith(), { context: { prior_refusals: told } }))).toContain('check.prior_refusal');
	});

	it.each([0, null, false])('does not count prior_refusals %j', (told) => {
		expect(judged(policyWith(), { context: { prior_refusals: told } }).route).toBe('auto');
	});
});

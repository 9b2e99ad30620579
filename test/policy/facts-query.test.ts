/** What is asked of the past: only what the policy reads, under keys that tell things apart. */
import { describe, expect, it } from 'vitest';
import { factsQuery } from '../../src/policy/facts-query.ts';
import { policyWith, proposalWith, usd } from './given.ts';

const plain = policyWith();
const queried = (fields: Record<string, unknown> = {}, policy = plain) => factsQuery(policy, proposalWith(fields));

describe('a query', () => {
	it('asks about the agent, the user and the confidence', () => {
		expect(queried({ confidence: 0.7 })).toMatchObject({
			tenant: 'default',
			agent: 'bot',
			user: 'u-1',
			confidence: 0.7,
			windows: [],
			repeatWindowMs: 86_400_000,
		});
		expect(factsQuery(plain, { ...proposalWith(), confidence: Number.NaN }).confidence).toBe(0);
	});

	it('has one key for identical actions of a conversation, and another for each thing that differs', () => {
		const base = { conversationId: 'c', arguments: { a: 1, b: 2 }, amount: usd(5), payee: 'p' };
		const { repeatKey } = queried(base);
		expect(
			queried({ ...base, arguments: { b: 2, a: 1 }, idempotencyKey: 'other', reasoning: 'again', confidence: 0.1 }).repeatKey,
		).toBe(repeatKey);
		for (const other of [
			{ conversationId: 'd' },
			{ arguments: { a: 1 } },
			{ amount: usd(6) },
			{ payee: 'q' },
			{ operation: 'note' },
			{ agent: 'x' },
		]) {
			expect(queried({ ...base, ...other }).repeatKey).not.toBe(repeatKey);
		}
	});

	it('does not take unlike things for repeats: no conversation, no user, no arguments, no key', () => {
		expect(queried({ user: undefined }).repeatKey).toBeNull();
		expect(queried({ user: undefined, arguments: { order: 1 } }).repeatKey).not.toBeNull();
		expect(queried().repeatKey).not.toBeNull();
	});

	it('leaves out what no check reads', () => {
		expect(queried({ operation: 'look', conversationId: 'c' })).toMatchObject({ repeatKey: null, refusalKey: null });
		expect(queried({ conversationId: 'c' }).refusalKey).toBe('conversation=c');
		const off = policyWith({ checks: { repeat: 'off', prior_refusal: 'off' } });
		expect(queried({ conversationId: 'c' }, off)).toMatchObject({ repeatKey: null, refusalKey: null });
	});

	it('counts in every limit of the operation, in minor units of the base, per combination', () => {
		const limits = [
			{ id: 'a', per: ['user', 'operation'], window: '1h', max_sum: 50 },
			{ id: 'b', per: ['payee'], window: '24h', max_count: 5 },
			{ id: 'c', per: [], window: '24h', max_count: 5 },
			{ id: 'd', operations: ['note'], window: '24h', max_count: 5 },
			{ id: 'e', risk_classes: ['read_only'], window: '24h', max_count: 5 },
		];
		const policy = policyWith({ limits, rates: { as_of: '2026-08-01', to_base: { EUR: '1.17' } } });
		expect(queried({ amount: { value: '9.99', currency: 'EUR' }, user: 'u|1=2' }, policy).windows).toEqual([
			{ limit: 'a', key: 'user=u%7C1%3D2|operation=pay', windowMs: 3_600_000, amount: 1169 },
			{ limit: 'b', key: 'payee=', windowMs: 86_400_000, amount: 1169 },
			{ limit: 'c', key: '', windowMs: 86_400_000, amount: 1169 },
		]);
	});

	it('counts an amount near a limit, and only then', () => {
		const windows = (value: string) => queried({ amount: usd(value) }).windows.map(({ limit }) => limit);
		expect(windows('449.99')).toEqual([]);
		expect(windows('450.00')).toEqual(['near.above_500']);
		expect(windows('500.00')).toEqual(['near.above_500']);
		expect(windows('500.01')).toEqual([]);
		expect(windows('4999.00')).toEqual(['near.above_5000']);
	});
});

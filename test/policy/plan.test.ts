/** Plans: who is asked, when and how, chosen by route, operation and amount. */
import { describe, expect, it } from 'vitest';
import { casePlan, sooner } from '../../src/policy/plan.ts';
import { digestReaders, reviewerOf } from '../../src/policy/reviewers.ts';
import { judged, now, policyWith, proposalWith, usd } from './given.ts';

const minute = 60_000;
const people = { groups: { support: ['ana', 'kim'], leads: ['wei'] }, on_call: 'leads' };

describe('the shipped plan', () => {
	const policy = policyWith({ ...people, plans: [{ route: 'approval', ask: ['support'], next: ['leads'] }] });

	it('asks by email at once, reminds by SMS at a third, asks the next group at two thirds, and ends after 30 minutes', () => {
		expect(judged(policy, { confidence: 0.9 }).plan).toMatchObject({
			reviewers: ['ana', 'kim', 'wei'],
			quorum: 1,
			tiers: [
				{ afterMs: 0, to: ['ana', 'kim'], channels: ['email'] },
				{ afterMs: 10 * minute, to: ['ana', 'kim'], channels: ['sms'] },
				{ afterMs: 20 * minute, to: ['wei'], channels: ['email', 'sms'], urgent: true },
			],
			deadlineMs: 30 * minute,
			fallback: { handler: null, maxAttempts: 3 },
		});
	});

	it('adds an SMS at once above 1000', () => {
		expect(judged(policy, { amount: usd('1000.00') }).plan?.tiers[0]?.channels).toEqual(['email']);
		expect(judged(policy, { amount: usd('1000.01') }).plan?.tiers[0]?.channels).toEqual(['email', 'sms']);
	});

	it('treats money that cannot be compared as urgent', () => {
		expect(judged(policy, { amount: { value: 1, currency: 'SEK' } }).plan?.tiers[0]?.channels).toEqual(['email', 'sms']);
	});

	it('pages the people on call for a case, then everyone', () => {
		const { plan, priority } = judged(policy, { confidence: 0 });
		expect(priority).toBe('normal');
		expect(plan?.deadlineMs).toBe(240 * minute);
		expect(plan?.tiers.map(({ afterMs, to, channels }) => [afterMs, to, channels])).toEqual([
			[0, ['wei'], ['email', 'sms']],
			[80 * minute, ['wei'], ['sms']],
			[160 * minute, ['ana', 'wei', 'kim'], ['email', 'sms']],
		]);
		expect(casePlan(policy, proposalWith())).toEqual(plan);
	});

	it('leaves out steps that would reach nobody', () => {
		const mailOnly = policyWith({ reviewers: { kim: { name: 'Kim', email: 'kim@example.com' } } });
		expect(judged(mailOnly, { confidence: 0.9 }).plan?.tiers.map(({ afterMs, channels }) => [afterMs, channels])).toEqual([
			[0, ['email']],
			[20 * minute, ['email']],
		]);
	});

	it('asks nobody who is not active', () => {
		const away = policyWith({
			reviewers: {
				ana: { name: 'Ana', email: 'ana@example.com' },
				kim: { name: 'Kim', email: 'kim@example.com', active: false },
			},
		});
		expect(judged(away, { confidence: 0.9 }).plan?.reviewers).toEqual(['ana']);
	});
});

describe('a choice of plans', () => {
	const plan = (fields: Record<string, unknown>, ask: string) => ({ route: 'approval', ask: [ask], ...fields });
	const plans = [
		plan({}, 'ana'),
		plan({ above: 1000, quorum: 2, ask: ['ana', 'wei'] }, 'wei'),
		plan({ above: 2000 }, 'wei'),
		plan({ operations: ['change'] }, 'kim'),
	];
	const firstAsked = (order: typeof plans, proposal: Record<string, unknown>) =>
		judged(policyWith({ plans: order }), proposal).plan?.tiers[0]?.to;

	it.each([
		['the general one', { amount: usd(600) }, ['ana']],
		['the one for that much', { amount: usd(1001) }, ['ana', 'wei']],
		['the one for the highest amount that fits', { amount: usd(2001) }, ['wei']],
		['the one that names the operation', { operation: 'change', amount: usd(2001) }, ['kim']],
	])('takes %s, whatever their order', (_name, proposal, asked) => {
		expect(firstAsked(plans, proposal)).toEqual(asked);
		expect(firstAsked([...plans].reverse(), proposal)).toEqual(asked);
	});

	it('takes whole schedules as they are, in the order of time', () => {
		const tiers = [
			{ after: '5m', to: ['leads'], channels: ['sms'] },
			{ after: '0s', to: ['support', 'wei'], channels: ['email', 'inbox'] },
		];
		const verdict = judged(policyWith({ ...people, plans: [{ route: 'approval', deadline: '1h30m', quorum: 2, tiers }] }), {
			confidence: 0.9,
		});
		expect(verdict.plan).toMatchObject({
			quorum: 2,
			deadlineMs: 90 * minute,
			reviewers: ['ana', 'kim', 'wei'],
			tiers: [
				{ afterMs: 0, to: ['ana', 'kim', 'wei'], channels: ['email', 'inbox'] },
				{ afterMs: 5 * minute, to: ['wei'], channels: ['sms'] },
			],
		});
	});
});

describe('a deadline of the proposal', () => {
	const plan = judged(policyWith(), { confidence: 0.9 }).plan;
	if (plan === null) throw new Error('an approval has a plan');

	it('shortens the plan, and drops the steps after it', () => {
		const short = sooner(plan, now + 15 * minute, now);
		expect(short.deadlineMs).toBe(15 * minute);
		expect(short.tiers.map(({ afterMs }) => afterMs)).toEqual([0, 10 * minute]);
	});

	it('never lengthens it', () => {
		expect(sooner(plan, now + 60 * minute, now)).toBe(plan);
		expect(sooner(plan, undefined, now)).toBe(plan);
		expect(sooner(plan, Number.NaN, now)).toBe(plan);
	});

	it('that has passed leaves the least time there is', () => {
		expect(sooner(plan, now - 1, now).deadlineMs).toBe(1);
	});
});

describe('the people of a policy', () => {
	const policy = policyWith({ ...people, notify_digest: { to: ['support'], every: '15m', channels: ['email', 'sms'] } });

	it('are known by id, and by nothing that objects inherit', () => {
		expect(reviewerOf(policy, 'wei')).toMatchObject({ name: 'Wei', language: 'zh-CN', timeZone: 'UTC' });
		expect(reviewerOf(policy, 'nobody')).toBeNull();
		expect(reviewerOf(policy, 'constructor')).toBeNull();
	});

	it('read the digest of what ran by the channels that reach them', () => {
		expect(digestReaders(policy)).toEqual([
			{ reviewer: 'ana', channel: 'email' },
			{ reviewer: 'ana', channel: 'sms' },
			{ reviewer: 'kim', channel: 'email' },
		]);
		expect(policy.document.notify_digest).toMatchObject({ every: 15 * minute });
	});
});

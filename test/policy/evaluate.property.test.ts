/** What holds for every policy, proposal and past: stricter conditions never loosen, and nothing fails open. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Proposal } from '../../src/domain/action.ts';
import type { Facts } from '../../src/domain/facts.ts';
import { type Route, routes } from '../../src/domain/verdict.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import { factsQuery } from '../../src/policy/facts-query.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { now, policyWith, proposalWith, rulesOf } from './given.ts';

const rank = (route: Route): number => routes.indexOf(route);

const money = fc.record({
	value: fc.bigInt(-(10n ** 12n), 10n ** 12n).map((minor) => `${minor < 0n ? '-' : ''}${(minor < 0n ? -minor : minor) / 100n}`),
	currency: fc.constantFrom('USD', 'EUR', 'JPY', 'BHD', 'SEK'),
});
const fieldsOf = fc.record(
	{
		operation: fc.constantFrom('look', 'note', 'change', 'pay', 'anything'),
		confidence: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.5, 0.7, 0.8, 0.85, 0.95, 0.99, 1)),
		amount: money,
		referenceAmount: money,
		quotedAmount: money,
		user: fc.constantFrom('u-1', 'u|2=3'),
		payee: fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom('a', '|', '=', '%', '人') }),
		signals: fc.array(fc.constantFrom('legal_matter', 'asks_for_person', 'sensitive_data', 'weather'), { maxLength: 3 }),
		reasoning: fc.oneof(fc.string({ maxLength: 60 }), fc.constantFrom('my lawyer', '4111 1111 1111 1111', '转人工')),
		arguments: fc.dictionary(
			fc.constantFrom('a', 'amount', 'list'),
			fc.oneof(fc.string({ maxLength: 5 }), fc.integer(), fc.constant(null), fc.array(fc.integer(), { maxLength: 3 })),
		),
		context: fc.dictionary(
			fc.constantFrom('prior_refusals', 'x'),
			fc.oneof(fc.integer(), fc.string({ maxLength: 3 }), fc.boolean()),
		),
	},
	{ requiredKeys: ['operation'] },
);
const proposals = fieldsOf.map((fields): Proposal => {
	const proposal = proposalWith(fields);
	return 'confidence' in fields ? proposal : ((({ confidence: _, ...rest }) => rest)(proposal) as Proposal);
});

const anyNumber = fc.oneof(fc.nat(5), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1));
const pasts: fc.Arbitrary<Facts> = fc.record({
	now: fc.constant(now),
	agentRejectionsInARow: fc.nat(3),
	userApprovals24h: fc.nat(3),
	userConfidences1h: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
	repeatOf: fc.option(fc.constant('act_0000000000000000000000000')),
	refusals: fc.nat(2),
	windows: fc.dictionary(fc.constantFrom('daily', 'near.above_500'), fc.record({ count: fc.nat(10), sum: fc.nat(100_000) })),
});

const policies: readonly Policy[] = [
	policyWith(),
	policyWith({ mode: 'rules', otherwise: 'auto', rules: [{ id: 'notes', operations: ['note'], when: 'true', route: 'notify' }] }),
	policyWith({ mode: 'confidence', amounts: [], near_limit: false }),
	policyWith({
		currency: 'CNY',
		rates: { as_of: '2026-08-01', max_age: '90d', to_base: { USD: '7.1', EUR: '8.3', JPY: '0.048' } },
		limits: [{ id: 'daily', per: ['user', 'payee'], window: '24h', max_sum: '900', max_count: 5, route: 'escalation' }],
		rules: [
			{ id: 'small', operations: ['pay'], when: 'has(action.amount) && action.amount < 100', route: 'auto' },
			{ id: 'fails', operations: ['change'], when: 'action.arguments.a == "x" && action.amount > 3', route: 'approval' },
			{ id: 'signals', when: '"weather" in action.signals || facts.refusals > 1', route: 'approval' },
		],
	}),
];
const anyPolicy = fc.constantFrom(...policies);
const runs = { numRuns: 400 };

describe('every verdict', () => {
	it('is the same for the same arguments, and names its policy', () => {
		fc.assert(
			fc.property(proposals, pasts, anyPolicy, (proposal, facts, policy) => {
				const verdict = evaluate(proposal, facts, policy, now);
				expect(evaluate(structuredClone(proposal), structuredClone(facts), policy, now)).toEqual(verdict);
				expect(verdict.policyDigest).toBe(policy.digest);
			}),
			runs,
		);
	});

	it('has a reason for its route, no laxer route than any reason, a plan exactly where people are asked', () => {
		fc.assert(
			fc.property(proposals, pasts, anyPolicy, (proposal, facts, policy) => {
				const { route, reasons, plan } = evaluate(proposal, facts, policy, now);
				expect(reasons[0]?.route).toBe(route);
				expect([...reasons].sort((a, b) => rank(b.route) - rank(a.route))).toEqual(reasons);
				expect(plan !== null).toBe(route === 'approval' || route === 'escalation');
				expect(plan?.reviewers.length).not.toBe(0);
			}),
			runs,
		);
	});

	it('fits into a stored record: short texts in two languages', () => {
		fc.assert(
			fc.property(proposals, pasts, anyPolicy, (proposal, facts, policy) => {
				const verdict = evaluate(proposal, facts, policy, now);
				for (const { text } of verdict.reasons) {
					expect(text.en.length).toBeLessThanOrEqual(110);
					expect(text['zh-CN']).not.toBe('');
				}
				expect(JSON.stringify(verdict.reasons).length).toBeLessThan(2500);
			}),
			runs,
		);
	});

	it('never fails, whatever the facts hold (INVARIANT I6)', () => {
		const broken = fc.record({
			now: fc.constant(now),
			agentRejectionsInARow: anyNumber,
			userApprovals24h: anyNumber,
			userConfidences1h: fc.oneof(fc.array(anyNumber), fc.constant(null as never)),
			repeatOf: fc.constantFrom(null, '', undefined as never),
			refusals: anyNumber,
			windows: fc.constantFrom({}, null as never, { daily: { count: Number.NaN, sum: Number.NaN } }),
		});
		fc.assert(
			fc.property(proposals, broken, anyPolicy, (proposal, facts, policy) => {
				expect(routes).toContain(evaluate(proposal, facts as Facts, policy, now).route);
			}),
			runs,
		);
	});

	it.each(['agentRejectionsInARow', 'refusals'] as const)('counts a %s that is no number against the action', (fact) => {
		fc.assert(
			fc.property(proposals, pasts, (proposal, facts) => {
				const { route } = evaluate(
					{ ...proposal, operation: 'pay' },
					{ ...facts, [fact]: Number.NaN },
					policies[0] as Policy,
					now,
				);
				expect(rank(route)).toBeGreaterThanOrEqual(rank('approval'));
			}),
			{ numRuns: 100 },
		);
	});
});

describe('confidence', () => {
	const other = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0.2, 0.5, 0.8, 0.95, 0.99, 1));

	it('never makes a route stricter by rising', () => {
		fc.assert(
			fc.property(proposals, pasts, fc.tuple(anyPolicy, other), (proposal, facts, [policy, raised]) => {
				fc.pre(raised >= (proposal.confidence ?? 0));
				const before = evaluate(proposal, facts, policy, now);
				const after = evaluate({ ...proposal, confidence: raised }, facts, policy, now);
				expect(rank(after.route)).toBeLessThanOrEqual(rank(before.route));
			}),
			runs,
		);
	});

	it('counts as 0 where it is missing or no number from 0 to 1, and then never runs by itself where it is asked', () => {
		for (const confidence of [undefined, null, Number.NaN, -1, 1.5, '0.99', Number.POSITIVE_INFINITY] as never[]) {
			const verdict = evaluate({ ...proposalWith(), confidence }, { ...noPast }, policies[0] as Policy, now);
			expect(verdict).toMatchObject({ route: 'escalation', confidence: 0, reportedConfidence: null });
		}
	});

	it('that is broken asks even where an allow-list would let the action run', () => {
		const policy = policyWith({ mode: 'rules', otherwise: 'auto' });
		const verdict = evaluate({ ...proposalWith(), confidence: Number.NaN }, { ...noPast }, policy, now);
		expect(verdict.route).toBe('approval');
		expect(rulesOf(verdict)).toContain('confidence.invalid');
	});
});

const noPast: Facts = {
	now,
	agentRejectionsInARow: 0,
	userApprovals24h: 0,
	userConfidences1h: [],
	repeatOf: null,
	refusals: 0,
	windows: {},
};

describe('adding what is strict', () => {
	const strict = ['approval', 'escalation', 'block'] as const;
	const conditions = [
		'true',
		'action.amount > 10',
		'!action.known',
		'action.arguments.a == 1',
		'facts.refusals > 0',
		'now.getHours() > 3',
	];
	const plain = policies[0] as Policy;
	const stricterPolicies = [
		...strict.flatMap((route) =>
			conditions.map((when) =>
				policyWith({ rules: [{ id: 'added', when, operations: ['pay', 'note', 'change', 'look'], route }] }),
			),
		),
		policyWith({ limits: [{ id: 'daily', window: '24h', max_count: 3 }] }),
		policyWith({ signals: { weather: { route: 'approval' } } }),
		policyWith({ unknown_operation: 'escalation' }),
		policyWith({ checks: { over_reference: 'block', repeat: 'escalation' } }),
		policyWith({
			amounts: [
				{ above: 500, route: 'approval' },
				{ above: 5000, route: 'escalation' },
				{ above: 20, route: 'approval' },
			],
		}),
	];

	it('never makes a route laxer: a hard rule, a limit, a check, an amount', () => {
		fc.assert(
			fc.property(proposals, pasts, fc.constantFrom(...stricterPolicies), (proposal, facts, policy) => {
				expect(rank(evaluate(proposal, facts, policy, now).route)).toBeGreaterThanOrEqual(
					rank(evaluate(proposal, facts, plain, now).route),
				);
			}),
			{ numRuns: 1000 },
		);
	});

	it('never makes a route laxer: a signal', () => {
		fc.assert(
			fc.property(
				proposals,
				pasts,
				fc.tuple(anyPolicy, fc.constantFrom('legal_matter', 'asks_for_person', 'sensitive_data')),
				(proposal, facts, [policy, signal]) => {
					const more = evaluate({ ...proposal, signals: [...proposal.signals, signal] }, facts, policy, now);
					expect(rank(more.route)).toBeGreaterThanOrEqual(rank(evaluate(proposal, facts, policy, now).route));
				},
			),
			runs,
		);
	});

	it('never makes a route laxer: a worse past', () => {
		fc.assert(
			fc.property(proposals, pasts, anyPolicy, (proposal, facts, policy) => {
				const worse = {
					...facts,
					agentRejectionsInARow: facts.agentRejectionsInARow + 1,
					userApprovals24h: facts.userApprovals24h + 1,
					refusals: facts.refusals + 1,
					repeatOf: 'act_0000000000000000000000000',
				};
				expect(rank(evaluate(proposal, worse, policy, now).route)).toBeGreaterThanOrEqual(
					rank(evaluate(proposal, facts, policy, now).route),
				);
			}),
			runs,
		);
	});
});

describe('a rule that fails', () => {
	const failing = [
		'action.arguments.missing == 1',
		'action.amount > 5',
		'action.arguments.a + 1 > 0',
		'action.context.x',
		'timestamp(action.reasoning) > now',
		'facts.windows["nothing"].count > 1',
		'int(action.reasoning) > 1',
	];
	const failingPolicies = failing.flatMap((when) =>
		routes.flatMap((route) =>
			(['both', 'rules'] as const).map((mode) =>
				policyWith({
					mode,
					otherwise: 'auto',
					rules: [{ id: 'fails', operations: ['pay', 'look', 'note', 'change'], when, route }],
				}),
			),
		),
	);

	it('never lets the action run, whatever its route', () => {
		fc.assert(
			fc.property(proposals, fc.constantFrom(...failingPolicies), (proposal, policy) => {
				const verdict = evaluate(proposal, noPast, policy, now);
				const failed = verdict.reasons.find(({ error }) => error !== undefined);
				fc.pre(failed !== undefined);
				expect(rank(verdict.route)).toBeGreaterThanOrEqual(rank('approval'));
			}),
			{ numRuns: 1000 },
		);
	});

	it('says what failed', () => {
		const policy = policyWith({
			rules: [{ id: 'fails', when: 'action.arguments.missing == 1', operations: ['pay'], route: 'notify' }],
		});
		const [reason] = evaluate(proposalWith(), noPast, policy, now).reasons;
		expect(reason).toMatchObject({ rule: 'rule.fails', route: 'approval', error: 'no such key: missing' });
	});

	it('hands over what it would have refused: a person sees a broken rule before a customer does', () => {
		const policy = policyWith({
			rules: [{ id: 'fails', when: 'action.arguments.missing == 1', operations: ['pay'], route: 'block' }],
		});
		expect(evaluate(proposalWith(), noPast, policy, now).route).toBe('escalation');
	});

	it('counts when it gives neither true nor false', () => {
		const policy = policyWith({ rules: [{ id: 'odd', when: 'action.context.x', operations: ['pay'], route: 'auto' }] });
		const verdict = evaluate(proposalWith({ context: { x: 'yes' } }), noPast, policy, now);
		expect(verdict.route).toBe('approval');
		expect(verdict.reasons[0]?.error).toBe('gives a string, not true or false');
	});
});

describe('the order in a document', () => {
	const rules = [
		{ id: 'a', when: 'has(action.amount) && action.amount > 30', route: 'approval' },
		{ id: 'b', when: 'action.operation == "note"', route: 'notify' },
		{ id: 'c', when: 'action.arguments.a == "x"', operations: ['change'], route: 'block' },
		{ id: 'd', when: 'facts.refusals > 0', route: 'escalation' },
		{ id: 'e', when: 'action.risk_class == "low_risk_write"', route: 'auto' },
	];
	const amounts = [
		{ above: 500, route: 'approval' },
		{ above: 5000, route: 'escalation' },
		{ above: 50, route: 'approval', operations: ['note'] },
		{ above: 9000, route: 'block', risk_classes: ['financial'] },
	];
	const ordered = policyWith({ rules, amounts });
	const shuffles = Array.from({ length: 12 }, (_, i) => {
		const turn = <T>(list: readonly T[]): T[] => {
			const turned = [...list.slice(i % list.length), ...list.slice(0, i % list.length)];
			return i % 2 === 0 ? turned : turned.reverse();
		};
		return policyWith({ rules: turn(rules), amounts: turn(amounts) });
	});

	it('never matters: neither of rules nor of amounts', () => {
		fc.assert(
			fc.property(proposals, pasts, fc.constantFrom(...shuffles), (proposal, facts, shuffled) => {
				const [one, other] = [evaluate(proposal, facts, ordered, now), evaluate(proposal, facts, shuffled, now)];
				expect(other.route).toBe(one.route);
				expect(rulesOf(other).sort()).toEqual(rulesOf(one).sort());
			}),
			runs,
		);
	});
});

describe('the facts asked for', () => {
	it('are the same for the same proposal, with windows that no field can be left out of', () => {
		fc.assert(
			fc.property(proposals, anyPolicy, (proposal, policy) => {
				const query = factsQuery(policy, proposal);
				expect(factsQuery(policy, structuredClone(proposal))).toEqual(query);
				for (const { key, amount } of query.windows) {
					expect(Number.isSafeInteger(amount) && amount >= 0).toBe(true);
					expect(key.split('|').every((part) => part.split('=').length === 2)).toBe(true);
				}
			}),
			runs,
		);
	});
});

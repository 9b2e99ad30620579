import { describe, expect, test } from 'vitest';
import type { Proposal } from '../../src/domain/action.ts';
import { parseProposal } from '../../src/domain/parse.ts';
import type { Route, Verdict } from '../../src/domain/verdict.ts';
import { lowerBound, upperBound } from '../../src/learning/bounds.ts';
import { type Judge, replayWith } from '../../src/learning/replay.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import { factsQuery } from '../../src/policy/facts-query.ts';
import { parsePolicy } from '../../src/policy/load.ts';

function proposalOf(idempotencyKey: string, change: object = {}): Proposal {
	const parsed = parseProposal({ version: 1, agent: 'bot', operation: 'refund', idempotencyKey, ...change });
	if (!parsed.ok) throw new Error(parsed.problem.message);
	return parsed.proposal;
}

/** A judge that routes by the operation's name. */
const byName: Judge = {
	factsQuery: ({ tenant, agent }) => ({
		tenant,
		agent,
		user: null,
		confidence: 0,
		repeatKey: null,
		repeatWindowMs: 0,
		refusalKey: null,
		windows: [],
	}),
	evaluate: (proposal) => ({ route: proposal.operation as Route }) as Verdict,
};

describe('counting', () => {
	test('what ran, what was held, and how much of each was wrong', () => {
		const replay = replayWith(byName);
		const rows: [Route, boolean | null, number][] = [
			['auto', true, 40],
			['auto', false, 2],
			['notify', true, 10],
			['notify', false, 1],
			['notify', null, 5],
			['approval', true, 7],
			['approval', false, 6],
			['escalation', false, 4],
			['escalation', null, 3],
			['block', true, 1],
		];
		let n = 0;
		for (const [route, label, count] of rows)
			for (let i = 0; i < count; i++) replay.next({ proposal: proposalOf(`k-${n++}`, { operation: route }), label, at: 0 });
		const { by, ...summary } = replay.summary();
		expect(by.operation.auto).toMatchObject({ actions: 42, executed: 42, wrongExecuted: 2, labelled: 42 });
		expect(by.day['1970-01-01']).toEqual(summary);
		expect(summary).toEqual({
			actions: 79,
			routes: { auto: 42, notify: 16, approval: 13, escalation: 7, block: 1 },
			executed: 58,
			wrongExecuted: 3,
			errorRate: 3 / 53,
			errorRateLower95: lowerBound(3, 53),
			errorRateUpper95: upperBound(3, 53),
			errorRateUpper95Clusters: upperBound(3, 53),
			wrongCaught: 10,
			goodHeld: 8,
			labelled: 71,
		});
	});

	test('without labels there is no rate, and no bound below one', () => {
		const replay = replayWith(byName);
		replay.next({ proposal: proposalOf('k', { operation: 'auto' }), label: null, at: 0 });
		expect(replay.summary()).toMatchObject({ executed: 1, errorRate: null, errorRateUpper95: 1, labelled: 0 });
	});

	test('the same action twice is one; another one under its key is told apart', () => {
		const replay = replayWith(byName);
		const next = (change: object) =>
			replay.next({ proposal: proposalOf('k', { operation: 'auto', ...change }), label: null, at: 0 });
		expect(next({}).repeated).toBe(false);
		expect(next({})).toMatchObject({ repeated: true, same: true });
		expect(next({ confidence: 1 })).toMatchObject({ repeated: true, same: false });
		expect(replay.summary().actions).toBe(1);
	});
});

describe('with a policy', () => {
	const read = parsePolicy(`
version: 1
title: { en: t, zh-CN: t }
currency: USD
operations:
  refund: { risk_class: low_risk_write, executor: { kind: claim } }
reviewers: { ana: { name: Ana, email: ana@example.com } }
groups: { desk: [ana] }
on_call: desk
plans:
  - { route: approval, ask: [desk], deadline: 30m }
  - { route: escalation, ask: [desk], deadline: 30m }
`);

	test('the past of the file counts: the third approval of one end user within a day is handed over', () => {
		if (!read.ok) throw new Error(JSON.stringify(read.problems));
		const { policy } = read;
		const replay = replayWith({
			factsQuery: (proposal) => factsQuery(policy, proposal),
			evaluate: (proposal, facts, now) => evaluate(proposal, facts, policy, now),
		});
		const day = 86_400_000;
		const routeAt = (key: string, at: number, user = 'u'): string => {
			const replayed = replay.next({ proposal: proposalOf(key, { user, confidence: 0.6, arguments: { key } }), label: null, at });
			return replayed.repeated ? 'repeated' : replayed.verdict.route;
		};
		expect([routeAt('a', 0), routeAt('b', 1), routeAt('c', 2), routeAt('d', 2, 'v')]).toEqual([
			'approval',
			'approval',
			'escalation',
			'approval',
		]);
		expect(routeAt('e', day + 2)).toBe('approval');
	});
});

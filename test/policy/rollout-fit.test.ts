/** What a candidate may change, and what a demotion does to a verdict. */
import { describe, expect, test } from 'vitest';
import { factsQuery } from '../../src/policy/facts-query.ts';
import { misfits } from '../../src/policy/rollout-fit.ts';
import { judged, policyWith, problemsWith, proposalWith, usd } from './given.ts';

const live = policyWith({ limits: [{ id: 'daily', window: '24h', max_count: 3 }] });

describe('a candidate', () => {
	test('may route otherwise', () => {
		const limits = [
			{ id: 'daily', window: '24h', max_count: 9 },
			{ id: 'weekly', window: '7d', max_count: 20 },
		];
		const candidate = policyWith({ limits, thresholds: { financial: { auto: 0.9, notify: 0.8, approval: 0.5 } }, title: 'next' });
		expect(misfits(live, candidate)).toEqual([]);
	});

	test('may not change people, money, channels or guards, nor count otherwise under one name', () => {
		const other = policyWith({
			reviewers: { ana: { name: 'Ana', email: 'ana@example.com' } },
			step_up_above: null,
			demotion: {},
			limits: [{ id: 'daily', window: '1h', max_count: 3 }],
		});
		expect(misfits(live, other).sort()).toEqual(['demotion', 'limits.daily', 'reviewers', 'step_up_above']);
	});

	test('has its windows counted beside those of the policy in force, each once', () => {
		const candidate = policyWith({
			limits: [
				{ id: 'daily', window: '24h', max_count: 9 },
				{ id: 'weekly', window: '7d', max_count: 20 },
			],
		});
		const query = factsQuery(live, proposalWith({ amount: usd('20') }), candidate);
		expect(query.windows.map(({ limit }) => limit)).toEqual(['daily', 'weekly']);
		expect(factsQuery(live, proposalWith()).windows.map(({ limit }) => limit)).toEqual(['daily']);
	});
});

test('a demotion asks whatever the confidence, and loosens nothing', () => {
	const why = { en: 'went wrong', 'zh-CN': '出错' };
	const demoted = { route: 'approval', at: 0, why } as const;
	expect(judged(live, { confidence: 1 }, { demoted })).toMatchObject({
		route: 'approval',
		reasons: [{ rule: 'demotion.pay', text: why }, {}],
	});
	expect(judged(live, { confidence: 0.1 }, { demoted }).route).toBe('escalation');
});

test('sections that make no sense are refused', () => {
	expect(problemsWith({ rollout: { stages: [0.5, 0.25] } })[0]).toContain('must grow from stage to stage');
	expect(problemsWith({ rollout: { stages: [] } })).toHaveLength(1);
	expect(problemsWith({ demotion: { to: 'auto' } })[0]).toContain('demotion.to');
	expect(policyWith({ demotion: {} }).warnings.map(({ path }) => path)).toContain('demotion');
});

import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noFacts } from '../../src/domain/facts.ts';
import { parseProposal } from '../../src/domain/parse.ts';
import { routes } from '../../src/domain/verdict.ts';
import { fitConfidence } from '../../src/learning/confidence-fit.ts';
import { clustersToRaise, parseConfidenceMap, sealMap } from '../../src/learning/confidence-map.ts';
import { allRows, History, type Observation } from '../../src/learning/history.ts';
import { checkMap } from '../../src/learning/map-check.ts';
import { reliabilityOf } from '../../src/learning/reliability.ts';
import { chance } from '../../src/learning/shuffle.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import { parsePolicy } from '../../src/policy/load.ts';
import type { Policy } from '../../src/policy/policy.ts';

const observation: fc.Arbitrary<Observation> = fc.record({
	agent: fc.constantFrom('a', 'b', 'c'),
	operation: fc.constantFrom('refund', 'reply'),
	cluster: fc.nat(30).map((n) => `c${n}`),
	confidence: fc.double({ min: 0, max: 1, noNaN: true }),
	right: fc.boolean(),
	weight: fc.constantFrom(1, 1, 3),
});
const history = fc.array(observation, { minLength: 1, maxLength: 200 }).map((given) => {
	const made = new History();
	for (const each of given) made.add(each);
	return made;
});
const sealed = (from: History, tenant: string | null = null) =>
	sealMap(fitConfidence(from, allRows(from)), { tenant, rows: from.length, clusters: from.clusters.count });
function mapOf(from: History) {
	const read = parseConfidenceMap(JSON.parse(JSON.stringify(sealed(from))));
	if (!read.ok) throw new Error(read.message);
	return read.map;
}
const reporter = fc.record({
	tenant: fc.constant('default'),
	agent: fc.constantFrom('a', 'b', 'stranger'),
	operation: fc.constantFrom('refund', 'reply', 'unheard_of'),
});

const policyWith = (more = ''): Policy => {
	const read = parsePolicy(`
version: 1
currency: USD
${more}
operations:
  refund: { risk_class: low_risk_write, executor: { kind: claim } }
  reply: { risk_class: read_only, executor: { kind: claim } }
reviewers: { ana: { name: Ana, email: ana@example.com } }
plans:
  - { route: approval, ask: [ana], deadline: 30m }
  - { route: escalation, ask: [ana], deadline: 30m }
`);
	if (!read.ok) throw new Error(JSON.stringify(read.problems));
	return read.policy;
};
const judged = (policy: Policy, change: object) => {
	const read = parseProposal({ version: 1, agent: 'a', operation: 'refund', idempotencyKey: 'k', ...change });
	if (!read.ok) throw new Error(read.problem.message);
	return evaluate(read.proposal, noFacts(0), policy, 0);
};
const named = (digest: string) => `confidence_map: { file: map.json, digest: ${digest} }`;

describe('a map', () => {
	test('gives more for more, and nothing outside 0 to 1', () => {
		fc.assert(
			fc.property(
				history,
				reporter,
				fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2 }),
				(from, who, reports) => {
					const map = mapOf(from);
					const worth = reports.toSorted((a, b) => a - b).map((report) => map.effective(who, report) ?? -1);
					expect(worth).toEqual(worth.toSorted((a, b) => a - b));
					expect(Math.min(...worth)).toBeGreaterThanOrEqual(0);
					expect(Math.max(...worth)).toBeLessThanOrEqual(1);
				},
			),
		);
	});

	test('through policy: raising the reported confidence never makes the route stricter', () => {
		const base = policyWith();
		fc.assert(
			fc.property(
				history,
				reporter,
				fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1000 })),
				(from, who, pair) => {
					const map = mapOf(from);
					const policy: Policy = {
						...base,
						document: { ...base.document, confidence_map: { file: 'map.json', digest: map.digest } },
						confidenceMap: map,
					};
					const [low, high] = pair.toSorted((a, b) => a - b).map((n) => judged(policy, { ...who, confidence: n / 1000 }));
					expect(routes.indexOf(high?.route ?? 'block')).toBeLessThanOrEqual(routes.indexOf(low?.route ?? 'auto'));
				},
			),
		);
	});

	test('a rejection never raises what its agent’s operation is worth at or below it', () => {
		fc.assert(
			fc.property(history, fc.nat(), (from, pick) => {
				const place = pick % from.length;
				const agent = from.agents.list[from.agent[place] ?? 0] ?? '';
				const operation = from.operations.list[from.operation[place] ?? 0] ?? '';
				const reported = (from.step[place] ?? 0) / 10_000;
				const who = { tenant: 'default', agent, operation };
				const before = mapOf(from).effective(who, reported) ?? 0;
				from.right[place] = 0;
				expect(mapOf(from).effective(who, reported) ?? 1).toBeLessThanOrEqual(before + 1e-9);
			}),
			{ numRuns: 300 },
		);
	});

	test('a name that nobody knows gains nothing', () => {
		const from = new History();
		for (let i = 0; i < 400; i++)
			from.add({
				agent: i < 390 ? 'known' : 'new',
				operation: 'refund',
				cluster: i < 390 ? `c${i}` : 'one',
				confidence: 0.3,
				right: true,
			});
		const map = mapOf(from);
		const worth = (agent: string) => map.effective({ tenant: 'default', agent, operation: 'refund' }, 0.3) ?? 0;
		expect(worth('known')).toBeGreaterThan(0.95);
		expect(worth('stranger')).toBe(0.3);
		// Ten rows of one conversation are one cluster.
		expect(clustersToRaise).toBeGreaterThan(1);
		expect(worth('new')).toBe(0.3);
	});

	test('an overconfident agent is brought down, thin evidence stays near the others', () => {
		const random = chance(5);
		const from = new History();
		const add = (agent: string, cluster: number, rate: number) =>
			from.add({ agent, operation: 'refund', cluster: `${agent}${cluster}`, confidence: 0.95, right: random() < rate });
		for (let i = 0; i < 500; i++) add('good', i, 0.95);
		for (let i = 0; i < 500; i++) add('boastful', i, 0.5);
		for (let i = 0; i < 3; i++) add('thin', i, 1);
		const map = mapOf(from);
		const worth = (agent: string) => map.effective({ tenant: 'default', agent, operation: 'refund' }, 0.95) ?? 0;
		expect(worth('good')).toBeGreaterThan(0.9);
		expect(worth('boastful')).toBeLessThan(0.6);
		expect(worth('thin')).toBeLessThan(0.9);
		const { before, after } = checkMap(from, allRows(from));
		expect(after.ece).toBeLessThan(0.05);
		expect(after.ece).toBeLessThan(before.ece);
		expect(after.brier).toBeLessThan(before.brier);
	});
});

describe('the file', () => {
	const from = new History();
	from.add({ agent: 'a', operation: 'refund', cluster: 'c', confidence: 0.9, right: true });
	from.add({ agent: 'a', operation: 'refund', cluster: 'd', confidence: 0.5, right: false });
	const good = sealed(from);

	test('is refused where it was changed, has another version, or says what a map cannot', () => {
		expect(parseConfidenceMap(good)).toMatchObject({ ok: true, map: { digest: good.digest } });
		const { digest: _, ...content } = good;
		const resealed = (change: object) => parseConfidenceMap(sealAnew({ ...content, ...change }));
		expect(parseConfidenceMap({ ...good, all: good.all.map(() => 1) })).toMatchObject({
			ok: false,
			message: expect.stringContaining('was changed'),
		});
		expect(parseConfidenceMap({ ...good, version: 2 })).toMatchObject({ ok: false, message: expect.stringContaining('version') });
		expect(parseConfidenceMap({ ...good, extra: 1 })).toMatchObject({ ok: false });
		expect(parseConfidenceMap(null)).toMatchObject({ ok: false });
		expect(resealed({ all: good.all.toReversed() })).toMatchObject({ ok: false, message: expect.stringContaining('falls') });
		expect(resealed({ all: [0.5] })).toMatchObject({ ok: false, message: expect.stringContaining('does not fit') });
		expect(resealed({ knots: good.knots.map((knot) => knot + 0.01) })).toMatchObject({ ok: false });
	});

	test('the digest does not depend on the order of keys', () => {
		expect(parseConfidenceMap(Object.fromEntries(Object.entries(good).toReversed()))).toMatchObject({ ok: true });
	});

	test('of another tenant says nothing, and the confidence then counts as 0', () => {
		const read = parseConfidenceMap(sealed(from, 'acme'));
		if (!read.ok) throw new Error(read.message);
		expect(read.map.effective({ tenant: 'other', agent: 'a', operation: 'refund' }, 1)).toBeNull();
		const policy: Policy = { ...policyWith(named(read.map.digest)), confidenceMap: read.map };
		const verdict = judged(policy, { tenant: 'other', confidence: 1 });
		expect(verdict).toMatchObject({ confidence: 0, reportedConfidence: 1 });
		expect(verdict.reasons.map(({ rule }) => rule)).toContain('confidence.unmapped');
	});
});

describe('in a policy', () => {
	test('without a map nothing changes; a map that is missing makes every route strict', () => {
		const bare = policyWith();
		expect(judged(bare, { confidence: 0.9 })).toMatchObject({ route: 'auto', confidence: 0.9 });
		const unmapped = policyWith(named('a'.repeat(64)));
		expect(judged(unmapped, { confidence: 0.9 })).toMatchObject({ route: 'escalation', confidence: 0 });
		expect(judged(bare, {})).toMatchObject({ confidence: 0 });
	});
});

describe('thresholds of one operation', () => {
	const withThresholds = (given: string) =>
		parsePolicy(`
version: 1
currency: USD
operations:
  refund: { risk_class: low_risk_write, executor: { kind: claim }, thresholds: ${given} }
  other: { risk_class: low_risk_write, executor: { kind: claim } }
reviewers: { ana: { name: Ana, email: ana@example.com } }
`);

	test('take the place of those of its class, for it alone', () => {
		const read = withThresholds('{ auto: 0.5, notify: 0.4, approval: 0.3 }');
		if (!read.ok) throw new Error(JSON.stringify(read.problems));
		const route = (operation: string, confidence: number) => judged(read.policy, { operation, confidence }).route;
		expect([0.5, 0.4, 0.3, 0.2].map((confidence) => route('refund', confidence))).toEqual([
			'auto',
			'notify',
			'approval',
			'escalation',
		]);
		expect(route('other', 0.5)).toBe('approval');
		expect(judged(read.policy, { confidence: 0.5 }).reasons[0]?.rule).toBe('threshold.refund');
	});

	test('must be in order, as everywhere', () => {
		expect(withThresholds('{ auto: 0.5, notify: 0.6, approval: 0.3 }')).toMatchObject({
			ok: false,
			problems: [{ path: 'operations.refund.thresholds.notify' }],
		});
	});
});

describe('reliability', () => {
	test('of perfect, useless and overconfident forecasts', () => {
		const some = (confidence: number, right: number, wrong: number) => [
			...Array.from({ length: right }, () => ({ confidence, right: true, weight: 1 })),
			...Array.from({ length: wrong }, () => ({ confidence, right: false, weight: 1 })),
		];
		expect(reliabilityOf([])).toEqual({ ece: 0, brier: 0, bins: [] });
		expect(reliabilityOf(some(1, 10, 0))).toMatchObject({ ece: 0, brier: 0 });
		expect(reliabilityOf(some(0.75, 3, 1)).ece).toBeCloseTo(0, 12);
		expect(reliabilityOf([...some(0.95, 5, 5), ...some(0.15, 2, 18)]).ece).toBeCloseTo((0.45 * 10 + 0.05 * 20) / 30, 12);
		expect(reliabilityOf(some(1, 0, 4)).brier).toBe(1);
	});
});

const recorded = new URL('../../../shared/data/actions-dev.jsonl', import.meta.url);
describe.skipIf(!existsSync(recorded))('on recorded agent actions (skipped where the recordings are absent)', () => {
	test('out of fold by task, the error of calibration is at most 0.05', () => {
		const from = new History();
		for (const line of readFileSync(recorded, 'utf8').trim().split('\n')) {
			const row = JSON.parse(line);
			from.add({ agent: row.agent, operation: row.action, cluster: row.taskId, confidence: row.confidence, right: row.correct });
		}
		const { before, after } = checkMap(from, allRows(from));
		expect(before.ece).toBeGreaterThan(0.1);
		expect(after.ece).toBeLessThanOrEqual(0.05);
		expect(after.brier).toBeLessThan(before.brier);
	});
});

function sealAnew(content: Omit<ReturnType<typeof sealed>, 'digest'>): unknown {
	const { agents, operations, pairs, knots, all, tenant, rows, clusters } = content;
	return sealMap({ agents, operations, pairs, knots, all }, { tenant, rows, clusters });
}

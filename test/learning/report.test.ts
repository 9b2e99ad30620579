/** The report: shares, waits, errors and signals, from counts as they are kept. */
import { describe, expect, test } from 'vitest';
import { answerCounts, bandOfWait, endingCounts, percentile, waitOfBand } from '../../src/learning/endings.ts';
import { reportOf } from '../../src/learning/report.ts';
import { reviewersOf } from '../../src/learning/reviewer-report.ts';
import { notRunCount, routedCounts, type Tally } from '../../src/learning/tallies.ts';
import { sampleAction, sampleVerdict } from '../channels/sample-action.ts';

const day = 86_400_000;
const minute = 60_000;
const routedTo = (route: 'auto' | 'notify' | 'approval' | 'escalation', operation = 'refund') => {
	const { proposal } = sampleAction({ operation });
	return routedCounts(proposal, { ...sampleVerdict, route });
};
const many = (count: number, make: () => Tally[]): Tally[] => Array.from({ length: count }, make).flat();
const answered = (reviewer: string, at: number, answer: 'approve' | 'reject' = 'approve') => {
	const event = answer === 'approve' ? 'approved_by_reviewers' : 'rejected_by_reviewer';
	const action = sampleAction(
		{},
		{
			createdAt: 0,
			replies: [{ reviewer, answer, channel: 'email', at }],
			decision: { at, event, by: reviewer, channel: 'email', payloadDigest: 'd' },
		},
	);
	return { action, counts: [...endingCounts(action), ...answerCounts(action, () => null).counts] };
};

describe('waits', () => {
	test('keep within a quarter of the truth, whatever their length', () => {
		for (const ms of [0, 500, 1000, 59_000, 6 * minute, 18 * minute, 5 * 3_600_000]) {
			const shown = waitOfBand(bandOfWait(ms));
			expect(shown).toBeGreaterThanOrEqual(ms);
			expect(shown).toBeLessThanOrEqual(Math.max(1001, ms * 1.26));
		}
	});

	test('the 95th percentile is the end of the band in which 95 % have ended', () => {
		expect(
			percentile(
				new Map([
					[3, 94],
					[10, 6],
				]),
				0.95,
			),
		).toBe(waitOfBand(10));
		expect(
			percentile(
				new Map([
					[3, 96],
					[10, 4],
				]),
				0.95,
			),
		).toBe(waitOfBand(3));
		expect(percentile(new Map(), 0.95)).toBeNull();
	});
});

test('the field report’s table: shares, waits, wrong executions and refund errors', () => {
	const counts = [
		...many(62, () => routedTo('auto')),
		...many(28, () => routedTo('approval')),
		...many(10, () => routedTo('escalation', 'cancel_order')),
		notRunCount(sampleAction().proposal, { ...sampleVerdict, route: 'auto' }),
		...Array.from(
			{ length: 28 },
			(_, i) => answered(i % 2 === 0 ? 'ana' : 'bo', 18 * minute, i < 4 ? 'reject' : 'approve').counts,
		).flat(),
	];
	const check = {
		actionId: 'act_1',
		tenant: 'default',
		operation: 'refund',
		agent: 'support-agent',
		band: '0.95-0.99',
		route: 'auto',
		policyDigest: sampleVerdict.policyDigest,
		cluster: 'c',
		probability: 0.5,
		ranAt: 0,
		answer: { right: false, reviewer: 'ana', at: 0 },
	} as const;
	const report = reportOf({
		tenant: 'default',
		from: 0,
		to: 7 * day,
		days: [
			{ at: 0, counts: [...counts, { words: ['routed', 'another', 'refund', 'a', 'p', 'auto'], by: 1000 }] },
			{ at: day, counts: [] },
		],
		checks: [
			check,
			...Array.from({ length: 30 }, (_, i) => ({
				...check,
				actionId: `r${i}`,
				cluster: `c${i}`,
				answer: { right: true, reviewer: 'ana', at: 0 },
			})),
		],
		reported: [
			{ id: 'act_1', operation: 'refund', agent: 'support-agent', policyDigest: sampleVerdict.policyDigest },
			{ id: 'act_2', operation: 'refund', agent: 'support-agent', policyDigest: sampleVerdict.policyDigest },
		],
	});
	expect(report.total).toMatchObject({
		actions: 100,
		automatic: 0.62,
		approval: 0.28,
		escalation: 0.1,
		reported: 2,
		knownErrorsPerWeek: 2,
	});
	expect(report.total.wait).toMatchObject({ count: 28, meanMs: 18 * minute });
	expect(report.total.ended).toEqual({ approved: 24, rejected: 4 });
	expect(report.total.errors).toMatchObject({ ran: 61, wrong: 1, answered: 31 });
	expect(report.total.errors.rate).toBeCloseTo(2 / 61);
	expect(report.byOperation.map(({ name, actions }) => [name, actions])).toEqual([
		['refund', 90],
		['cancel_order', 10],
	]);
	expect(report.byPolicy.map(({ name }) => name)).toEqual([sampleVerdict.policyDigest.slice(0, 12)]);
	expect(report.daily.map(({ routes }) => routes.auto)).toEqual([62, 0]);
	expect(report.byReviewer.map(({ reviewer, answers, rejected }) => [reviewer, answers, rejected])).toEqual([
		['ana', 14, 2],
		['bo', 14, 2],
	]);
});

describe('rubber-stamping', () => {
	const stamping = (count: number, gap: number, rejects = 0): ReturnType<typeof reviewersOf> => {
		const counts: Tally[] = [];
		let last: number | null = null;
		for (let i = 0; i < count; i++) {
			const { action } = answered('eve', (i + 1) * gap, i < rejects ? 'reject' : 'approve');
			const made = answerCounts(action, () => last);
			counts.push(...made.counts);
			last = made.last.get('eve') ?? null;
		}
		return reviewersOf(counts);
	};

	test('approving everything, seconds apart, shows', () => {
		expect(stamping(40, 2_000)[0]?.signals).toEqual(['approves_everything', 'too_fast']);
		expect(stamping(40, 10 * minute)[0]?.signals).toEqual(['approves_everything']);
		expect(stamping(40, 2_000, 6)[0]?.signals).toEqual(['too_fast']);
	});

	test('a few answers say nothing, nor does somebody who takes time and says no', () => {
		expect(stamping(20, 2_000)[0]?.signals).toEqual([]);
		expect(stamping(40, 10 * minute, 6)[0]?.signals).toEqual([]);
	});
});

test('what ended without anybody is counted as that', () => {
	const decision = { at: 5, event: 'deadline_passed', by: 'deadline', channel: 'clock', payloadDigest: 'd' } as const;
	const [ended] = endingCounts(sampleAction({}, { state: 'expired', decision }));
	expect(ended?.words.at(-1)).toBe('unanswered');
	expect(answerCounts(sampleAction({}, { state: 'expired', decision }), () => null).counts).toEqual([]);
	expect(
		endingCounts(sampleAction({}, { state: 'withdrawn', decision: { ...decision, event: 'withdrawn' } }))[0]?.words.at(-1),
	).toBe('withdrawn');
});

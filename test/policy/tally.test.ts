/** Answers counted: different people make a quorum, one rejection ends it, strangers count for nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reply } from '../../src/domain/review.ts';
import type { Plan } from '../../src/domain/verdict.ts';
import { tally } from '../../src/policy/tally.ts';

const planOf = (quorum: number): Plan => ({
	reviewers: ['ana', 'wei', 'kim'],
	quorum,
	tiers: [],
	deadlineMs: 1,
	fallback: { handler: null, maxAttempts: 1 },
});
const said = (...answers: readonly string[]): Reply[] =>
	answers.map((text, at) => {
		const [reviewer = '', answer = ''] = text.split(' ');
		return { reviewer, answer: answer as Reply['answer'], channel: 'email', at };
	});

describe('a tally', () => {
	it.each([
		[1, [], null],
		[1, ['ana approve'], 'approved_by_reviewers'],
		[2, ['ana approve'], null],
		[2, ['ana approve', 'ana approve'], null],
		[2, ['ana approve', 'wei approve'], 'approved_by_reviewers'],
		[2, ['ana approve', 'wei reject'], 'rejected_by_reviewer'],
		[2, ['ana approve', 'ana reject'], 'rejected_by_reviewer'],
		[2, ['ana take_over'], 'taken_over'],
		[1, ['ana reject', 'wei approve'], 'rejected_by_reviewer'],
		[1, ['mallory approve'], null],
		[1, ['mallory reject'], null],
		[2, ['ana approve', 'mallory approve'], null],
		[1, ['ana edit'], null],
		[0, [], null],
		[0, ['ana approve'], 'approved_by_reviewers'],
		[Number.NaN, ['ana approve'], null],
	])('with quorum %d of %j is %s', (quorum, answers, expected) => {
		expect(tally(planOf(quorum), said(...answers))).toBe(expected);
	});

	it('is never changed by what comes after it', () => {
		const reply = fc.record({
			reviewer: fc.constantFrom('ana', 'wei', 'kim', 'mallory'),
			answer: fc.constantFrom('approve', 'reject', 'take_over', 'edit'),
			channel: fc.constant('email'),
			at: fc.nat(),
		});
		fc.assert(
			fc.property(
				fc.array(reply as fc.Arbitrary<Reply>),
				fc.array(reply as fc.Arbitrary<Reply>),
				fc.integer({ min: 1, max: 4 }),
				(before, after, quorum) => {
					const first = tally(planOf(quorum), before);
					if (first !== null) expect(tally(planOf(quorum), [...before, ...after])).toBe(first);
				},
			),
		);
	});
});

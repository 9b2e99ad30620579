/** The properties that the table of the lifecycle must hold, whatever rows it has. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	accepts,
	type Event,
	ends,
	events,
	isEnd,
	lifecycle,
	type Row,
	row,
	type State,
	states,
} from '../../src/domain/lifecycle.ts';

const rows: readonly Row[] = lifecycle;

/** The rows that need nobody: a timer fires, a worker works or fails. */
const unattended = rows.filter(({ cause }) => cause === 'clock' || cause === 'worker');
/** Nobody has said yes or no for good. */
const undecided = ['received', 'in_review', 'escalated', 'falling_back'];
/** The action may run, runs, or ran. */
const running = ['approved', 'executing', 'executed'];
/** INVARIANT I1: the only ways to a yes. */
const approving = ['routed_auto', 'routed_notify', 'approved_by_reviewers', 'released'];

function reachable(from: string, along: readonly Row[]): Set<string> {
	const seen = new Set([from]);
	for (const state of seen) {
		for (const step of along) if (step.from.includes(state)) seen.add(step.to);
	}
	return seen;
}

describe('shape', () => {
	test('every event has exactly one row, so an event alone says what follows', () => {
		expect(events).toHaveLength(rows.length);
		for (const event of events) expect(row(event).event).toBe(event);
	});

	test('the ends are those that agents, metrics and audit know', () => {
		expect([...ends].sort()).toEqual(['executed', 'expired', 'failed', 'rejected', 'resolved', 'unaccounted', 'withdrawn']);
	});

	test('names are stored, so they are snake_case', () => {
		for (const name of rows.flatMap((each) => [...each.from, each.event, each.to, ...each.effects])) {
			expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
		}
	});

	test('an unknown event is a fault of the caller', () => {
		expect(() => row('approved_by_nobody' as Event)).toThrow('the lifecycle has no event `approved_by_nobody`');
	});

	test('`accepts` says what the table says, for every state and event', () => {
		for (const state of states) {
			for (const event of events) {
				expect(accepts(state, event)).toBe(rows.some((each) => each.event === event && each.from.includes(state)));
			}
		}
	});
});

describe('every action ends', () => {
	test('every state can be reached from the first', () => {
		expect([...reachable('received', rows)].sort()).toEqual([...states].sort());
	});

	test.each(states)('from `%s` the unattended events alone lead to an end', (state) => {
		expect([...reachable(state, unattended)].some((reached) => isEnd(reached as State))).toBe(true);
	});

	test('the only unattended loops are the two that policy bounds: a fallback, and a deferred execution', () => {
		const loops = states.filter((state) =>
			unattended.some((step) => step.from.includes(state) && step.to !== state && reachable(step.to, unattended).has(state)),
		);
		expect(loops.sort()).toEqual(['approved', 'escalated', 'executing', 'falling_back']);
		expect(reachable('escalated', unattended).has('executing')).toBe(false);
	});

	test('whatever waits for a person or for an answer has a timer of its own', () => {
		for (const state of ['in_review', 'escalated', 'approved', 'executing', 'outcome_unknown']) {
			const leaving = rows.filter((each) => each.cause === 'clock' && each.from.includes(state) && each.to !== state);
			expect(leaving, state).not.toEqual([]);
		}
	});

	test('an end publishes its outcome, and nothing else does', () => {
		for (const each of rows) expect(each.effects.includes('publish_outcome'), each.event).toBe(isEnd(each.to as State));
	});
});

describe('nothing runs without a yes', () => {
	test('only policy, the reviewers and the owner of a case approve', () => {
		const entering = rows.filter((each) => each.to === 'approved' && each.from.some((state) => undecided.includes(state)));
		expect(entering.map(({ event, cause }) => [event, cause])).toEqual([
			['routed_auto', 'policy'],
			['routed_notify', 'policy'],
			['approved_by_reviewers', 'person'],
			['released', 'owner'],
		]);
	});

	test.each(undecided)('without one of those, no history leads from `%s` to running', (state) => {
		const others = rows.filter((each) => !approving.includes(each.event));
		const reached = reachable(state, others);
		for (const forbidden of running) expect(reached.has(forbidden)).toBe(false);
	});

	test.each(undecided)('no clock event and no failure leads from `%s` to running', (state) => {
		const failures = rows.filter(({ event }) => /_failed$|_lost$|_exhausted$|_lapsed$|_passed$|_refused$/.test(event));
		expect(failures.length).toBeGreaterThanOrEqual(8);
		const reached = reachable(state, [...unattended, ...failures]);
		for (const forbidden of running) expect(reached.has(forbidden)).toBe(false);
	});

	test('a passed deadline always leads to the fallback, and from there never back to the original', () => {
		const passed = rows.filter((each) => each.event === 'deadline_passed');
		expect(passed.map(({ to, effects }) => [to, effects])).toEqual([['falling_back', ['run_fallback']]]);
		const nobody = reachable('falling_back', unattended);
		expect(nobody.has('expired')).toBe(true);
		expect(nobody.has('rejected'), 'nobody answering is not somebody saying no').toBe(false);
	});

	test('an agent can only take its own action back, before it starts', () => {
		const byAgents = rows.filter(({ cause }) => cause === 'agent');
		expect(byAgents.map(({ to }) => to)).toEqual(['withdrawn']);
		expect(byAgents.flatMap(({ from }) => from)).not.toContain('executing');
	});

	test('an execution starts from `approved` only, and what is unknown never starts again', () => {
		const starts = rows.filter(({ to }) => to === 'executing');
		expect(starts.map(({ from, event }) => [from, event])).toEqual([[['approved'], 'execution_started']]);
		const after = reachable('outcome_unknown', rows);
		expect(after.has('approved')).toBe(false);
		expect(after.has('executing')).toBe(false);
	});

	test('what becomes approved is executed, and what becomes a case is opened', () => {
		for (const each of rows.filter(({ to }) => to === 'approved')) expect(each.effects, each.event).toContain('execute');
		for (const each of rows.filter(({ to, from }) => to === 'escalated' && !from.includes(to))) {
			expect(each.effects, each.event).toContain('open_case');
		}
	});

	test('random histories: running always has one of the four approvals since the last undecided state', () => {
		fc.assert(
			fc.property(fc.array(fc.constantFrom(...events), { maxLength: 200 }), (offered) => {
				let state: State = 'received';
				let approvedBy: Event | null = null;
				for (const event of offered) {
					if (!accepts(state, event)) continue;
					expect(isEnd(state)).toBe(false);
					state = row(event).to;
					if (approving.includes(event)) approvedBy = event;
					if (undecided.includes(state)) approvedBy = null;
					if (running.includes(state)) expect(approvedBy).not.toBeNull();
				}
			}),
			{ numRuns: 2000 },
		);
	});
});

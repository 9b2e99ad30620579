/** The checker, on small histories: what is lawful passes, and each kind of wrong is named. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openAudit, type Report } from '../../src/audit/audit.ts';
import type { Call, Deed, RecordedAction } from '../../src/audit/recorded.ts';
import { changedSince } from '../../src/audit/since.ts';
import { chainOf, type Fault } from '../../src/audit/story.ts';
import { tableLines, tableOf } from '../../src/audit/table.ts';

const id = 'act_1';
interface Given {
	readonly event: string;
	readonly to: string;
	readonly by?: string;
	readonly at?: number;
	readonly version?: number;
	readonly digest?: string;
	readonly deadlineAt?: number;
	readonly detail?: unknown;
}

/** A record with this history; `change` is what somebody did to it afterwards. */
function recorded(given: readonly Given[], change: Partial<RecordedAction> = {}): RecordedAction {
	const history = given.map(({ event, to, by = 'somebody', ...rest }, i) =>
		JSON.stringify({ at: 1_000 * (i + 1), version: i + 1, event, to, by, ...rest }),
	);
	const state = given.at(-1)?.to ?? null;
	const over = ['executed', 'failed', 'rejected', 'expired', 'withdrawn', 'resolved', 'unaccounted'].includes(state ?? '');
	return {
		kind: 'action',
		id,
		state,
		version: given.length,
		payloadDigest: 'd1',
		chain: chainOf(history),
		dueAt: over ? null : 1e12,
		history,
		...change,
	};
}

const received: Given = { event: 'received', to: 'received', by: 'agent' };
const routedAuto: Given = { event: 'routed_auto', to: 'approved', by: 'policy', digest: 'd1', deadlineAt: 9_000_000 };
const review: Given = { event: 'routed_approval', to: 'in_review', by: 'policy', deadlineAt: 60_000 };
const approved: Given = { event: 'approved_by_reviewers', to: 'approved', by: 'ana', digest: 'd1', deadlineAt: 9_000_000 };
const started: Given = { event: 'execution_started', to: 'executing', by: 'worker', digest: 'd1', deadlineAt: 9_000_000 };
const succeeded: Given = { event: 'execution_succeeded', to: 'executed', by: 'worker' };
const passed: Given = { event: 'deadline_passed', to: 'falling_back', by: 'clock', at: 60_010 };
const fellBack: Given = { event: 'fallback_done', to: 'expired', by: 'worker' };
const run = [received, review, approved, started, succeeded];

const call = (told: Call['told'], more: Partial<Call> = {}): Call => ({
	kind: 'call',
	id,
	at: 2_000,
	until: 3_500,
	told,
	...more,
});
const effect: Deed = { kind: 'effect', id, key: `${id}.1`, digest: 'd1' };
const fallback: Deed = { kind: 'fallback', id, key: `${id}.1.fallback` };

function check(action: RecordedAction, { calls = [], deeds }: { calls?: Call[]; deeds?: Deed[] } = {}): Report {
	const audit = openAudit({ now: 1_000_000, graceMs: 60_000 });
	audit.add(action, { calls, ...(deeds && { deeds }) });
	return audit.report();
}
const found = ({ faults }: Report): string[] =>
	Object.entries(faults)
		.filter(([, number]) => number > 0)
		.map(([fault]) => fault);

const won = (event: string, by: string) => ({ what: 'won', event, by }) as const;
const lost = (event: string, by: string, at: number) =>
	({ what: 'lost', code: 'already_decided', winner: { event, by, at } }) as const;

describe('lawful', () => {
	test.each<[string, RecordedAction, { calls?: Call[]; deeds?: Deed[] }]>([
		[
			'approved, run, told to everybody',
			recorded(run),
			{
				calls: [
					call({ what: 'acknowledged' }),
					call(won('approved_by_reviewers', 'ana')),
					call(lost('approved_by_reviewers', 'ana', 3_000)),
					call(null, { until: null }),
				],
				deeds: [effect],
			},
		],
		['waits, and somebody will look', recorded([received, review]), {}],
		['nobody answered', recorded([received, review, passed, fellBack]), { deeds: [fallback] }],
		[
			'put off once, started twice',
			recorded([received, routedAuto, started, { event: 'execution_deferred', to: 'approved' }, started, succeeded]),
			{ deeds: [effect] },
		],
		[
			'refused without a call',
			recorded([received, routedAuto, { ...started, digest: undefined as never }, { event: 'execution_refused', to: 'failed' }]),
			{ deeds: [] },
		],
		['a note between', recorded([...run]), {}],
		[
			'told of a deadline before it was written',
			recorded([received, review, passed, fellBack]),
			{ calls: [call(lost('deadline_passed', 'deadline', 60_000), { until: 60_005 })] },
		],
	])('%s', (_name, action, testimony) => {
		expect(check(action, testimony).findings).toEqual([]);
	});

	test('a report that it was wrong is a note, and part of the chain', () => {
		const history = [
			...recorded(run).history,
			JSON.stringify({ at: 9_000, version: 5, event: 'reported_wrong', to: 'executed', by: 'ana' }),
		];
		expect(check({ ...recorded(run), history, chain: chainOf(history) }).findings).toEqual([]);
	});
});

const entries = recorded(run).history;
const wrong: readonly [Fault, string, RecordedAction, { calls?: Call[]; deeds?: Deed[] }][] = [
	[
		'lost',
		'acknowledged, and not there',
		recorded([], { state: null, version: null, chain: null }),
		{ calls: [call({ what: 'acknowledged' })] },
	],
	['unmatched', 'started without a decision', recorded([received, started, succeeded]), {}],
	[
		'unmatched',
		'started what nobody approved',
		recorded([received, review, approved, { ...started, digest: 'd2' }, succeeded]),
		{},
	],
	['unmatched', 'ran what nobody approved', recorded(run), { deeds: [{ ...effect, digest: 'd2' }] }],
	['unmatched', 'ran although nobody answered', recorded([received, review, passed, fellBack]), { deeds: [effect, fallback] }],
	['started_twice', 'ran twice', recorded(run), { deeds: [effect, effect] }],
	['started_twice', 'started twice', recorded([received, routedAuto, started, started, succeeded]), {}],
	['wrong_outcome', 'said to have run', recorded(run), { deeds: [] }],
	['wrong_outcome', 'said to have fallen back', recorded([received, review, passed, fellBack]), { deeds: [] }],
	[
		'disagreement',
		'two winners',
		recorded(run),
		{ calls: [call(won('approved_by_reviewers', 'ana')), call(won('approved_by_reviewers', 'ana'))] },
	],
	[
		'disagreement',
		'a winner whom the history does not know',
		recorded(run),
		{ calls: [call(won('rejected_by_reviewer', 'ben'))] },
	],
	['disagreement', 'told of another winner', recorded(run), { calls: [call(lost('rejected_by_reviewer', 'ben', 3_000))] }],
	['disagreement', 'told nobody', recorded(run), { calls: [call({ what: 'lost', code: 'already_decided', winner: null })] }],
	[
		'disagreement',
		'told of a winner before there was one',
		recorded(run),
		{ calls: [call(lost('approved_by_reviewers', 'ana', 3_000), { until: 1_500 })] },
	],
	[
		'disagreement',
		'won about another payload',
		recorded(run),
		{ calls: [call(won('approved_by_reviewers', 'ana'), { digest: 'd0' })] },
	],
	['deadline', 'an answer after the deadline', recorded([received, review, { ...approved, at: 60_000 }]), {}],
	['deadline', 'a deadline before its time', recorded([received, review, { ...passed, at: 59_999 }, fellBack]), {}],
	['never_ended', 'nobody will look', recorded([received, review], { dueAt: null }), {}],
	['never_ended', 'nobody has looked', recorded([received, review], { dueAt: 900_000 }), {}],
	['gap', 'an entry is missing', recorded(run, { history: entries.toSpliced(2, 1) }), {}],
	['gap', 'the end is missing', recorded(run, { history: entries.slice(0, -1) }), {}],
	[
		'gap',
		'what cannot happen',
		recorded([received, review, approved, { event: 'rejected_by_reviewer', to: 'rejected', by: 'ben' }]),
		{},
	],
	[
		'altered',
		'an entry says something else',
		recorded(run, { history: entries.with(2, (entries[2] as string).replace('ana', 'ben')) }),
		{},
	],
	['altered', 'an entry is no JSON', recorded(run, { history: entries.with(2, '{') }), {}],
];

test.each(wrong)('%s: %s', (...[fault, , action, testimony]) => {
	const report = check(action, testimony);
	expect(found(report)).toContain(fault);
	expect(report.ok).toBe(false);
	expect(tableLines(tableOf(report)).join('\n')).toContain('WRONG');
});

test('whatever is changed, left out or added in a history is found', () => {
	fc.assert(
		fc.property(
			fc.nat(entries.length - 1),
			fc.nat(1_000),
			fc.constantFrom('change', 'drop', 'repeat', 'swap'),
			(at, where, how) => {
				const text = entries[at] as string;
				const spot = where % text.length;
				const changed = text.slice(0, spot) + (text[spot] === '7' ? '8' : '7') + text.slice(spot + 1);
				const history = {
					change: entries.with(at, changed),
					drop: entries.toSpliced(at, 1),
					repeat: entries.toSpliced(at, 0, text),
					swap: entries.toReversed(),
				}[how];
				expect(check(recorded(run, { history })).ok).toBe(false);
			},
		),
	);
});

test('an earlier copy tells of what is gone and of what was written anew', () => {
	const before = recorded(run.slice(0, 2));
	const earlier = { head: { kind: 'head', format: 1, takenAt: 0, deeds: false } as const, actions: new Map([[id, before]]) };
	const at = (now: RecordedAction | null, then = 10) =>
		changedSince(earlier, id, { now, at: then, keepMs: 1_000 })?.fault ?? null;
	expect(at(recorded(run))).toBe(null);
	expect(at(null)).toBe('lost');
	// Ended since, and kept for as long as was agreed.
	expect(at(null, 1_000)).toBe(null);
	// With a hash of its own that fits: only the copy knows.
	expect(at(recorded([{ ...received, by: 'another agent' }, review]))).toBe('altered');
});

test('the work grows with the history, and no faster', () => {
	const time = (size: number): number => {
		const action = recorded([
			received,
			review,
			...Array.from({ length: size }, (): Given => ({ event: 'reply_recorded', to: 'in_review', by: 'ana', at: 3_000 })),
		]);
		const calls = Array.from({ length: size }, () => call(won('reply_recorded', 'ana')));
		const from = performance.now();
		expect(check(action, { calls, deeds: [] }).findings).toEqual([]);
		return performance.now() - from;
	};
	time(500);
	// Sixteen times as much would be 256 times as long if each looked at all the others.
	expect(time(16_000)).toBeLessThan(100 * Math.max(5, time(1_000)));
});

/** What can happen in a random history, and what is likely to. */
import fc from 'fast-check';
import type { Route } from '../../src/domain/verdict.ts';
import type { Answering } from '../../src/reviews/submit.ts';
import { hour, minute } from './desk.ts';
import type { Model } from './model.ts';

const routes: readonly Route[] = ['auto', 'notify', 'approval', 'escalation', 'block'];
export const people = ['ana', 'ben', 'cai', 'dee'] as const;
export type Act =
	| { readonly kind: 'create' | 'route'; readonly route: Route }
	| { readonly kind: 'answer'; readonly reviewer: string; readonly answer: Answering['answer'] }
	| { readonly kind: 'finish'; readonly which: number; readonly status: string }
	| { readonly kind: 'reconcile'; readonly found: 'done' | 'not_done' | 'unknown' }
	| { readonly kind: 'fall_back'; readonly done: boolean }
	| { readonly kind: 'look'; readonly alive: boolean; readonly ahead: number }
	| { readonly kind: 'advance'; readonly ms: number }
	| { readonly kind: 'withdraw' | 'start' | 'unreachable' | 'sweep' };

const advances = [1, 11, 31, 61, 300, 1500].map((minutes): Act => ({ kind: 'advance', ms: minutes * minute }));
const looks: readonly Act[] = [true, false].flatMap((alive) =>
	[0, 2 * hour].map((ahead): Act => ({ kind: 'look', alive, ahead })),
);
const reports = ['done', 'refused', 'failed', 'deferred', 'deferred', 'unknown'].flatMap((status) =>
	[0, 1].map((which): Act => ({ kind: 'finish', which, status })),
);
const says = (given: readonly Answering['answer'][], by: readonly string[] = people): Act[] =>
	given.flatMap((each) => by.map((reviewer): Act => ({ kind: 'answer', reviewer, answer: each })));
const routings = routes.map((route): Act => ({ kind: 'route', route }));
const findings = (['done', 'not_done', 'unknown'] as const).map((found): Act => ({ kind: 'reconcile', found }));
const fallbacks = [true, false].map((done): Act => ({ kind: 'fall_back', done }));
const [now, soon, later] = [looks[0] as Act, advances[1] as Act, advances[2] as Act];
export const everything: readonly Act[] = [
	...routes.map((route): Act => ({ kind: 'create', route })),
	...routings,
	...says([
		'approve',
		'reject',
		'take_over',
		'edit',
		'own',
		'release',
		'dismiss',
		'resolve_by_hand',
		'revoke',
		'confirm_done',
		'confirm_not_done',
	]),
	...reports,
	...findings,
	...fallbacks,
	...looks,
	...advances,
	{ kind: 'withdraw' },
	{ kind: 'start' },
	{ kind: 'unreachable' },
	{ kind: 'sweep' },
];

/** What is likely to happen next: pure chance would hardly ever bring an action to its end. */
export function likely(model: Model | null): readonly Act[] {
	switch (model?.state) {
		case 'received':
			return routings;
		case 'in_review':
			return [
				...says(['approve', 'reject', 'take_over', 'edit'], ['ana']),
				...says(['approve'], ['ben']),
				now,
				now,
				now,
				soon,
				soon,
				later,
				{ kind: 'unreachable' },
			];
		case 'escalated':
			return model.owner === null
				? [...says(['own']), now, advances[4] as Act]
				: [...says(['release', 'dismiss', 'resolve_by_hand'], [model.owner]), now, advances[4] as Act];
		case 'approved':
			return [{ kind: 'start' }, { kind: 'start' }, { kind: 'start' }, now, advances[3] as Act, ...says(['revoke'], ['ana'])];
		case 'executing':
			return [...reports, ...looks];
		case 'outcome_unknown':
			return [...findings, ...reports, ...says(['confirm_done'], ['dee']), now, advances[5] as Act, advances[5] as Act];
		case 'falling_back':
			return fallbacks;
		default:
			return everything;
	}
}

export const step = fc.record({
	/** Picks among what is likely, or among everything. */
	pick: fc.nat(5_000),
	likely: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 2, arbitrary: fc.constant(false) }),
	/** Which of the actions, how old the look at it is that is acted on, and whether the delivery comes twice. */
	target: fc.nat(1),
	stale: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(4) }),
	twice: fc.boolean(),
	/** The writer crashes between the write and its follow-ups. */
	crash: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

export const history = fc.record({
	quorum: fc.constantFrom(1, 1, 2),
	fallback: fc.constantFrom('send_holding_reply', null),
	callback: fc.boolean(),
	first: fc.constantFrom('approval', 'approval', 'approval', 'escalation', 'auto'),
	steps: fc.array(step, { minLength: 10, maxLength: 36 }),
});

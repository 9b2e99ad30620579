/** What agents propose, and what becomes of it where nothing goes wrong: the plot stands in the proposal's own arguments. */
import type { Proposing } from '../../src/producers/client.ts';
import type { Contender } from './door.ts';

/**
 * `runs`, `told`: by policy. `race`, `race_deadline`: eight at once, the second while the deadline passes. `expire`: nobody answers;
 * `late`: somebody does, after the deadline. `edit`: edited, and answered once more by who holds the old card. `tampered`: somebody
 * changes the record by hand before it is approved. `hangs`, `fails`, `defers`: the handler does. `case`: handed to a person at once.
 */
export const plots = [
	'runs',
	'told',
	'approve',
	'letter',
	'reject',
	'take_over',
	'withdraw',
	'expire',
	'late',
	'edit',
	'tampered',
	'hangs',
	'fails',
	'defers',
	'case',
	'race',
	'race_deadline',
] as const;
export type Plot = (typeof plots)[number];

/** How often each comes where nothing else is asked for; races are counted apart. */
export const mix: readonly Plot[] = [
	...Array.from({ length: 12 }, (): Plot => 'runs'),
	...Array.from({ length: 5 }, (): Plot => 'told'),
	...Array.from({ length: 4 }, (): Plot => 'approve'),
	...(['letter', 'letter', 'reject', 'take_over', 'withdraw', 'expire', 'expire', 'late', 'edit'] as const),
	...(['tampered', 'hangs', 'fails', 'defers', 'case'] as const),
];

const confidences: Readonly<Partial<Record<Plot, number>>> = {
	runs: 0.99,
	hangs: 0.99,
	fails: 0.99,
	defers: 0.99,
	told: 0.75,
	case: 0.2,
};
const due: readonly Plot[] = ['expire', 'late', 'race_deadline'];

export interface Planned {
	readonly plot: Plot;
	readonly n: number;
	readonly proposing: Proposing & { readonly agent: string };
	/** When its deadline passes, by the harness's clock; null where nobody waits for that. */
	readonly deadlineAt: number | null;
}

/** The n-th proposal; `mark` sets those of one run apart. */
export function planned(n: number, plot: Plot, mark: string): Planned {
	const deadlineAt = due.includes(plot) ? Date.now() + 1_300 + (n % 20) * 40 : null;
	const operation = plot === 'letter' ? 'letter' : plot === 'hangs' ? 'brief' : n % 4 === 3 ? 'reply' : 'refund';
	const proposing = {
		agent: `agent-${mark}-${n % 5}`,
		idempotencyKey: `${mark}-${n}`,
		operation,
		arguments: { plot, n },
		user: `user-${mark}-${n}`,
		confidence: confidences[plot] ?? 0.6,
		...(deadlineAt !== null && { deadlineAt }),
	};
	return { plot, n, proposing, deadlineAt };
}

const eight: readonly Contender[] = [
	{ reviewer: 'ana', answer: 'approve' },
	{ reviewer: 'ben', answer: 'approve' },
	{ reviewer: 'eve', answer: 'approve' },
	{ reviewer: 'cai', answer: 'reject' },
	{ reviewer: 'dee', answer: 'take_over' },
	{ reviewer: 'fay', answer: 'edit' },
	{ withdraws: true },
	{ reviewer: 'gil', answer: 'reject' },
];

/** Who answers a review, and in how many processes at once. `again`: it has been edited before, or asked for before. */
export function answersTo(plot: Plot, again: boolean): { readonly together: boolean; readonly contenders: readonly Contender[] } {
	const one = (contender: Contender): { together: boolean; contenders: Contender[] } => ({
		together: false,
		contenders: [contender],
	});
	switch (plot) {
		case 'race':
			return again ? one({ reviewer: 'ana', answer: 'approve' }) : { together: true, contenders: eight };
		case 'race_deadline':
			// The eighth is the clock.
			return { together: true, contenders: eight.slice(0, 7) };
		case 'reject':
			return one({ reviewer: 'ben', answer: 'reject' });
		case 'take_over':
			return one({ reviewer: 'cai', answer: 'take_over' });
		case 'withdraw':
			return one({ withdraws: true });
		case 'edit':
			return again
				? {
						together: false,
						contenders: [
							{ reviewer: 'eve', answer: 'approve', stale: true },
							{ reviewer: 'ana', answer: 'approve' },
						],
					}
				: one({ reviewer: 'fay', answer: 'edit' });
		case 'expire':
			return { together: false, contenders: [] };
		default:
			return one({ reviewer: 'ana', answer: 'approve' });
	}
}

/** Who answers a case: somebody takes it, and ends it in one of three ways. */
export const answersToCase = (n: number): readonly Contender[] => [
	{ reviewer: 'gil', answer: 'own' },
	{ reviewer: n % 2 === 0 ? 'gil' : 'dee', answer: (['release', 'dismiss', 'resolve_by_hand'] as const)[n % 3] ?? 'release' },
	{ reviewer: 'gil', answer: (['release', 'dismiss', 'resolve_by_hand'] as const)[n % 3] ?? 'release' },
];

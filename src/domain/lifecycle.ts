/**
 * The life of an action, as one table. Types, the Redis fence, the diagram in docs/lifecycle.md and the property tests
 * derive from it; no state, event or effect is spelled a second time anywhere.
 *
 * The table has no guards. Pure functions (policy/evaluate, policy/tally, a handler's answer) choose *which event*
 * happened; the table says what follows. An event that a state has no row for changes nothing, and its sender is told
 * what happened instead.
 */

/** Who can cause an event. The property tests use it: nothing but `policy`, `person` and `owner` may approve. */
export type Cause = 'policy' | 'person' | 'owner' | 'clock' | 'worker' | 'agent';

/** One row: in a state of `from`, `event` leads to `to` and asks for `effects`. */
export interface Row {
	readonly from: readonly string[];
	readonly event: string;
	readonly to: string;
	readonly effects: readonly string[];
	readonly cause: Cause;
}

export const lifecycle = [
	{ from: ['received'], event: 'routed_auto', to: 'approved', effects: ['execute'], cause: 'policy' },
	{ from: ['received'], event: 'routed_notify', to: 'approved', effects: ['execute', 'inform'], cause: 'policy' },
	{ from: ['received'], event: 'routed_approval', to: 'in_review', effects: ['open_review'], cause: 'policy' },
	{ from: ['received'], event: 'routed_escalation', to: 'escalated', effects: ['open_case'], cause: 'policy' },
	{ from: ['received'], event: 'classify_failed', to: 'escalated', effects: ['open_case'], cause: 'worker' },
	{ from: ['received'], event: 'blocked', to: 'rejected', effects: ['publish_outcome'], cause: 'policy' },

	{ from: ['in_review'], event: 'reply_recorded', to: 'in_review', effects: [], cause: 'person' },
	{ from: ['in_review'], event: 'tier_started', to: 'in_review', effects: ['open_review'], cause: 'clock' },
	{ from: ['in_review'], event: 'approved_by_reviewers', to: 'approved', effects: ['execute'], cause: 'person' },
	{ from: ['in_review'], event: 'rejected_by_reviewer', to: 'rejected', effects: ['publish_outcome'], cause: 'person' },
	{ from: ['in_review'], event: 'edited', to: 'received', effects: ['classify'], cause: 'person' },
	{ from: ['in_review'], event: 'policy_tightened', to: 'received', effects: ['classify'], cause: 'policy' },
	{ from: ['in_review'], event: 'taken_over', to: 'escalated', effects: ['open_case'], cause: 'person' },
	{ from: ['in_review'], event: 'nobody_reachable', to: 'escalated', effects: ['open_case'], cause: 'worker' },
	{ from: ['in_review', 'escalated'], event: 'deadline_passed', to: 'falling_back', effects: ['run_fallback'], cause: 'clock' },

	{ from: ['escalated'], event: 'owner_changed', to: 'escalated', effects: [], cause: 'owner' },
	{ from: ['escalated'], event: 'case_paged', to: 'escalated', effects: ['open_case'], cause: 'clock' },
	{ from: ['escalated'], event: 'released', to: 'approved', effects: ['execute'], cause: 'owner' },
	{ from: ['escalated'], event: 'dismissed', to: 'rejected', effects: ['publish_outcome'], cause: 'owner' },
	{ from: ['escalated'], event: 'resolved_by_hand', to: 'resolved', effects: ['publish_outcome'], cause: 'owner' },

	{ from: ['approved'], event: 'execution_started', to: 'executing', effects: [], cause: 'worker' },
	{ from: ['approved'], event: 'approval_lapsed', to: 'expired', effects: ['publish_outcome'], cause: 'clock' },
	{ from: ['approved'], event: 'revoked', to: 'rejected', effects: ['publish_outcome'], cause: 'person' },

	{ from: ['executing'], event: 'execution_succeeded', to: 'executed', effects: ['publish_outcome'], cause: 'worker' },
	{ from: ['executing'], event: 'execution_refused', to: 'failed', effects: ['publish_outcome'], cause: 'worker' },
	{ from: ['executing'], event: 'execution_failed', to: 'failed', effects: ['publish_outcome'], cause: 'worker' },
	{ from: ['executing'], event: 'execution_partial', to: 'failed', effects: ['publish_outcome'], cause: 'worker' },
	{ from: ['executing'], event: 'execution_deferred', to: 'approved', effects: ['execute'], cause: 'worker' },
	{ from: ['executing'], event: 'outcome_lost', to: 'outcome_unknown', effects: ['reconcile'], cause: 'clock' },

	{ from: ['outcome_unknown'], event: 'reconcile_failed', to: 'outcome_unknown', effects: ['open_case'], cause: 'worker' },
	{ from: ['outcome_unknown'], event: 'reconciled_done', to: 'executed', effects: ['publish_outcome'], cause: 'worker' },
	{ from: ['outcome_unknown'], event: 'reconciled_not_done', to: 'failed', effects: ['publish_outcome'], cause: 'worker' },
	{ from: ['outcome_unknown'], event: 'written_off', to: 'unaccounted', effects: ['publish_outcome'], cause: 'clock' },

	{ from: ['falling_back'], event: 'fallback_done', to: 'expired', effects: ['publish_outcome'], cause: 'worker' },
	{ from: ['falling_back'], event: 'fallback_failed', to: 'escalated', effects: ['open_case'], cause: 'worker' },
	{ from: ['falling_back'], event: 'fallback_exhausted', to: 'expired', effects: ['publish_outcome', 'alert'], cause: 'worker' },

	{
		from: ['received', 'in_review', 'escalated', 'approved'],
		event: 'withdrawn',
		to: 'withdrawn',
		effects: ['publish_outcome'],
		cause: 'agent',
	},
] as const satisfies readonly Row[];

type Rows = (typeof lifecycle)[number];

/** A state of an action; participles and adjectives, stored as they are. */
export type State = Rows['from'][number] | Rows['to'];
/** What happened to an action; past tense. */
export type Event = Rows['event'];
/** What has to follow; imperatives, written to the outbox in the same write as the state. */
export type Effect = Rows['effects'][number];
/** A state that has no way out. Each end is a different word to the agent, the metrics and the audit. */
export type EndState = Exclude<State, Rows['from'][number]>;

const leaving = new Set<string>(lifecycle.flatMap((row) => row.from));

/** Every state, in the order of the table. */
export const states: readonly State[] = [...new Set<State>(lifecycle.flatMap((row) => [...row.from, row.to]))];
/** Every event, in the order of the table. */
export const events: readonly Event[] = [...new Set<Event>(lifecycle.map((row) => row.event))];
/** Every effect, in the order of the table. */
export const effects: readonly Effect[] = [...new Set<Effect>(lifecycle.flatMap((row) => row.effects))];
/** The states that end an action. */
export const ends: readonly EndState[] = states.filter((state): state is EndState => !leaving.has(state));

const ended = new Set<string>(ends);
/** Whether the action is finished: nothing will happen to it any more. A state of a later version is none that we know to be an end. */
export const isEnd = (state: State): state is EndState => ended.has(state);

const rowOf = new Map<Event, Rows>(lifecycle.map((row) => [row.event, row]));

/** The one row of an event. */
export function row(event: Event): Rows {
	const found = rowOf.get(event);
	if (found === undefined) throw new Error(`the lifecycle has no event \`${event}\``);
	return found;
}

/** Whether `event` can happen to an action in `state`. */
export const accepts = (state: State, event: Event): boolean => (row(event).from as readonly State[]).includes(state);

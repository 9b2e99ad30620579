/**
 * What every door and every worker shares: the store, the queues, the policy of the moment, and `commit`, which makes one
 * change and starts what follows from it. Load, decide (pure), commit once.
 */
import type { Logger } from 'pino';
import type { Action } from '../domain/action.ts';
import type { Starts } from '../journal/starts.ts';
import type { Policy } from '../policy/policy.ts';
import type { Place, Queues } from '../queues/queues.ts';
import type { Store } from '../store/store.ts';
import type { Change, TransitionResult } from '../store/transition.ts';
import { withFacts } from './fact-writes.ts';
import { type RolloutView, rolloutView } from './rollout.ts';

export interface Engine {
	readonly store: Store;
	readonly queues: Queues;
	readonly log: Logger;
	/** Name of this process, for the record and for telling whether it is still there. */
	readonly worker: string;
	/** The policy that judges now. */
	policy(): Policy;
	/** A candidate beside it, and what was demoted. */
	readonly rollout: RolloutView;
	/** Where starts of executions are written down outside Redis; absent: nowhere. */
	readonly starts?: Starts;
	/**
	 * Makes one change of `action` (absent for a new one), with the facts that go with it, then adds the jobs that follow. A job that
	 * cannot be added now stays in the outbox for the sweeper.
	 */
	commit(change: Change, action?: Action): Promise<TransitionResult>;
	/** The first half of `commit`: the write alone. Whoever makes it owes `carryOn`; until then its jobs stand in the outbox. */
	write(change: Change, action?: Action): Promise<TransitionResult>;
	/** The second half: adds the jobs that follow, and makes sure of the next wake-up. */
	carryOn(change: Change, result: TransitionResult): Promise<void>;
	/** Adds the jobs of outbox entries and acknowledges them. */
	followUp(result: TransitionResult, place?: Place): Promise<void>;
}

/** Builds an engine. */
export function engineOf(parts: Omit<Engine, 'rollout' | 'commit' | 'write' | 'carryOn' | 'followUp'>): Engine {
	const { store, queues, log } = parts;
	const followUp = async (result: TransitionResult, place?: Place): Promise<void> => {
		if (!result.ok || result.outbox.length === 0) return;
		try {
			await queues.add(result.outbox, place);
			await store.outbox.acknowledge(result.outbox);
		} catch (error) {
			// The change stands and its follow-ups are on record: failing the caller now would tell a person that the decision was lost.
			log.warn({ err: error, outbox: result.outbox }, 'follow-up left to the sweeper');
		}
	};
	const write: Engine['write'] = (change, action) =>
		store.transition(action === undefined ? change : withFacts(parts, action, change));
	const carryOn: Engine['carryOn'] = async ({ due }, result) => {
		if (!result.ok) return;
		await followUp(result);
		if (!due?.exact) return;
		const at = Math.min(due.at ?? Number.POSITIVE_INFINITY, result.at + (due.inMs ?? Number.POSITIVE_INFINITY));
		await queues.wake(at, result.at).catch((error: unknown) => log.warn({ err: error }, 'wake-up left to the sweeper'));
	};
	return {
		...parts,
		rollout: rolloutView(parts),
		followUp,
		write,
		carryOn,
		async commit(change, action) {
			const result = await write(change, action);
			await carryOn(change, result);
			return result;
		},
	};
}

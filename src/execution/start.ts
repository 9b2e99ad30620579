/** The start of an execution: the claim in Redis, and its line in the journal outside Redis, before anything is called. */
import type { Action, Attempt } from '../domain/action.ts';
import { startedBefore } from '../engine/endings.ts';
import type { Engine } from '../engine/engine.ts';
import { started } from '../engine/moves.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';

/**
 * `held`: the system is paused, or Redis has gone back in time. `started_before`: it may have run before Redis went back; its outcome
 * is unknown now. `unwritten`: it is claimed, and must be handed back without a call: the journal could not be written.
 */
export type Start = 'started' | 'claimed_elsewhere' | 'held' | 'started_before' | 'unwritten';

/** Starts one execution: at most once for each approval, also where Redis has forgotten the first time (INVARIANT I2). */
export async function start(engine: Engine, action: Action, attempt: Attempt): Promise<Start> {
	const change = started(action, attempt);
	let result = await engine.commit(change, action);
	if (!result.ok && result.why === 'check') {
		const reason = await reasonNotTo(engine, action);
		if (reason !== null) {
			const kept = await engine.commit(startedBefore(action, attempt, reason), action);
			engine.log.error({ id: action.id, reason }, 'alert: not started after Redis went back in time');
			return kept.ok ? 'started_before' : 'claimed_elsewhere';
		}
		result = await engine.commit({ ...change, gate: 'checked' }, action);
	}
	if (!result.ok) return result.why === 'held' ? 'held' : 'claimed_elsewhere';
	try {
		await engine.starts?.note(idempotencyKeyOf(action));
		return 'started';
	} catch (error) {
		engine.log.error({ err: error, id: action.id }, 'alert: the journal cannot be written, nothing is executed');
		return 'unwritten';
	}
}

/** Why an action must not be started although Redis would allow it, or null. */
async function reasonNotTo({ store, starts }: Engine, action: Action): Promise<string | null> {
	const { liftedAt } = await store.mark.check();
	if (liftedAt === null || action.createdAt > liftedAt) return null;
	switch ((await starts?.knows(idempotencyKeyOf(action), action.createdAt)) ?? 'no_evidence') {
		case 'not_started':
			return null;
		case 'started':
			return 'the journal says that it was started before Redis went back in time';
		case 'no_evidence':
			return 'Redis went back in time, and no journal here is old enough to say whether it ran';
	}
}

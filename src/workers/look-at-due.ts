/** Takes what is due from the index and does what each needs. The deadline worker and the sweeper share it. */
import type { Action } from '../domain/action.ts';
import { dueNow } from '../engine/lookup.ts';
import type { Change, TransitionResult } from '../store/transition.ts';
import type { WorkerDeps } from './deps.ts';

/** How many are taken at once: enough to fill a pipeline, few enough to leave some to other workers. */
const batch = 250;
/**
 * A taker that dies gives its batch back after this long, in ms: so late deadlines are then. One that is only slow finds its batch looked
 * at by another one as well, and whoever writes second changes nothing.
 */
const leaseMs = 4_000;

/** Changes whose jobs may wait for the rest of what is due; more than this would be left to the sweeper by a crash. */
const mostOwed = 5_000;

/**
 * Looks at everything that is due now. Returns how many actions were changed. In a storm, what is due is written first and the
 * jobs that follow are added after it: a deadline must not be late because the fallback of another one is running.
 */
export async function lookAtDue(deps: WorkerDeps): Promise<number> {
	const { store, queues } = deps.engine;
	let changed = 0;
	let owed: Owed[] = [];
	const settle = async (): Promise<void> => {
		const settling = owed;
		owed = [];
		await Promise.all(settling.map(({ change, result }) => deps.engine.carryOn(change, result)));
	};
	for (;;) {
		const { now, ids } = await store.due.take(batch, leaseMs);
		if (ids.length === 0 || owed.length >= mostOwed) await settle();
		if (ids.length === 0) {
			// This wake-up may have come early, or another been lost: the next one is made sure of here.
			const next = await store.due.next();
			if (next !== null) await queues.wake(Math.max(next, now + 1), now);
			return changed;
		}
		const made = (await Promise.all(ids.map((id) => lookAtOne(deps, id, now)))).filter((each) => each !== null);
		owed.push(...made);
		changed += made.length;
		deps.engine.log.trace({ due: ids.length, changed }, 'looked at what is due');
	}
}

/** A change that was made, and whose jobs are still to be added. */
interface Owed {
	readonly change: Change;
	readonly result: TransitionResult;
}

/** Looks at one id. One that cannot be read, or fails, is said so and comes again with its lease; the others must not wait for it. */
async function lookAtOne(deps: WorkerDeps, id: string, now: number): Promise<Owed | null> {
	try {
		const action = await deps.engine.store.actions.get(id);
		if (action !== null) return await lookAt(deps, action, now);
		await dropGhost(deps, id);
	} catch (error) {
		deps.engine.log.error({ err: error, id }, 'a due action could not be looked at');
	}
	return null;
}

/** Looks at one action; the change, where one was made. */
async function lookAt(deps: WorkerDeps, action: Action, now: number): Promise<Owed | null> {
	const { engine } = deps;
	const { store, queues } = engine;
	const lease = now + leaseMs;
	const due = dueNow(action, now, await alive(deps, action));
	switch (due.kind) {
		case 'later':
			await store.due.putBack(action.id, lease, now + Math.max(1, due.againMs));
			return null;
		case 'ask': {
			const event = due.effect === 'execute' && action.decision?.event === 'routed_notify' ? 'routed_notify' : 'received';
			await queues.add([{ event, effect: due.effect, id: action.id, version: action.version }]);
			await store.due.putBack(action.id, lease, now + due.againMs);
			return null;
		}
		case 'change': {
			const result = await engine.write(due.change, action);
			if (!result.ok && result.why === 'too_early') await store.due.putBack(action.id, lease, result.deadlineAt ?? now + 1000);
			if (result.ok) deps.signal(due.change.steps.at(-1)?.event ?? 'due', action.id);
			return result.ok ? { change: due.change, result } : null;
		}
	}
}

/** An id without a record is taken out, loudly: somebody deleted it by hand, or Redis went back in time. */
async function dropGhost({ engine }: WorkerDeps, id: string): Promise<void> {
	const problem = { code: 'ghost_record', message: 'an unfinished action has no record' } as const;
	engine.log.error({ id }, `${problem.code}: ${problem.message}`);
	await engine.store.quarantine.put({ queue: 'due', jobId: id, problem, raw: id, encoding: 'utf8' });
	await engine.store.due.remove(id);
}

/** Whether whoever runs the action still shows itself. An agent that claimed it has until the timeout. */
async function alive({ engine }: WorkerDeps, action: Action): Promise<boolean> {
	if (action.state !== 'executing' || action.attempt === null) return false;
	return (
		action.attempt.worker.startsWith('agent:') ||
		action.attempt.worker === engine.worker ||
		engine.store.workers.alive(action.attempt.worker)
	);
}

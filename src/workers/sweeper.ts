/**
 * The sweeper: an auditor of its own. It looks at what is overdue, at follow-ups that a crashed writer left in the outbox,
 * and at queue records that no worker can read, without trusting that any job ever came.
 */
import type { Handlers } from '../queues/work.ts';
import { askChecks } from './ask-checks.ts';
import { sweepCopies } from './copies.ts';
import { demote } from './demote.ts';
import type { WorkerDeps } from './deps.ts';
import { sendDigests, sendDueDigests } from './digests.ts';
import { inspectQueues } from './inspect-queues.ts';
import { learn } from './learn.ts';
import { lookAtDue } from './look-at-due.ts';
import { followPolicy } from './policy-change.ts';
import { sendHeld } from './waiting.ts';

/** How often the sweeper comes, in ms. */
export const sweepEveryMs = 5_000;
/** A follow-up may be this old before the sweeper takes it for left behind, in ms. */
const leftAfterMs = 5_000;
const batch = 500;
/** Counts stay long enough to compare a year with the one before, in ms. */
const statisticsKeepMs = 800 * 86_400_000;

/** Handlers of the `chores` queue. */
export const chores = (deps: WorkerDeps): Handlers => ({
	async send_digests() {
		await sendDigests(deps);
	},
	async trim() {
		const { store } = deps.engine;
		await store.actions.trim(store.settings.keepMs);
		await store.learning.statistics.keep(await store.now(), statisticsKeepMs);
		await demote(deps);
	},
});

/** Sweeps until stopped. */
export interface Sweeping {
	stop(): Promise<void>;
}

/**
 * Sweeps every `sweepEveryMs`, one process of all at a time. By a timer of its own and a turn in Redis, and not by a job: a job that
 * repeats is put off by the clock of whoever had it last, and who audits jobs must not need one.
 */
export function keepSweeping(deps: WorkerDeps): Sweeping {
	const { store, log } = deps.engine;
	let running: Promise<void> | null = null;
	const round = async (): Promise<void> => {
		try {
			if (await store.workers.takeTurn('sweep', sweepEveryMs - 100)) await sweep(deps);
		} catch (error) {
			log.warn({ err: error }, 'sweep');
		} finally {
			running = null;
		}
	};
	const look = (): void => {
		running ??= round();
	};
	const timer = setInterval(look, sweepEveryMs);
	look();
	return {
		async stop() {
			clearInterval(timer);
			await running;
		},
	};
}

/** One round. */
export async function sweep(deps: WorkerDeps): Promise<void> {
	const { store, queues, log } = deps.engine;
	for (;;) {
		const { entries, unreadable } = await store.outbox.leftovers(leftAfterMs, batch);
		if (entries.length > 0) {
			log.warn({ entries: entries.length }, 'follow-ups that a writer left behind');
			await queues.add(entries);
			await store.outbox.acknowledge(entries);
		}
		for (const text of unreadable) {
			await store.quarantine.put({
				queue: 'outbox',
				jobId: '',
				problem: { code: 'record_unreadable', message: 'the outbox holds an entry that is none of ours' },
				raw: text,
				encoding: 'utf8',
			});
			await store.outbox.discard(text);
		}
		if (entries.length + unreadable.length < batch) break;
	}
	await followPolicy(deps);
	await lookAtDue(deps);
	await sendHeld(deps);
	await askChecks(deps);
	await learn(deps);
	await sendDueDigests(deps);
	await inspectQueues(deps);
	await sweepCopies(deps);
	deps.signal('swept', '');
}

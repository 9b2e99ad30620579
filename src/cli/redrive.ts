/** The work of `countersign quarantine redrive`. */
import { parseJson } from '../domain/json.ts';
import { minDeadlineMs } from '../domain/parse.ts';
import type { Quarantined } from '../store/quarantine.ts';
import { Exit } from './exit.ts';
import { withApp } from './operator.ts';

/** Proposes a record again. Only a proposal can be: every other job is a wake-up, which the sweeper sends anew by itself. */
export async function redrive(record: Quarantined): Promise<string> {
	if (record.queue !== 'actions')
		throw new Exit('conflict', `a record of the queue \`${record.queue}\` is a wake-up, which comes again by itself; discard it`);
	const parsed = record.encoding === 'utf8' ? parseJson(record.raw) : null;
	if (parsed === null || !parsed.ok)
		throw new Exit('invalid', 'the record is no JSON; propose the action anew and discard it', { code: 'record_unreadable' });
	const jobId = `redrive.${record.id}`;
	await withApp(async ({ front }) => {
		// In this order: a crash in between leaves the record twice, which is recognised; the other order would lose it.
		await front.queues.propose(jobId, parsed.value, sentAt(record, parsed.value));
		await front.store.quarantine.remove(record.id);
	});
	return jobId;
}

/** It was taken in once, so its deadline was in time; that it has passed since is for the plan to say, and no reason to refuse it. */
export function sentAt({ at }: Pick<Quarantined, 'at'>, proposal: unknown): number {
	const given = typeof proposal === 'object' && proposal !== null && 'deadlineAt' in proposal ? proposal.deadlineAt : undefined;
	return typeof given === 'number' ? Math.min(at, given - minDeadlineMs) : at;
}

/** Puts queue records that nobody can read, or that failed for good, into quarantine: raw bytes and reason are kept, then they leave the queue. */
import type { Problem } from '../domain/errors.ts';
import { queueNames } from '../queues/catalog.ts';
import type { BadRecord } from '../queues/inspect.ts';
import type { WorkerDeps } from './deps.ts';

const problems: Record<BadRecord['reason'], Problem> = {
	ghost: { code: 'ghost_record', message: 'the queue names a job that does not exist' },
	data: { code: 'record_unreadable', message: 'the data of the job is not JSON' },
	opts: { code: 'record_unreadable', message: 'the options of the job are not JSON' },
	failed: { code: 'internal', message: 'every try ended with an error; when its cause is mended, drive it again' },
	size: { code: 'payload_too_large', message: 'the data of the job is larger than 384 KiB; only its beginning is kept' },
};

/** One round over every queue. */
export async function inspectQueues({ engine, signal }: WorkerDeps): Promise<void> {
	await engine.queues.letGo();
	for (const queue of queueNames) {
		const bad = await engine.queues.findBad(queue);
		for (const { jobId, reason, raw } of bad) {
			const text = raw.toString('utf8');
			const readable = Buffer.from(text, 'utf8').equals(raw);
			const kept = await engine.store.quarantine.put({
				queue,
				jobId,
				problem: problems[reason],
				raw: readable ? text : raw.toString('base64'),
				encoding: readable ? 'utf8' : 'base64',
			});
			engine.log.warn({ queue, jobId, reason, quarantined: kept.id }, 'queue record quarantined');
			signal('quarantined', kept.id);
		}
		// Only now: a crash in between finds them again, and keeps them under the same ids.
		if (bad.length > 0)
			await engine.queues.dropBad(
				queue,
				bad.map((record) => record.jobId),
			);
	}
}

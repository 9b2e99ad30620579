/**
 * The catalogue of queues and jobs: every name once, with the schema of its data. Jobs are wake-ups and carry ids only;
 * `propose` is the one exception, because it is how an action comes in.
 */
import type { JobsOptions } from 'bullmq';
import { z } from 'zod';
import { actionIdForm } from '../domain/ids.ts';
import type { Effect, Event } from '../domain/lifecycle.ts';
import { answerReasons } from '../domain/mail-answer.ts';

/** The queues, in the order an action meets them. */
export const queueNames = [
	'actions',
	'auto',
	'notify',
	'approval',
	'escalation',
	'deadlines',
	'deliveries',
	'outcomes',
	'chores',
] as const;
export type QueueName = (typeof queueNames)[number];

/** Wakes a worker up to look at one action. `version` is the one that asked for it; the record is the truth. */
export const actionJob = z.strictObject({ id: z.string().regex(actionIdForm), version: z.int().min(0) });
export type ActionJob = z.output<typeof actionJob>;

/** Wakes the deadline worker up to look at what is due. */
export const wakeJob = z.strictObject({ at: z.int() });

const reviewerId = z.string().min(1).max(128);
const pushChannel = z.enum(['email', 'sms', 'slack']);

/** The most that one message lists of what waits for its reader. */
export const mostWaiting = 200;

/** One message to one person by one channel. */
export const deliveryJob = z.discriminatedUnion('kind', [
	z.strictObject({
		/** `review`: please decide. `case`: please take over. `note`: something about your decision went wrong. */
		kind: z.enum(['review', 'case', 'note']),
		id: z.string().regex(actionIdForm),
		revision: z.int().min(1),
		tier: z.int().min(0),
		reviewer: reviewerId,
		channel: pushChannel,
		/** Has waited for others to the same number: goes out now, with them. */
		gathered: z.literal(true).optional(),
		/** Neither quiet hours nor caps hold it back. */
		urgent: z.literal(true).optional(),
		/** Was held back, and goes out now. */
		released: z.literal(true).optional(),
	}),
	z.strictObject({
		/** What was held back for one person, in one message. */
		kind: z.literal('waiting'),
		items: z
			.array(
				z.strictObject({
					kind: z.enum(['review', 'case']),
					id: z.string().regex(actionIdForm),
					revision: z.int().min(1),
					tier: z.int().min(0),
				}),
			)
			.min(1)
			.max(mostWaiting),
		reviewer: reviewerId,
		channel: pushChannel,
	}),
	z.strictObject({
		/** A one-time code that proves a second channel; made when it is sent. */
		kind: z.literal('code'),
		id: z.string().regex(actionIdForm),
		revision: z.int().min(1),
		reviewer: reviewerId,
		channel: pushChannel,
		/** Of the link on whose page it is entered. */
		linkHash: z.string().regex(/^[0-9a-f]{64}$/),
	}),
	z.strictObject({
		/** What became of a person's mail. */
		kind: z.literal('answer'),
		id: z.string().regex(actionIdForm),
		revision: z.int().min(1),
		reviewer: reviewerId,
		channel: z.literal('email'),
		why: z.enum(answerReasons),
		/** Message-ID of their mail. */
		inReplyTo: z
			.string()
			.regex(/^<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>$/)
			.optional(),
	}),
	z.strictObject({
		kind: z.literal('digest'),
		ids: z.array(z.string().regex(actionIdForm)).max(500),
		reviewer: reviewerId,
		channel: pushChannel,
	}),
]);
export type DeliveryJob = z.output<typeof deliveryJob>;

/** A message that was sent did not arrive: its person's next channel is tried. */
export const undeliveredJob = z.strictObject({
	kind: z.enum(['review', 'case', 'note']),
	id: z.string().regex(actionIdForm),
	revision: z.int().min(1),
	tier: z.int().min(0),
	reviewer: reviewerId,
	channel: pushChannel,
	/** What the provider said. */
	reason: z.string().max(120),
});
export type UndeliveredJob = z.output<typeof undeliveredJob>;

const choreJob = z.strictObject({});

/** Job names by queue. `propose` is parsed by `parseProposal` in the classifier, which knows better messages than a schema. */
export const catalog = {
	actions: { propose: z.unknown(), classify: actionJob },
	auto: { execute: actionJob, run_fallback: actionJob, reconcile: actionJob },
	notify: { execute: actionJob },
	approval: { open_review: actionJob },
	escalation: { open_case: actionJob, alert: actionJob },
	deadlines: { wake: wakeJob },
	deliveries: { deliver: deliveryJob, undelivered: undeliveredJob, update_copies: actionJob },
	outcomes: { publish_outcome: actionJob },
	chores: { send_digests: choreJob, trim: choreJob },
} as const satisfies Record<QueueName, Record<string, z.ZodType>>;

export type JobName<Q extends QueueName> = keyof (typeof catalog)[Q] & string;
export type JobData<Q extends QueueName, N extends JobName<Q>> = (typeof catalog)[Q][N] extends z.ZodType<infer T> ? T : never;

/** Which job an effect becomes; null where the write itself did all there was to do. */
export function jobOf(event: Event | 'received', effect: Effect): { queue: QueueName; name: string } | null {
	switch (effect) {
		case 'execute':
			return event === 'routed_notify' ? { queue: 'notify', name: 'execute' } : { queue: 'auto', name: 'execute' };
		case 'classify':
			return { queue: 'actions', name: 'classify' };
		case 'open_review':
			return { queue: 'approval', name: 'open_review' };
		case 'open_case':
			return { queue: 'escalation', name: 'open_case' };
		case 'alert':
			return { queue: 'escalation', name: 'alert' };
		case 'run_fallback':
			return { queue: 'auto', name: 'run_fallback' };
		case 'reconcile':
			return { queue: 'auto', name: 'reconcile' };
		case 'publish_outcome':
			return { queue: 'outcomes', name: 'publish_outcome' };
		case 'inform':
			return null;
	}
}

/**
 * Options of every job. Jobs leave no trace when they end: the record is the truth, and an id that stayed behind would swallow
 * the next job of that name without a word. What becomes of those that fail is the worker's to say (work.ts).
 */
export const jobOptions: JobsOptions = {
	attempts: 8,
	backoff: { type: 'exponential', delay: 500, jitter: 0.5 },
	removeOnComplete: true,
	sizeLimit: 384 * 1024,
	stackTraceLimit: 3,
	keepLogs: 0,
};

/** Entries that a queue's event stream keeps; nothing of ours reads it. */
export const eventsMaxLength = 1000;

/**
 * A recorded history, as JSON Lines: what the store holds of each action, and, where somebody wrote it down, what clients were
 * told and what really happened outside. Instants in ms since the epoch.
 */
import { z } from 'zod';

const id = z.string().min(1).max(128);
const name = z.string().max(200);

/** One action as the store holds it. `history`: its entries byte for byte, since `chain` is over bytes. */
export const recordedAction = z.object({
	kind: z.literal('action'),
	id,
	/** Null: only an index still names it. */
	state: name.nullable(),
	version: z.number().int().nullable(),
	payloadDigest: name.nullable(),
	/** Hash over all entries; null in a record that has none. */
	chain: name.nullable(),
	/** When the due index wants it looked at. */
	dueAt: z.number().nullable(),
	history: z.array(z.string()),
});
export type RecordedAction = z.output<typeof recordedAction>;

const decision = z.object({ event: name, by: name, at: z.number() });

/** What one call of a client came to. A call without `until` was never answered: it may have happened or not, for ever. */
export const call = z.object({
	kind: z.literal('call'),
	/** Of the action. */
	id,
	at: z.number(),
	until: z.number().nullable(),
	/** Digest of what the caller was shown. */
	digest: name.optional(),
	told: z
		.discriminatedUnion('what', [
			/** The proposal is kept. */
			z.object({ what: z.literal('acknowledged') }),
			/** The answer made this event. */
			z.object({ what: z.literal('won'), event: name, by: name }),
			/** The answer was refused; `winner` is who was said to have been first. */
			z.object({ what: z.literal('lost'), code: name, winner: decision.nullable() }),
		])
		.nullable(),
});
export type Call = z.output<typeof call>;

/** Something that happened outside: the action's own effect, its fallback, or a message to a person. */
export const deed = z.object({
	kind: z.enum(['effect', 'fallback', 'message']),
	id,
	/** Under which the outside may deduplicate: one per approved payload, one per message. */
	key: z.string().max(500),
	/** Digest of what was done. */
	digest: name.optional(),
});
export type Deed = z.output<typeof deed>;

/** When the history was taken, by the store's clock, and whether it claims to hold every effect. What follows it, up to the next, is its own. */
export const head = z.object({
	kind: z.literal('head'),
	format: z.literal(1),
	takenAt: z.number(),
	deeds: z.boolean(),
	/** From this instant on the store's clock was not that of the clients: somebody had moved it. */
	clockMovedAt: z.number().optional(),
});
export type Head = z.output<typeof head>;

export const recordedLine = z.discriminatedUnion('kind', [head, recordedAction, call, deed]);
export type RecordedLine = z.output<typeof recordedLine>;

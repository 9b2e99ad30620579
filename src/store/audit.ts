/** What an auditor reads: every record beside its own history, byte for byte, since the chain is over bytes. */
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';

/** One action as it stands in Redis; the fields of its record as text, absent ones null. */
export interface Audited {
	readonly id: string;
	readonly state: string | null;
	readonly version: string | null;
	readonly payloadDigest: string | null;
	readonly chain: string | null;
	/** Its place in the due index, ms since the epoch. */
	readonly due: string | null;
	readonly history: readonly string[];
}

export interface AuditReader {
	/** These actions; each is read in one step, so that record and history belong together. */
	read(ids: readonly string[]): Promise<Audited[]>;
	/** Every action: those with a record, and those that only an index still names. In batches, in no order, each at least once. */
	everything(): AsyncIterable<Audited[]>;
}

export function auditOn(redis: Redis, keys: Keys): AuditReader {
	const read = async (ids: readonly string[]): Promise<Audited[]> => {
		const each = (id: string): string[][] => [
			['multi'],
			['hmget', keys.action(id), 'state', 'version', 'payloadDigest', 'chain'],
			['zscore', keys.due, id],
			['lrange', keys.history(id), '0', '-1'],
			['exec'],
		];
		const answers = (await redis.pipeline(ids.flatMap(each)).exec()) ?? [];
		return ids.map((id, i): Audited => {
			// MULTI, three that are queued, and EXEC with their answers.
			const [error, answer] = answers[5 * i + 4] ?? [new Error('no answer'), null];
			if (error !== null) throw error;
			const [[state, version, payloadDigest, chain], due, history] = answer as [(string | null)[], string | null, string[]];
			const text = (field: string | null | undefined): string | null => field ?? null;
			return {
				id,
				state: text(state),
				version: text(version),
				payloadDigest: text(payloadDigest),
				chain: text(chain),
				due,
				history,
			};
		});
	};
	const idsIn = (batch: readonly string[], start: number): string[] => batch.map((key) => key.slice(start));
	return {
		read,
		async *everything() {
			const start = keys.action('').length;
			for await (const batch of redis.scanStream({ match: `${escaped(keys.action(''))}*`, count: 500 }))
				yield await read(idsIn(batch as string[], start));
			for await (const batch of redis.zscanStream(keys.due, { count: 500 }))
				yield (await read((batch as string[]).filter((_, i) => i % 2 === 0))).filter(({ state }) => state === null);
		},
	};
}

const escaped = (text: string): string => text.replace(/[[\]*?\\]/g, '\\$&');

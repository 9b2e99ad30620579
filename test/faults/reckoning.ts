/** After a run: everything that was recorded goes to the checker, and, if asked for, into a file that `countersign audit verify` reads. */
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Audit } from '../../src/audit/audit.ts';
import type { Call, RecordedAction } from '../../src/audit/recorded.ts';
import { type Entry, storyOf } from '../../src/audit/story.ts';
import type { Store } from '../../src/store/store.ts';
import type { Kill } from './fleet.ts';
import { readLedgers } from './ledger.ts';

/** From the instant `at` on, by the machine's clock, the store's clock was ahead by `offset` ms. */
export interface Offset {
	readonly at: number;
	readonly offset: number;
}

export interface Reckoning {
	readonly store: Store;
	readonly calls: readonly Call[];
	readonly folder: string;
	readonly kills: readonly Kill[];
	readonly offsets: readonly Offset[];
	readonly history: string | undefined;
}

/** Adds all actions to the audit; gives back how long each action that a kill interrupted stood still, in ms. */
export async function reckon(audit: Audit, { store, calls, folder, kills, offsets, history }: Reckoning): Promise<number[]> {
	const callsOf = Map.groupBy(calls, ({ id }) => id);
	const deedsOf = Map.groupBy(readLedgers(folder), ({ id }) => id);
	const killsOf = new Map<string, number[]>();
	for (const { at, inHand } of kills) for (const { id } of inHand) killsOf.set(id, [...(killsOf.get(id) ?? []), at]);
	const first = offsets[0];
	const clockMovedAt = first === undefined ? Number.POSITIVE_INFINITY : first.at;
	const recoveries: number[] = [];
	const seen = new Set<string>();
	const file = history === undefined ? null : createWriteStream(history, { flags: 'a' });
	const keep = (line: object): void => void file?.write(`${JSON.stringify(line)}\n`);
	const takenAt = await store.now();
	keep({ kind: 'head', format: 1, takenAt, deeds: true, ...(first !== undefined && { clockMovedAt }) });
	const add = (action: RecordedAction): void => {
		const own = { calls: callsOf.get(action.id) ?? [], deeds: deedsOf.get(action.id) ?? [] };
		audit.add(action, { ...own, clockMovedAt });
		for (const line of [action, ...own.calls, ...own.deeds]) keep(line);
		const at = killsOf.get(action.id);
		if (at !== undefined) recoveries.push(...standstills(storyOf(action).entries, at, offsets));
	};
	for await (const batch of store.audit.everything())
		for (const { due, version, history: entries, ...rest } of batch) {
			if (seen.has(rest.id)) continue;
			seen.add(rest.id);
			add({
				...rest,
				kind: 'action',
				version: version === null ? null : Number(version),
				dueAt: due === null ? null : Number(due),
				history: [...entries],
			});
		}
	const absent = { kind: 'action', state: null, version: null, payloadDigest: null, chain: null, dueAt: null } as const;
	const told = [...callsOf].filter(([id, own]) => !seen.has(id) && own.some((call) => call.told?.what === 'acknowledged'));
	const done = [...deedsOf.keys()].filter((id) => !seen.has(id) && !callsOf.has(id));
	for (const id of [...told.map(([each]) => each), ...done]) add({ ...absent, id, history: [] });
	if (file !== null) {
		file.end();
		await finished(file);
	}
	return recoveries;
}

/** States in which the next step is a worker's. */
const workersTurn: ReadonlySet<string> = new Set(['', 'received', 'approved', 'executing', 'falling_back']);

/** How long an action stood still after the kill of a process that had it in its hands: after the last one, where several came before it moved. */
function standstills(entries: readonly Entry[], kills: readonly number[], offsets: readonly Offset[]): number[] {
	// By the machine's clock: the store's was moved at the end.
	const at = entries.map((entry) => {
		const moved = offsets.findLast((each) => entry.at >= each.at + each.offset);
		return entry.at - (moved?.offset ?? 0);
	});
	return at.flatMap((moved, next) => {
		const state = entries[next - 1]?.to ?? '';
		const before = at[next - 1] ?? Number.NEGATIVE_INFINITY;
		const kill = kills.findLast((each) => each >= before && each < moved);
		return kill === undefined || !workersTurn.has(state) ? [] : [moved - kill];
	});
}

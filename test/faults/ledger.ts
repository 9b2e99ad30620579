/** What the handlers did to the world, on disk before they go on: a kill may come between any two lines, but not inside this book. */
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** `effect`: the action's own effect, which must happen once. `fallback`: the safe action, which may repeat after a crash. */
export interface Entry {
	readonly kind: 'effect' | 'fallback';
	/** The key under which the outside may deduplicate: one per approved payload. */
	readonly key: string;
	readonly actionId: string;
	readonly payloadDigest: string;
	readonly pid: number;
}

export interface Ledger {
	/** Writes an entry; it is on disk when this returns. */
	write(entry: Omit<Entry, 'pid'>): void;
	close(): void;
}

/** Opens this process's ledger in a folder that all processes share. */
export function openLedger(folder: string): Ledger {
	const file = openSync(join(folder, `ledger-${process.pid}.jsonl`), 'a');
	return {
		write(entry) {
			writeSync(file, `${JSON.stringify({ ...entry, pid: process.pid } satisfies Entry)}\n`);
			fsyncSync(file);
		},
		close: () => closeSync(file),
	};
}

/** Every entry of every process. A line that a kill cut short was never finished: its effect did not happen. */
export function readLedgers(folder: string): Entry[] {
	return readdirSync(folder)
		.filter((name) => name.startsWith('ledger-'))
		.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1))
		.map((line) => JSON.parse(line) as Entry);
}

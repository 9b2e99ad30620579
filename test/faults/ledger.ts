/** What happened in the world outside, on disk before anybody goes on: a kill may come between any two lines, but not inside this book. */
import {
	closeSync,
	fsyncSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	symlinkSync,
	writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Deed } from '../../src/audit/recorded.ts';

export interface Ledger {
	/** Writes a deed; it is on disk when this returns. */
	write(deed: Deed): void;
	/**
	 * The outside's own memory of a key, as a payment provider has one: the first to come says what becomes of it, for ever. `effect`:
	 * it happens. `void`: it must not happen any more, because somebody wants to know for certain.
	 */
	settle(key: string, as: 'effect' | 'void', about: { id: string; digest: string }): 'effect' | 'void';
	close(): void;
}

const keys = (folder: string): string => join(folder, 'keys');

/** Opens this process's ledger in a folder that all processes share. */
export function openLedger(folder: string): Ledger {
	const file = openSync(join(folder, `ledger-${process.pid}.jsonl`), 'a');
	mkdirSync(keys(folder), { recursive: true });
	return {
		write(deed) {
			writeSync(file, `${JSON.stringify(deed)}\n`);
			fsyncSync(file);
		},
		settle(key, as, { id, digest }) {
			const path = join(keys(folder), key);
			try {
				// One step, content and all.
				symlinkSync(`${as}/${id}/${digest}`, path);
				return as;
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
				return readlinkSync(path).split('/')[0] as 'effect' | 'void';
			}
		},
		close: () => closeSync(file),
	};
}

/** Every deed of every process. A line that a kill cut short was never finished. */
export function readLedgers(folder: string): Deed[] {
	const names = readdirSync(folder).filter((name) => name.startsWith('ledger-'));
	const deeds = names.flatMap((name) =>
		readFileSync(join(folder, name), 'utf8')
			.split('\n')
			.slice(0, -1)
			.map((line) => JSON.parse(line) as Deed),
	);
	// Killed between the two: it has happened, and only the outside's own memory says so.
	const written = new Set(deeds.filter(({ kind }) => kind === 'effect').map(({ key }) => key));
	for (const key of readdirSync(keys(folder))) {
		const [as, id = '', digest = ''] = readlinkSync(join(keys(folder), key)).split('/');
		if (as === 'effect' && !written.has(key)) deeds.push({ kind: 'effect', id, key, digest });
	}
	return deeds;
}

/** The journal: what is kept in a folder outside Redis, to be held against it after a crash, a failover or a restored backup. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { openMarkFile } from './mark-file.ts';
import { openStarts, type Starts } from './starts.ts';

export interface JournalOptions {
	readonly folder: string;
	/** Hash tag of the installation. */
	readonly prefix: string;
	/** Where Redis is; without its password. */
	readonly place: string;
	/** Name of this process. */
	readonly writer: string;
	/** How long starts are kept, in ms. */
	readonly keepMs: number;
}

export interface Journal {
	readonly starts: Starts;
	/** Takes up the journal of an installation: the highest number that an earlier process saw acknowledged, 0 for none. */
	adopt(instance: string): number;
	/** Keeps the highest number seen by now; soon on the disk. */
	keep(seq: number): void;
	/** Why it could not be written last time, or null. */
	problem(): string | null;
	close(): Promise<void>;
}

/** Where the journal of an installation lies. */
export const journalFolder = (folder: string, prefix: string): string =>
	join(folder, createHash('sha256').update(prefix).digest('hex').slice(0, 12));

/** Opens the journal; nothing is created before there is something to write. */
export function openJournal({ folder, prefix, place, writer, keepMs }: JournalOptions): Journal {
	const own = journalFolder(folder, prefix);
	const file = openMarkFile(join(own, 'mark.json'));
	const starts = openStarts(own, { writer, keepMs });
	let adopted: string | null = null;
	return {
		starts,
		// The same data in another place is a restored backup; other data in the same place is a Redis that was emptied or replaced.
		adopt(instance) {
			adopted = instance;
			return file.left?.instance === instance || file.left?.place === place ? (file.left?.seq ?? 0) : 0;
		},
		keep(seq) {
			if (adopted !== null) file.keep({ instance: adopted, place, seq });
		},
		problem: () => file.problem(),
		async close() {
			await Promise.all([file.close(), starts.close()]);
		},
	};
}

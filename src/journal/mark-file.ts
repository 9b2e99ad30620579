/** The number of the last acknowledged change, in a file: what tells a start that Redis has gone back in time meanwhile. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const kept = z.object({ instance: z.string(), place: z.string(), seq: z.int().min(0) });
export type KeptMark = z.output<typeof kept>;

/** The file is at most this much older than what was acknowledged, in ms. */
const writeEveryMs = 200;

export interface MarkFile {
	/** What an earlier process left; null for nothing, or nothing that can be read. */
	readonly left: KeptMark | null;
	/** Keeps this; written soon, and whole. */
	keep(mark: KeptMark): void;
	/** Why it could not be written last time, or null. */
	problem(): string | null;
	/** Writes what is still to be written. */
	close(): Promise<void>;
}

export function openMarkFile(path: string): MarkFile {
	const left = read(path);
	let wanted: KeptMark | null = null;
	let problem: string | null = null;
	let timer: NodeJS.Timeout | null = null;
	let writing: Promise<void> = Promise.resolve();
	const write = (): void => {
		timer = null;
		writing = writing.then(async () => {
			const mark = wanted;
			wanted = null;
			if (mark === null) return;
			try {
				await replace(path, mark);
				problem = null;
			} catch (error) {
				problem = error instanceof Error ? error.message : String(error);
			}
		});
	};
	return {
		left,
		keep(mark) {
			wanted = mark;
			timer ??= setTimeout(write, writeEveryMs).unref();
		},
		problem: () => problem,
		async close() {
			if (timer !== null) clearTimeout(timer);
			write();
			await writing;
		},
	};
}

function read(path: string): KeptMark | null {
	try {
		return kept.parse(JSON.parse(readFileSync(path, 'utf8')));
	} catch {
		return null;
	}
}

/** Whoever reads it finds the old one or the new one, after a power loss too. Several processes of a folder may write: the highest stands. */
async function replace(path: string, mark: KeptMark): Promise<void> {
	mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
	const there = read(path);
	if (there !== null && there.instance === mark.instance && there.seq >= mark.seq) return;
	const draft = `${path}.${randomUUID()}`;
	const file = await open(draft, 'w', 0o600);
	try {
		await file.writeFile(JSON.stringify(mark));
		await file.sync();
	} finally {
		await file.close();
	}
	await rename(draft, path);
}

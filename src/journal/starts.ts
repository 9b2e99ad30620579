/**
 * Which executions were started, in files outside Redis: one line each, on the disk before the handler is called. When Redis has lost
 * acknowledged changes, an action may look as if it had never run; these files know better (INVARIANT I2). Where a line cannot be
 * written, nothing is started: no record, no action.
 */
import { createReadStream, mkdirSync, readdirSync, statSync, unlinkSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What the files say of an execution. `no_evidence`: they were begun too late to know. */
export type Known = 'started' | 'not_started' | 'no_evidence';

export interface Starts {
	/** Makes sure that a line could be written: from now on, the files know what was started. Rejects where it cannot. */
	begin(): Promise<void>;
	/** Writes that the execution under this key starts now. Rejects where it cannot be written. */
	note(key: string): Promise<void>;
	/** Whether an execution under this key was started before `before` (ms since the epoch). */
	knows(key: string, before: number): Promise<Known>;
	close(): Promise<void>;
}

const dayMs = 86_400_000;
const name = /^starts-(\d{4}-\d{2}-\d{2})-.*\.log$/;

/** Opens the files of a folder; `writer` tells those of this process from others'. Files older than `keepMs` are removed. */
export function openStarts(folder: string, { writer, keepMs }: { writer: string; keepMs: number }): Starts {
	let day = '';
	let file: FileHandle | null = null;
	let waiting: Waiting[] = [];
	let writing: Promise<void> | null = null;
	const fileOf = async (today: string): Promise<FileHandle> => {
		if (file !== null && day === today) return file;
		await file?.close();
		file = null;
		mkdirSync(folder, { recursive: true, mode: 0o700 });
		removeOld(folder, keepMs);
		file = await open(join(folder, `starts-${today}-${writer.replace(/[^\w-]/g, '_')}.log`), 'a', 0o600);
		day = today;
		return file;
	};
	/** All that wait go to the disk together: it takes as long for one line as for a hundred. */
	const write = async (): Promise<void> => {
		while (waiting.length > 0) {
			const batch = waiting;
			waiting = [];
			try {
				const out = await fileOf(new Date().toISOString().slice(0, 10));
				// Begins with a line of its own: what a full disk cut short must not run into it.
				await out.appendFile(`\n${batch.map(({ key }) => `${key}\n`).join('')}`);
				await out.datasync();
				for (const { resolve } of batch) resolve();
			} catch (error) {
				for (const { reject } of batch) reject(error);
				// Opened anew next time: by then the disk may have room, or another one may be there.
				await file?.close().catch(() => undefined);
				file = null;
			}
		}
		writing = null;
	};
	return {
		async begin() {
			await fileOf(new Date().toISOString().slice(0, 10));
		},
		note(key) {
			const { promise, resolve, reject } = Promise.withResolvers<void>();
			waiting.push({ key, resolve, reject });
			writing ??= write();
			return promise;
		},
		async knows(key, before) {
			const files = filesOf(folder);
			for (const path of files) if (await holds(path, key)) return 'started';
			return files.some((path) => statSync(path).birthtimeMs < before) ? 'not_started' : 'no_evidence';
		},
		async close() {
			await writing;
			await file?.close();
			file = null;
		},
	};
}

interface Waiting {
	readonly key: string;
	readonly resolve: () => void;
	readonly reject: (error: unknown) => void;
}

function filesOf(folder: string): string[] {
	try {
		return readdirSync(folder)
			.filter((each) => name.test(each))
			.map((each) => join(folder, each));
	} catch {
		return [];
	}
}

function removeOld(folder: string, keepMs: number): void {
	const oldest = new Date(Date.now() - keepMs - dayMs).toISOString().slice(0, 10);
	for (const each of readdirSync(folder)) {
		const date = name.exec(each)?.[1];
		if (date !== undefined && date < oldest) unlinkSync(join(folder, each));
	}
}

/** A line that a crash cut short is none: its handler was never called. */
async function holds(path: string, key: string): Promise<boolean> {
	const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
	try {
		for await (const line of lines) if (line === key) return true;
	} finally {
		lines.close();
	}
	return false;
}

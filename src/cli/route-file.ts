/** A file of JSON lines that a flag names, such as `--routes`, written as they come. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { jsonLine } from './output.ts';
import type { RouteLine } from './rows.ts';

export interface LineFile<T> {
	/** Whether anything is kept. */
	readonly open: boolean;
	/** Keeps a line in memory until the next `flushed`. */
	write(line: T): void;
	/** Waits until what was kept has been taken by the system. */
	flushed(): Promise<void>;
	close(): Promise<void>;
}
export type RouteFile = LineFile<RouteLine>;

/** Opens the file, or nothing where no path is given. */
export async function openLineFile<T>(path: string | undefined): Promise<LineFile<T>> {
	if (path === undefined)
		return { open: false, write: () => undefined, flushed: async () => undefined, close: async () => undefined };
	const stream = createWriteStream(path);
	await once(stream, 'open');
	return {
		open: true,
		write(line) {
			stream.write(`${jsonLine(line)}\n`);
		},
		async flushed() {
			if (stream.writableNeedDrain) await once(stream, 'drain');
		},
		async close() {
			stream.end();
			await once(stream, 'close');
		},
	};
}

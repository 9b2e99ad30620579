/** The file that `--routes` names: one JSON line for each action, written as they come. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { jsonLine } from './output.ts';
import type { RouteLine } from './rows.ts';

export interface RouteFile {
	write(line: RouteLine): Promise<void>;
	close(): Promise<void>;
}

/** Opens the file, or nothing where no path is given. */
export async function openRouteFile(path: string | undefined): Promise<RouteFile> {
	if (path === undefined) return { write: async () => undefined, close: async () => undefined };
	const stream = createWriteStream(path);
	await once(stream, 'open');
	return {
		async write(line) {
			if (!stream.write(`${jsonLine(line)}\n`)) await once(stream, 'drain');
		},
		async close() {
			stream.end();
			await once(stream, 'close');
		},
	};
}

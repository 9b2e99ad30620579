/** A text file line by line, in constant memory, whatever its size and its line ends. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Exit } from './exit.ts';

export interface Line {
	/** From 1. */
	readonly number: number;
	readonly text: string;
}

/** The longest line, in characters: a file without line breaks must not fill the memory. */
export const longestLine = 1024 * 1024;

/** Reads a regular UTF-8 file. Empty lines are left out; a line that is too long is cut, which no parser takes for whole. */
export async function* linesOf(path: string, progress?: Progress): AsyncGenerator<Line> {
	for await (const batch of lineBatchesOf(path, progress)) yield* batch;
}

/** How far a reader is. */
export interface Progress {
	/** `done` of `total` bytes. */
	at(done: number, total: number): void;
}

/** The same, many lines at a time: a million lines need not wait a million times. */
export async function* lineBatchesOf(path: string, progress?: Progress): AsyncGenerator<Line[]> {
	const total = await sizeOf(path);
	const decoder = new TextDecoder('utf-8', { fatal: true });
	let rest = '';
	let number = 0;
	let done = 0;
	for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
		const parts = (rest + decoded(decoder, chunk as Uint8Array, path)).split('\n');
		rest = (parts.pop() ?? '').slice(0, longestLine + 1);
		const batch: Line[] = [];
		for (const part of parts) {
			number += 1;
			const text = trimmed(part);
			if (text !== '') batch.push({ number, text });
		}
		if (batch.length > 0) yield batch;
		done += (chunk as Uint8Array).length;
		progress?.at(done, total);
	}
	const text = trimmed(rest + decoded(decoder, undefined, path));
	if (text !== '') yield [{ number: number + 1, text }];
}

const trimmed = (line: string): string => (line.length > longestLine ? line.slice(0, longestLine + 1) : line.trim());

function decoded(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array | undefined, path: string): string {
	try {
		return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
	} catch {
		throw new Exit('invalid', `the file \`${path}\` is not UTF-8 text`, { code: 'text_malformed' });
	}
}

/** The size of a regular file, in bytes. A device or a pipe may have no end, and cannot be read twice. */
async function sizeOf(path: string): Promise<number> {
	const found = await stat(path).catch(() => null);
	if (found === null) throw new Exit('error', `there is no file \`${path}\``);
	if (!found.isFile()) throw new Exit('error', `\`${path}\` is not a regular file`);
	return found.size;
}

/** The bytes of a small file. */
export async function bytesOf(path: string, most = 4 * longestLine): Promise<Uint8Array> {
	const { readFile } = await import('node:fs/promises');
	if ((await sizeOf(path)) > most) throw new Exit('error', `the file \`${path}\` is larger than ${most} bytes`);
	return readFile(path);
}

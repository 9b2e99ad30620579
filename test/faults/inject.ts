/**
 * Loaded before everything else in a worker process of the harness (`node --import`): changes the product's text by the edits it
 * is given, and puts the hooks they call beside it. Outside the harness nothing of this exists.
 */
import { openSync, writeSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Edit } from './edits.ts';

const edits = JSON.parse(process.env.FAULT_EDITS ?? '[]') as Edit[];
const folder = process.env.FAULT_FOLDER ?? '.';
const source = new URL('../../src/', import.meta.url).href;

/** The text with its edits. An anchor that is not there exactly once is a fault of the harness. */
function edited(file: string, text: string): string {
	let result = text;
	for (const { find, replace } of edits.filter((edit) => edit.file === file)) {
		if (result.split(find).length !== 2) throw new Error(`${file} does not hold exactly once: ${find}`);
		result = result.replace(find, () => replace);
	}
	return result;
}

/** Where the product reads a script of Lua. */
const reading = 'const source = readFileSync(';

registerHooks({
	load(url, context, nextLoad) {
		const loaded = nextLoad(url, context);
		if (!url.startsWith(source) || loaded.source === undefined || loaded.source === null) return loaded;
		const file = url.slice(source.length);
		const text = typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString('utf8');
		// Lua is read, not imported: where it is read, it is changed.
		if (file === 'store/script.ts') {
			if (text.split(reading).length !== 2) throw new Error(`${fileURLToPath(url)} reads its scripts in another way`);
			const changed = text
				.replace(reading, () => 'const source = globalThis.faults.lua(name, readFileSync(')
				.replace(".lua`, import.meta.url), 'utf8');", ".lua`, import.meta.url), 'utf8'));");
			return { ...loaded, source: changed };
		}
		return { ...loaded, source: edited(file, text) };
	},
});

const RealDate = Date;
let armed: { readonly point: string; left: number; readonly signal: 'SIGKILL' | 'SIGTERM' } | null = null;
let book: number | null = null;
const note = (text: string): void => {
	book ??= openSync(`${folder}/took-${process.pid}`, 'a');
	writeSync(book, text);
};

/** What edited text, and the worker itself, call. */
export const faults = {
	/** Dies here, where it was told to; or is told here to stop. */
	point(name: string): void {
		if (armed?.point !== name) return;
		armed.left -= 1;
		if (armed.left > 0) return;
		const { signal } = armed;
		armed = null;
		process.kill(process.pid, signal);
		if (signal === 'SIGTERM') return;
		// The signal may take a moment: nothing may be done in it.
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
	},
	arm(point: string, hits: number, signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): void {
		armed = { point, left: hits, signal };
	},
	took(queue: string, job: { id?: string; name: string; data?: { id?: unknown } }): void {
		note(`+${job.id}\t${queue}\t${typeof job.data?.id === 'string' ? job.data.id : (job.id ?? '').split('.')[0]}\n`);
	},
	done(job: { id?: string }): void {
		note(`-${job.id}\n`);
	},
	lua: (name: string, text: string): string => edited(`store/${name}.lua`, text),
	/** The machine's time, whatever this process believes. */
	now: (): number => RealDate.now(),
	/** From now on this process believes that it is so much later. */
	shift(ms: number): void {
		class ShiftedDate extends RealDate {
			constructor(...given: unknown[]) {
				if (given.length === 0) super(RealDate.now() + ms);
				else super(...(given as [number]));
			}
			static override now(): number {
				return RealDate.now() + ms;
			}
		}
		globalThis.Date = ShiftedDate as DateConstructor;
	},
};
export type Faults = typeof faults;
(globalThis as { faults?: Faults }).faults = faults;

/** A bar on standard error while a large file is read; nothing where nobody watches. */
import type { Progress } from './lines.ts';

/** So often, in ms, the bar is drawn. */
const everyMs = 200;
const width = 30;

export interface ProgressBar extends Progress {
	/** Takes the bar away. */
	end(): void;
}

/** A bar for one file. `stream` is drawn on where it is a terminal; `clock` gives ms. */
export function progressBar(stream: NodeJS.WriteStream = process.stderr, clock = () => performance.now()): ProgressBar {
	let drawnAt = clock();
	let drawn = false;
	return {
		at(done, total) {
			const now = clock();
			if (stream.isTTY !== true || now - drawnAt < everyMs) return;
			drawnAt = now;
			drawn = true;
			const share = total === 0 ? 1 : Math.min(1, done / total);
			const full = Math.round(share * width);
			stream.write(`\r[${'#'.repeat(full)}${'.'.repeat(width - full)}] ${Math.floor(100 * share)} %`);
		},
		end() {
			if (drawn) stream.write(`\r${' '.repeat(width + 10)}\r`);
		},
	};
}

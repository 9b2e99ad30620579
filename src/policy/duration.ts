/** Durations as people write them (`45s`, `30m`, `1h30m`, `7d`), in milliseconds inside. */
import { z } from 'zod';

const form = /^(?=\d)(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,7})s)?$/;
const unitsMs = [86_400_000, 3_600_000, 60_000, 1_000] as const;
const message = 'must be a duration such as `45s`, `30m`, `1h30m` or `7d`';

/** Milliseconds of a duration, or null where it is none. */
export function parseDuration(text: string): number | null {
	const match = form.exec(text);
	if (match === null) return null;
	return unitsMs.reduce((total, unit, i) => total + unit * Number(match[i + 1] ?? 0), 0);
}

/** The shortest spelling: `5400000` is `1h30m`. Parts of a second are dropped. */
export function formatDuration(ms: number): string {
	let rest = Math.max(0, ms);
	let text = '';
	for (const [i, unit] of unitsMs.entries()) {
		const count = Math.floor(rest / unit);
		if (count > 0) text += `${count}${'dhms'[i]}`;
		rest -= count * unit;
	}
	return text === '' ? '0s' : text;
}

/** A duration of a document; `0s` is allowed. Output in ms. */
export const duration = z
	.string(message)
	.regex(form, message)
	.transform((text) => parseDuration(text) ?? 0);

/** A duration that must last. Output in ms. */
export const positiveDuration = duration.refine((ms) => ms > 0, 'must be longer than `0s`');

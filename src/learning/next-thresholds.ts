/** From what was found to what is proposed: tightening at once, loosening by small steps, and never past a region that nobody watched. */

/** Lowest confidence for each route, as in policy. */
export interface Thresholds {
	readonly auto: number;
	readonly notify: number;
	readonly approval: number;
}

export interface NextThresholds {
	readonly thresholds: Thresholds;
	/** `tighten` or `loosen` where they change; `keep` where they do not. */
	readonly change: 'tighten' | 'loosen' | 'keep';
	/** Whether further steps of loosening remain. */
	readonly more: boolean;
}

const rounded = (confidence: number): number => Math.round(confidence * 10_000) / 10_000;

/**
 * The thresholds to propose. What runs without a person begins at `notify`, so that is what `found` bounds. Loosening goes down by
 * at most `step`, and `auto` no lower than `notify` was before: what runs unseen has first run and been told.
 */
export function nextThresholds(current: Thresholds, found: number, step: number): NextThresholds {
	const notify = rounded(Math.max(found, current.notify - step));
	// What was too lax in one place is not trusted more in another.
	const lowest = found > current.notify ? current.auto : Math.max(current.auto - step, current.notify);
	const auto = rounded(Math.max(found, lowest));
	const thresholds = { auto, notify: Math.min(notify, auto), approval: Math.min(current.approval, notify) };
	return changeTo(current, thresholds, rounded(found));
}

/** Where a new confidence map gives the confidences another meaning and nothing is known of them: everything is asked about. */
export const askAlways = (current: Thresholds): NextThresholds =>
	changeTo(current, { auto: 1, notify: 1, approval: current.approval }, 1);

function changeTo(current: Thresholds, thresholds: Thresholds, found: number): NextThresholds {
	const tighter = thresholds.auto > current.auto || thresholds.notify > current.notify;
	const looser = thresholds.auto < current.auto || thresholds.notify < current.notify;
	return {
		thresholds,
		change: tighter ? 'tighten' : looser ? 'loosen' : 'keep',
		more: thresholds.notify > found || thresholds.auto > found,
	};
}

/** Whether an operation goes wrong too often to run by itself. Pure. */
import type { Text } from '../domain/verdict.ts';
import { upperBound } from './bounds.ts';
import type { ErrorRate } from './error-rate.ts';

/** Policy's section `demotion`. */
export interface DemotionBounds {
	readonly max_error: number;
	readonly max_rejections: number;
	readonly max_reports: number;
	readonly confidence: number;
}

/** One operation, over the window. */
export interface Conduct {
	readonly errors: ErrorRate;
	/** What people were asked about, and how much of it they rejected. */
	readonly asked: number;
	readonly rejected: number;
	/** Actions that somebody reported as wrong. */
	readonly reported: number;
}

/** Why it must be asked about again, or null. A rate counts as too high once it surely is: one bad answer among few is not enough. */
export function demotionOf({ errors, asked, rejected, reported }: Conduct, bounds: DemotionBounds): Text | null {
	// Whole answers of the effective sample: weights that differ are worth fewer of them.
	const trials = Math.floor(errors.effective + 1e-9);
	const wrong = Math.floor(errors.among * trials + 1e-9);
	if (trials > 0 && atLeast(wrong, trials, bounds.confidence) > bounds.max_error) {
		const shown = percent(errors.among);
		return {
			en: `went wrong too often when it ran by itself: ${shown} of what was spot-checked`,
			'zh-CN': `自动执行时出错过多：抽查中 ${shown} 有误`,
		};
	}
	if (asked > 0 && atLeast(rejected, asked, bounds.confidence) > bounds.max_rejections)
		return { en: `people rejected ${rejected} of ${asked}`, 'zh-CN': `${asked} 次中有 ${rejected} 次被拒绝` };
	if (reported > bounds.max_reports) return { en: `${reported} were reported as wrong`, 'zh-CN': `${reported} 次被报告有误` };
	return null;
}

/** One-sided lower bound of a rate. */
const atLeast = (events: number, trials: number, confidence: number): number =>
	1 - upperBound(trials - events, trials, confidence);
const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;

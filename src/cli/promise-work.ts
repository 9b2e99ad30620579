/** The work of `countersign promise`. */
import { allRows } from '../learning/history.ts';
import { checkMap } from '../learning/map-check.ts';
import { measurePromise, type PromiseKept } from '../learning/promise.ts';
import { aimAt } from '../learning/threshold-search.ts';
import { groupBy } from './calibrate-work.ts';
import { Exit } from './exit.ts';
import { readHistory } from './history-file.ts';
import { columns, type Output } from './output.ts';
import type { PromiseOptions } from './promise.ts';
import { policyOf } from './replay-file.ts';

/** Targets that are measured beside the one that was asked for: at a high one, a careful estimator may refuse every time. */
const besides = [0.7, 0.8, 0.9];

export async function promiseOf(file: string, options: PromiseOptions, output: Output): Promise<void> {
	if (options.by === 'risk' && options.policy === undefined)
		throw new Exit('usage', '--by risk needs --policy: only a policy knows risk classes', { code: 'usage' });
	const policy = options.policy === undefined ? null : await policyOf(options.policy);
	const { history, clustered, skipped } = await readHistory(file, options);
	const { splits, heldOut, seed, confidence, target, by } = options;
	const targets = [target, ...besides.filter((each) => each !== target)].sort((a, b) => b - a);
	const aims = targets.map((each) => aimAt(each, confidence));
	const kept = measurePromise(history, { aims, groupOf: groupBy(by, policy), splits, heldOut, seed });
	const { before, after } = checkMap(history, allRows(history), { seed });
	const map = { eceBefore: before.ece, eceAfter: after.ece, brierBefore: before.brier, brierAfter: after.brier };
	const clusters = history.clusters.count;
	if (output.json) {
		output.data({ rows: history.length, clusters, clustered, skipped, by, target, confidence, splits, heldOut, seed, kept, map });
		return;
	}
	output.line(
		`${history.length} labelled actions in ${clusters} clusters; ${splits} splits, ${percent(heldOut)} of the clusters held out, by ${by}`,
	);
	for (const line of columns([head, ...kept.map(cells)])) output.line(line.trimEnd());
	output.line(
		`confidence map, out of fold: error of calibration ${before.ece.toFixed(3)} -> ${after.ece.toFixed(3)}, Brier ${before.brier.toFixed(3)} -> ${after.brier.toFixed(3)}`,
	);
}

const percent = (share: number | null): string => (share === null ? '-' : `${(100 * share).toFixed(1)} %`);
const head = ['target', 'estimator', 'kept', 'splits with a threshold', 'kept of those', 'right', 'executed'];
const cells = ({
	target,
	estimator,
	kept,
	splitsWithThreshold,
	keptWithThreshold,
	meanRate,
	executed,
}: PromiseKept): string[] => [
	String(target),
	estimator,
	percent(kept),
	String(splitsWithThreshold),
	percent(keptWithThreshold),
	percent(meanRate),
	percent(executed),
];

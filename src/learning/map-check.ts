/** What a confidence map is good for: errors of calibration before and after it, each row judged by a map that has not seen it. */
import { fitConfidence } from './confidence-fit.ts';
import { parseConfidenceMap, sealMap } from './confidence-map.ts';
import { foldsOf } from './folds.ts';
import { confidenceAt, type History, type Rows } from './history.ts';
import { type Forecast, type Reliability, reliabilityOf } from './reliability.ts';

export interface MapCheck {
	/** Of the confidences as reported. */
	readonly before: Reliability;
	/** Of those that a map gives which was fitted on other clusters. */
	readonly after: Reliability;
	/** The latter, one for each row of the history; NaN for rows that were not asked for. */
	readonly outOfFold: Float64Array;
}

/** Cross-validates the map by cluster. */
export function checkMap(history: History, rows: Rows, { folds = 5, seed = 1 } = {}): MapCheck {
	const outOfFold = new Float64Array(history.length).fill(Number.NaN);
	for (const { fit, heldOut } of foldsOf(history, rows, { count: folds, seed })) {
		const read = parseConfidenceMap(sealMap(fitConfidence(history, fit), { tenant: null, rows: fit.length, clusters: 0 }));
		if (!read.ok) throw new Error(`a fitted map ${read.message}`);
		for (const row of heldOut) {
			const reporter = {
				tenant: 'default',
				agent: history.agents.list[history.agent[row] as number] as string,
				operation: history.operations.list[history.operation[row] as number] as string,
			};
			outOfFold[row] = read.map.effective(reporter, confidenceAt(history.step[row] as number)) as number;
		}
	}
	return {
		before: reliabilityOf(forecasts(history, rows, (row) => confidenceAt(history.step[row] as number))),
		after: reliabilityOf(forecasts(history, rows, (row) => outOfFold[row] as number)),
		outOfFold,
	};
}

function* forecasts(history: History, rows: Rows, confidenceOf: (row: number) => number): Generator<Forecast> {
	for (const row of rows)
		yield { confidence: confidenceOf(row), right: history.right[row] === 1, weight: history.weight[row] as number };
}

/** How much of the executed is wrong, for every share executed: the strictest margin first. */

export interface Scored {
	/** Null: never executed. */
	readonly margin: number | null;
	readonly right: boolean;
}

export interface CurvePoint {
	readonly executed: number;
	readonly wrong: number;
}

/** One point for each margin; rows of one margin come together, as no threshold can tell them apart. */
export function curveOf(rows: readonly Scored[]): CurvePoint[] {
	const byMargin = new Map<number, { executed: number; wrong: number }>();
	for (const { margin, right } of rows) {
		if (margin === null || margin === Number.NEGATIVE_INFINITY) continue;
		// Margins are differences of decimals: without rounding one threshold would be several.
		const key = Math.round(margin * 1e9) / 1e9;
		const tie = byMargin.get(key) ?? { executed: 0, wrong: 0 };
		tie.executed += 1;
		if (!right) tie.wrong += 1;
		byMargin.set(key, tie);
	}
	let [executed, wrong] = [0, 0];
	return [...byMargin.entries()]
		.sort(([a], [b]) => b - a)
		.map(([, tie]) => {
			executed += tie.executed;
			wrong += tie.wrong;
			return { executed, wrong };
		});
}

/** How many are wrong when so many are executed; between two points, as if ties were drawn by lot. Null: so many never are. */
export function wrongAt(curve: readonly CurvePoint[], executed: number): number | null {
	let before: CurvePoint = { executed: 0, wrong: 0 };
	for (const point of curve) {
		if (point.executed >= executed) {
			const part = (executed - before.executed) / (point.executed - before.executed);
			return before.wrong + part * (point.wrong - before.wrong);
		}
		before = point;
	}
	return null;
}

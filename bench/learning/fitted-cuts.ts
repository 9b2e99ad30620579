/** Thresholds from some of the rows, for the others: a figure of rows that had a say in the thresholds would flatter them. */
import { chance, shuffled } from '../../src/learning/shuffle.ts';
import { type Cuts, type JudgedRow, runs } from './judged-rows.ts';

/** What a person would write; finer steps would only follow the rows at hand. */
const steps = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1] as const;

/**
 * One threshold for all of `classes`: the lowest step at which at most `mostWrong` of what runs is wrong. The other classes keep
 * what they have.
 */
export function fittedCuts(
	rows: readonly JudgedRow[],
	cuts: Cuts,
	{ classes, mostWrong }: { classes: readonly string[]; mostWrong: number },
): Cuts {
	const candidates = [...steps, Number.POSITIVE_INFINITY].map((step) => ({
		...cuts,
		...Object.fromEntries(classes.map((riskClass) => [riskClass, step])),
	}));
	const fitted = candidates.find((each) => {
		const ran = rows.filter((row) => runs(row, each));
		return ran.filter(({ right }) => !right).length <= mostWrong * ran.length;
	});
	return fitted ?? cuts;
}

/** The fold of each row, so that rows of one task are in one fold. */
export function foldsByTask(rows: readonly JudgedRow[], { count, seed }: { count: number; seed: number }): number[] {
	const tasks = [...new Set(rows.map(({ task }) => task))].sort();
	const order = shuffled(tasks.length, chance(seed));
	const foldOf = new Map([...order].map((task, place) => [tasks[task] as string, place % count]));
	return rows.map(({ task }) => foldOf.get(task) as number);
}

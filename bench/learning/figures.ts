/** What the shipped policy is worth on recorded actions: beside the field report's rules, over the whole curve, and check by check. */
import { chance } from '../../src/learning/shuffle.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { type CurvePoint, curveOf, wrongAt } from './curve.ts';
import { fittedCuts, foldsByTask } from './fitted-cuts.ts';
import { type Cuts, cutsOf, type JudgedRow, judgedRows, marginOf, type RecordedRow, runs } from './judged-rows.ts';

const folds = { count: 5, seed: 5 };
/** Of what runs in the rows that thresholds are fitted on, this much may be wrong. */
const mostWrong = 0.01;
const resamples = 2000;

export interface Counts {
	readonly executed: number;
	readonly share: number;
	readonly wrong: number;
	/** Of the executed; null where nothing is. */
	readonly wrongShare: number | null;
}

export interface CheckFigures {
	readonly rule: string;
	/** Rows on which it fires. */
	readonly fires: { readonly wrong: number; readonly right: number };
	/** Rows that would run without it. Thresholds are those of the other folds. */
	readonly alone: { readonly wrong: number; readonly right: number };
	/** Rows that nothing else but a threshold holds: what it is worth where no confidence is to be had. */
	readonly aloneWithoutConfidence: { readonly wrong: number; readonly right: number };
	/** Rows at full agreement on which it fires. */
	readonly atFullAgreement: { readonly wrong: number; readonly right: number };
}

export interface Figures {
	readonly rows: number;
	readonly wrong: number;
	readonly tasks: number;
	readonly customers: number;
	readonly field: Counts;
	readonly shipped: Counts;
	/** One threshold for the classes that the policy sets, fitted for each fold on the four others: `thresholds`. */
	readonly foldOut: Counts & { readonly thresholds: readonly number[] };
	/** The fold-out thresholds and the amounts without any check of facts. */
	readonly withoutChecks: Counts;
	/** Executed by the fold-out policy for each one executed by the field report's. */
	readonly timesAsMany: number;
	/** At the field report's share executed, by the fold-out margins. */
	readonly atTheSameShare: { readonly executed: number; readonly fieldWrong: number; readonly wrong: number | null };
	/** 95 %, customers drawn with replacement. */
	readonly intervals: Readonly<Record<'timesAsMany' | 'wrongShare' | 'fieldWrongShare', readonly [number, number]>>;
	readonly fullAgreement: FullAgreement;
	readonly checks: readonly CheckFigures[];
	readonly curves: Readonly<Record<'foldOut' | 'field' | 'confidence' | 'oracle', readonly CurvePoint[]>>;
}

/** Rows on which all other agents agree. What is wrong among them is a mistake that all share: no confidence can show it. */
export interface FullAgreement {
	readonly rows: number;
	readonly wrong: number;
	/** How many different mistakes the wrong ones are: one operation of one task, proposed by several runs. */
	readonly mistakes: number;
	/** Wrong ones that a check of facts holds, that only an amount or another rule for people holds, and that run. */
	readonly caughtByChecks: number;
	readonly leftToPeople: number;
	readonly executed: number;
	/** Right ones that a check of facts holds. */
	readonly rightHeldByChecks: number;
}

export function figuresOf(rows: readonly RecordedRow[], policies: { shipped: Policy; field: Policy }): Figures {
	const ours = judgedRows(rows, policies.shipped);
	const field = judgedRows(rows, policies.field);
	const cuts = cutsOf(policies.shipped);
	const fieldCuts = cutsOf(policies.field);
	// Only the classes on which the shipped policy says something of its own.
	const classes = Object.keys(cuts).filter((riskClass) => cuts[riskClass] !== fieldCuts[riskClass]);
	const foldOf = foldsByTask(ours, folds);
	const foldCuts = Array.from({ length: folds.count }, (_, fold) =>
		fittedCuts(
			ours.filter((_, i) => foldOf[i] !== fold),
			cuts,
			{ classes, mostWrong },
		),
	);
	const cutsFor = (i: number): Cuts => foldCuts[foldOf[i] as number] as Cuts;
	const ran = {
		field: field.map((row) => runs(row, fieldCuts)),
		shipped: ours.map((row) => runs(row, cuts)),
		foldOut: ours.map((row, i) => runs(row, cutsFor(i))),
	};
	const counts = {
		field: countsOf(field, ran.field),
		shipped: countsOf(ours, ran.shipped),
		foldOut: countsOf(ours, ran.foldOut),
	};
	const curves = {
		foldOut: curveOf(ours.map((row, i) => ({ margin: marginOf(row, cutsFor(i)), right: row.right }))),
		field: curveOf(field.map((row) => ({ margin: marginOf(row, fieldCuts), right: row.right }))),
		confidence: curveOf(field.map((row) => ({ margin: row.confidence, right: row.right }))),
		oracle: oracleOf(ours),
	};
	return {
		rows: ours.length,
		wrong: ours.filter(({ right }) => !right).length,
		tasks: new Set(ours.map(({ task }) => task)).size,
		customers: new Set(ours.map(({ customer }) => customer)).size,
		field: counts.field,
		shipped: counts.shipped,
		foldOut: { ...counts.foldOut, thresholds: foldCuts.map((each) => each[classes[0] as string] ?? 1) },
		withoutChecks: countsOf(
			ours,
			ours.map((row, i) => runs({ ...row, holds: row.holds.filter((rule) => !isCheck(rule)) }, cutsFor(i))),
		),
		timesAsMany: counts.foldOut.executed / counts.field.executed,
		atTheSameShare: {
			executed: counts.field.executed,
			fieldWrong: counts.field.wrong,
			wrong: wrongAt(curves.foldOut, counts.field.executed),
		},
		intervals: intervalsOf(ours, ran),
		fullAgreement: fullAgreementOf(ours, ran.foldOut),
		checks: checksOf(ours, cutsFor),
		curves,
	};
}

/** Runs what is right, and then what is left. */
function oracleOf(rows: readonly JudgedRow[]): CurvePoint[] {
	const right = rows.filter((row) => row.right).length;
	const wrong = Array.from({ length: rows.length - right }, (_, i) => ({ executed: right + i + 1, wrong: i + 1 }));
	return [{ executed: 0, wrong: 0 }, { executed: right, wrong: 0 }, ...wrong];
}

function countsOf(rows: readonly JudgedRow[], ran: readonly boolean[]): Counts {
	const executed = rows.filter((_, i) => ran[i]);
	const wrong = executed.filter(({ right }) => !right).length;
	return {
		executed: executed.length,
		share: executed.length / rows.length,
		wrong,
		wrongShare: executed.length === 0 ? null : wrong / executed.length,
	};
}

/** A check looks at the facts of the action; amounts, signals and escalation rules say when a person must look, right or wrong. */
export const isCheck = (rule: string): boolean => rule.startsWith('check.') || rule.startsWith('rule.');

function fullAgreementOf(rows: readonly JudgedRow[], ran: readonly boolean[]): FullAgreement {
	const full = rows.map((row, i) => ({ ...row, ran: ran[i] === true })).filter(({ confidence }) => confidence === 1);
	const wrong = full.filter(({ right }) => !right);
	const checked = wrong.filter(({ holds }) => holds.some(isCheck)).length;
	const executed = wrong.filter((row) => row.ran).length;
	return {
		rows: full.length,
		wrong: wrong.length,
		mistakes: new Set(wrong.map(({ task, proposal }) => `${task} ${proposal.operation}`)).size,
		caughtByChecks: checked,
		leftToPeople: wrong.length - checked - executed,
		executed,
		rightHeldByChecks: full.filter(({ right, holds }) => right && holds.some(isCheck)).length,
	};
}

function checksOf(rows: readonly JudgedRow[], cutsFor: (row: number) => Cuts): CheckFigures[] {
	const count = (kept: (row: JudgedRow, i: number) => boolean) => {
		const found = rows.filter(kept);
		const right = found.filter((row) => row.right).length;
		return { wrong: found.length - right, right };
	};
	const names = [...new Set(rows.flatMap(({ holds }) => holds))];
	return names
		.map((rule) => ({
			rule,
			fires: count(({ holds }) => holds.includes(rule)),
			alone: count((row, i) => row.holds.includes(rule) && runs(row, cutsFor(i), rule)),
			aloneWithoutConfidence: count(({ holds }) => holds.includes(rule) && holds.every((each) => each === rule)),
			atFullAgreement: count(({ holds, confidence }) => confidence === 1 && holds.includes(rule)),
		}))
		.sort((a, b) => Number(isCheck(b.rule)) - Number(isCheck(a.rule)) || b.fires.wrong - a.fires.wrong);
}

function intervalsOf(
	rows: readonly JudgedRow[],
	ran: { field: readonly boolean[]; foldOut: readonly boolean[] },
): Figures['intervals'] {
	const customers = new Map<string, { field: number; fieldWrong: number; ours: number; wrong: number }>();
	for (const [i, { customer, right }] of rows.entries()) {
		const of = customers.get(customer) ?? { field: 0, fieldWrong: 0, ours: 0, wrong: 0 };
		of.field += Number(ran.field[i] === true);
		of.fieldWrong += Number(ran.field[i] === true && !right);
		of.ours += Number(ran.foldOut[i] === true);
		of.wrong += Number(ran.foldOut[i] === true && !right);
		customers.set(customer, of);
	}
	const all = [...customers.values()];
	const random = chance(7);
	const drawn = Array.from({ length: resamples }, () => {
		const sum = { field: 0, fieldWrong: 0, ours: 0, wrong: 0 };
		for (let i = 0; i < all.length; i++) {
			const one = all[Math.floor(random() * all.length)] as (typeof all)[number];
			for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += one[key];
		}
		return sum;
	});
	const interval = (of: (sum: (typeof drawn)[number]) => number): [number, number] => {
		const sorted = drawn
			.map(of)
			.filter(Number.isFinite)
			.sort((a, b) => a - b);
		return [sorted[Math.floor(0.025 * sorted.length)] ?? Number.NaN, sorted[Math.floor(0.975 * sorted.length)] ?? Number.NaN];
	};
	return {
		timesAsMany: interval(({ ours, field }) => ours / field),
		wrongShare: interval(({ ours, wrong }) => wrong / ours),
		fieldWrongShare: interval(({ field, fieldWrong }) => fieldWrong / field),
	};
}

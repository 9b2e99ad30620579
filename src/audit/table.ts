/** A report as one table: each invariant with what must be zero, and the number that shows whether the zero means anything. */
import type { Report } from './audit.ts';

export interface TableRow {
	readonly name: string;
	/** What was tried. */
	readonly counted: string;
	/** What must be zero; null where nothing must. */
	readonly wrong: number | null;
	/** With none wrong in so many, fewer than this share are, at 95 %: the rule of three. */
	readonly bound: number | null;
}

const amount = (number: number): string => number.toLocaleString('en-US');

export function tableOf({ counts: c, faults, lateness }: Report): TableRow[] {
	const row = (name: string, counted: string, [wrong, of]: readonly [number, number]): TableRow => ({
		name,
		counted,
		wrong,
		bound: wrong === 0 && of > 0 ? 3 / of : null,
	});
	const note = (name: string, counted: string): TableRow => ({ name, counted, wrong: null, bound: null });
	const known = c.reconciled + c.reportedLate;
	return [
		row('lost', `${amount(c.acknowledged)} acknowledged, ${amount(c.found)} found`, [faults.lost, c.acknowledged || c.actions]),
		row('ran without a bound decision', `${amount(c.executions)} executions`, [faults.unmatched, c.executions]),
		row('started twice', `${amount(c.executions)} starts, ${amount(c.effects)} effects outside`, [
			faults.started_twice,
			c.executions,
		]),
		row('outcome told wrong', `${amount(c.effects)} effects, ${amount(c.fallbacks)} fallbacks`, [
			faults.wrong_outcome,
			c.effects + c.fallbacks,
		]),
		note(
			'outcome unknown',
			`${amount(c.unknown)} = ${amount(known)} found out + ${amount(c.byPeople)} by a person + ${amount(c.writtenOff)} written off + ${amount(c.unknownNow)} open`,
		),
		row(
			'disagreements',
			`${amount(c.decisions)} decisions, ${amount(c.contenders)} contenders in ${amount(c.races)} races, ${amount(c.openCalls)} never answered`,
			[faults.disagreement, c.contenders || c.decisions],
		),
		row('deadline violations', `${amount(c.deadlines)} deadlines passed`, [faults.deadline, c.deadlines]),
		note('deadline lateness', lateness === null ? 'none' : `p99 ${amount(lateness.p99)} ms, max ${amount(lateness.max)} ms`),
		row('never ended', `${amount(c.actions)} actions, ${amount(c.unended)} not ended`, [faults.never_ended, c.actions]),
		row('audit gaps', `${amount(c.entries)} entries`, [faults.gap, c.entries]),
		row('audit altered', `${amount(c.entries)} entries`, [faults.altered, c.entries]),
		note(
			'messages sent twice',
			c.messages === 0
				? 'no messages'
				: `${amount(c.duplicateMessages)} of ${amount(c.messages)}: ${((1000 * c.duplicateMessages) / c.messages).toFixed(2)} per 1,000`,
		),
	];
}

/** The table as lines of text. */
export function tableLines(rows: readonly TableRow[]): string[] {
	const wide = Math.max(...rows.map(({ name }) => name.length));
	return rows.map(({ name, counted, wrong, bound }) => {
		const verdict = wrong === null ? '' : wrong === 0 ? '0' : `${amount(wrong)}  <-- WRONG`;
		const below = bound === null ? '' : `below ${percent(bound)}`;
		return `${name.padEnd(wide)}  ${verdict.padStart(6)}  ${below.padEnd(15)}  ${counted}`.trimEnd();
	});
}

const percent = (share: number): string => `${(100 * share).toPrecision(2)} %`;

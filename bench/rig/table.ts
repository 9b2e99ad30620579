/** The table that is printed, and the same as data. */
import { cpus, totalmem } from 'node:os';
import type { Figure, Goal } from './benchmark.ts';

/** A number with about three significant digits, and thousands set apart. */
export function numberText(value: number | null): string {
	if (value === null) return '-';
	if (!Number.isFinite(value)) return 'none';
	const digits = Math.abs(value) >= 100 || value === 0 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
	return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

const goalText = (goal: Goal | null): string => {
	if (goal === null) return '';
	const bound = 'atLeast' in goal ? `>= ${numberText(goal.atLeast)}` : `<= ${numberText(goal.atMost)}`;
	return goal.of === 'ratio' ? `ratio ${bound}` : bound;
};

const ratioOf = ({ floor, ours }: Figure): number | null => (floor === null || floor === 0 ? null : ours / floor);

/** Markdown, so that it can be pasted into the docs as it is. */
export function tableOf(figures: readonly Figure[]): string {
	const rows = figures.map((figure) => [
		figure.name,
		figure.unit,
		numberText(figure.floor),
		numberText(figure.ours),
		numberText(ratioOf(figure)),
		goalText(figure.goal),
		figure.met === null ? '' : figure.met ? 'met' : 'MISSED',
	]);
	const all = [['figure', 'unit', 'floor', 'ours', 'ratio', 'goal', ''], ...rows];
	const widths = (all[0] ?? []).map((_, column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)));
	const line = (row: readonly string[]): string =>
		`| ${row.map((cell, i) => (i >= 2 && i <= 4 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join(' | ')} |`;
	const rule = `|${widths.map((width, i) => (i >= 2 && i <= 4 ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2))).join('|')}|`;
	return [line(all[0] ?? []), rule, ...rows.map(line)].join('\n');
}

/** What the figures were measured on. */
export const machine = (): Record<string, string | number> => ({
	cpus: cpus().length,
	cpu: cpus()[0]?.model ?? 'unknown',
	memoryGiB: Math.round(totalmem() / 2 ** 30),
	system: `${process.platform} ${process.arch}`,
	node: process.version,
});

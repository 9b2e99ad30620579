/** The work of `countersign report`. */
import { reportData } from '../engine/report-data.ts';
import { type Line, type Report, reportOf } from '../learning/report.ts';
import type { Store } from '../store/store.ts';
import { Exit } from './exit.ts';
import { withStore } from './operator.ts';
import { columns, inert, type Output } from './output.ts';

export interface Wanted {
	readonly tenant: string;
	readonly since?: string;
	readonly until?: string;
	readonly compare?: string;
}

const dayMs = 86_400_000;
const daysByDefault = 30;
/** Counts are kept about this long. */
const mostDays = 800;

export const printReport = (wanted: Wanted, output: Output): Promise<void> =>
	withStore(async ({ store }) => {
		const now = await store.now();
		const to = dateOf(wanted.until) ?? now;
		const span = { from: dateOf(wanted.since) ?? to - (daysByDefault - 1) * dayMs, to };
		const [since, until, ...more] = wanted.compare?.split('..') ?? [];
		if (wanted.compare !== undefined && (until === undefined || more.length > 0))
			throw new Exit('usage', 'a span must be two dates such as 2026-09-01..2026-09-30', { code: 'usage' });
		const before = since === undefined ? null : { from: dateOf(since) ?? 0, to: dateOf(until) ?? 0 };
		const report = await read(store, wanted.tenant, span);
		const compared = before === null ? null : await read(store, wanted.tenant, before);
		if (output.json) return output.data(compared === null ? report : { ...report, before: compared });
		for (const line of linesOf(report, compared)) output.line(line);
	});

function dateOf(text: string | undefined): number | null {
	if (text === undefined) return null;
	const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
	if (Number.isNaN(at)) throw new Exit('usage', `\`${inert(text, 30)}\` is no date such as 2026-11-01`, { code: 'usage' });
	return at;
}

async function read(store: Store, tenant: string, span: { from: number; to: number }): Promise<Report> {
	if (span.to < span.from) throw new Exit('usage', 'a span must end after it begins', { code: 'usage' });
	if (span.to - span.from > mostDays * dayMs) throw new Exit('usage', `a span has at most ${mostDays} days`, { code: 'usage' });
	return reportOf(await reportData(store, tenant, span));
}

const percent = (share: number | null): string => (share === null ? '-' : `${(share * 100).toFixed(1)} %`);
const minutes = (ms: number | null): string =>
	ms === null ? '-' : ms < 90_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The report for a terminal. */
function* linesOf(report: Report, before: Report | null): Iterable<string> {
	const days = Math.round((report.to - report.from) / dayMs);
	yield `${day(report.from)} to ${day(report.to - 1)}, ${report.tenant}: ${report.total.actions} actions, ${(report.total.actions / days).toFixed(1)} a day`;
	if (before !== null) {
		yield '';
		yield* columns([
			['', `${day(before.from)}..${day(before.to - 1)}`, `${day(report.from)}..${day(report.to - 1)}`],
			...headline(before.total).map(([name, value], i) => [name, value, headline(report.total)[i]?.[1] ?? '']),
		]);
	} else for (const [name, value] of headline(report.total)) yield `${name.padEnd(24)}${value}`;
	for (const [title, lines] of [
		['operation', report.byOperation],
		['agent', report.byAgent],
		['policy', report.byPolicy],
	] as const) {
		if (lines.length === 0) continue;
		yield '';
		yield* columns([
			[title, 'actions', 'automatic', 'approval', 'handed over', 'mean wait', 'p95', 'wrong (interval)', 'reported'],
			...lines.map(cells),
		]);
	}
	if (report.byReviewer.length > 0) {
		yield '';
		yield* columns([
			['reviewer', 'answers', 'approved', 'rejected', 'median', 'within 5 s of the last', 'look at'],
			...report.byReviewer.map((each) => [
				inert(each.reviewer, 40),
				String(each.answers),
				String(each.approved),
				String(each.rejected),
				minutes(each.medianMs),
				percent(each.fast),
				each.signals.map((signal) => signal.replaceAll('_', ' ')).join(', '),
			]),
		]);
	}
	if (report.opinions.length > 0) {
		yield '';
		yield* columns([
			['second opinion', 'said', 'people approved', 'edited', 'rejected'],
			...report.opinions.map(({ question, answer, ended }) => [
				inert(question, 40),
				answer,
				...['approved', 'edited', 'rejected'].map((how) => String(ended[how] ?? 0)),
			]),
		]);
	}
}

const headline = (line: Line): [string, string][] => [
	['completed automatically', percent(line.automatic)],
	['needing approval', percent(line.approval)],
	['handed to people', percent(line.escalation)],
	['mean wait', minutes(line.wait.meanMs)],
	['p95 wait', minutes(line.wait.p95Ms)],
	['wrong, of what ran', wrong(line)],
	['known wrong a week', line.knownErrorsPerWeek.toFixed(1)],
];

const wrong = ({ errors }: Line): string =>
	errors.rate === null
		? 'not known: no spot check was answered'
		: `${percent(errors.rate)} (${percent(errors.low)} to ${percent(errors.high)}; ${errors.wrong} of ${errors.answered} spot checks)`;

const cells = (line: Line): string[] => [
	inert(line.name, 40),
	String(line.actions),
	percent(line.automatic),
	percent(line.approval),
	percent(line.escalation),
	minutes(line.wait.meanMs),
	minutes(line.wait.p95Ms),
	line.errors.rate === null ? '-' : `${percent(line.errors.rate)} (${percent(line.errors.low)} to ${percent(line.errors.high)})`,
	String(line.reported),
];

/** The report as a page: the headline beside the span before, charts with their figures in tables, and who answers how. */
import { type LearningText, learningText } from '../../channels/catalogue-learning.ts';
import { operationText } from '../../channels/fact-line.ts';
import { html, isolated, type Markup } from '../../channels/markup.ts';
import { showLine } from '../../channels/untrusted.ts';
import type { Language } from '../../domain/verdict.ts';
import type { Line, Report } from '../../learning/report.ts';
import type { ReviewerLine } from '../../learning/reviewer-report.ts';
import { type Interval, intervals, stacked } from './charts.ts';
import { inboxPage } from './frame.ts';
import type { Visit } from './visit.ts';

/** Spans that can be chosen, in days. */
export const spans = [7, 30, 90] as const;

export interface ReportView {
	readonly report: Report;
	/** As many days, just before. */
	readonly before: Report;
	readonly days: number;
	readonly tenants: readonly string[];
}

const percent = (share: number | null): string => (share === null ? '–' : `${(share * 100).toFixed(1)}%`);

/** A duration in whole minutes or seconds. */
function durationText(ms: number | null, say: LearningText['report']): string {
	if (ms === null) return '–';
	return ms < 90_000
		? say.seconds(Math.round(ms / 1000))
		: ms < 5_400_000
			? say.minutes(Math.round(ms / 60_000))
			: say.hours((ms / 3_600_000).toFixed(1));
}

/** The page, as HTML. */
export function reportPage(visit: Visit, view: ReportView): string {
	const { language } = visit.person;
	const say = learningText(language).report;
	const { report, before } = view;
	const daily = report.daily.map(({ at, routes }) => ({
		label: new Date(at).toISOString().slice(5, 10),
		values: [routes.auto, routes.notify, routes.approval, routes.escalation + routes.block],
	}));
	const rates = report.byOperation.flatMap((line): Interval[] =>
		line.errors.rate === null
			? []
			: [
					{
						...line.errors,
						rate: line.errors.rate,
						name: operationText(line.name, language),
						text: `${percent(line.errors.rate)} (${percent(line.errors.low)} – ${percent(line.errors.high)})`,
					},
				],
	);
	const series = [
		{ kind: 'c-auto', name: say.auto },
		{ kind: 'c-notify', name: say.notify },
		{ kind: 'c-ask', name: say.approval },
		{ kind: 'c-hand', name: say.escalation },
	];
	return inboxPage(visit, {
		title: say.title,
		place: 'report',
		body: html`<div class="top"><h1>${say.title}</h1><div class="pages">${spans.map((days) => html`<a class="plain" href="/inbox/report?days=${days}&tenant=${encodeURIComponent(report.tenant)}"${days === view.days ? html` aria-current="true"` : null}>${say.days(days)}</a>`)}</div></div>${
			view.tenants.length < 2
				? null
				: html`<p class="pages">${view.tenants.map((tenant) => html`<a href="/inbox/report?days=${view.days}&tenant=${encodeURIComponent(tenant)}"${tenant === report.tenant ? html` aria-current="true"` : null}>${showLine(tenant, 40)}</a> `)}</p>`
		}${headline(report.total, before.total, { say, days: view.days })}<section><h2>${say.daily}</h2>${stacked(say.daily, series, daily)}</section>${
			rates.length === 0
				? html`<section><h2>${say.errors}</h2><p>${say.noErrors}</p></section>`
				: html`<section><h2>${say.errors}</h2><p class="small">${say.errorsHint}</p>${intervals(say.errors, rates)}</section>`
		}${table(say.byOperation, report.byOperation, { language, named: true })}${table(say.byAgent, report.byAgent, { language })}${reviewers(report.byReviewer, visit)}${table(say.byPolicy, report.byPolicy, { language })}${opinions(report, say)}`,
	});
}

function headline(now: Line, was: Line, { say, days }: { say: LearningText['report']; days: number }): Markup {
	const errors = (line: Line): string =>
		line.errors.rate === null
			? say.unknown
			: `${percent(line.errors.rate)} (${percent(line.errors.low)} – ${percent(line.errors.high)})`;
	const rows: [string, (line: Line) => string][] = [
		[say.perDay, (line) => (line.actions / days).toFixed(1)],
		[say.automatic, (line) => percent(line.automatic)],
		[say.needing, (line) => percent(line.approval)],
		[say.handed, (line) => percent(line.escalation)],
		[say.meanWait, (line) => durationText(line.wait.meanMs, say)],
		[say.p95Wait, (line) => durationText(line.wait.p95Ms, say)],
		[say.wrong, errors],
		[say.knownWrong, (line) => line.knownErrorsPerWeek.toFixed(1)],
	];
	return html`<section><table class="figures headline"><thead><tr><td></td><th scope="col">${say.before}</th><th scope="col">${say.now}</th></tr></thead><tbody>${rows.map(([name, of]) => html`<tr><th scope="row">${name}</th><td>${of(was)}</td><td><strong>${of(now)}</strong></td></tr>`)}</tbody></table></section>`;
}

function table(
	title: string,
	lines: readonly Line[],
	{ language, named = false }: { language: Language; named?: boolean },
): Markup | null {
	if (lines.length === 0) return null;
	const say = learningText(language).report;
	const heads = [say.actions, say.automatic, say.needing, say.handed, say.meanWait, say.p95Wait, say.wrong, say.reported];
	return html`<section><h2>${title}</h2><div class="scroll wide" tabindex="0" role="region" aria-label="${title}"><table class="figures"><thead><tr><td></td>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${lines.map(
		(line) =>
			html`<tr><th scope="row">${isolated(named ? operationText(line.name, language) : showLine(line.name, 60))}</th><td>${line.actions}</td><td>${percent(line.automatic)}</td><td>${percent(line.approval)}</td><td>${percent(line.escalation)}</td><td>${durationText(line.wait.meanMs, say)}</td><td>${durationText(line.wait.p95Ms, say)}</td><td>${line.errors.rate === null ? '–' : `${percent(line.errors.rate)} (${percent(line.errors.low)} – ${percent(line.errors.high)})`}</td><td>${line.reported}</td></tr>`,
	)}</tbody></table></div></section>`;
}

function reviewers(lines: readonly ReviewerLine[], visit: Visit): Markup | null {
	if (lines.length === 0) return null;
	const say = learningText(visit.person.language).report;
	const heads = [say.answers, say.approved, say.rejected, say.median, say.fast, say.lookAt];
	return html`<section><h2>${say.byReviewer}</h2><p class="small">${say.reviewersHint}</p><div class="scroll wide" tabindex="0" role="region" aria-label="${say.byReviewer}"><table class="figures"><thead><tr><td></td>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${lines.map(
		(line) =>
			html`<tr><th scope="row">${isolated(showLine(visit.nameOf(line.reviewer), 60))}</th><td>${line.answers}</td><td>${line.approved}</td><td>${line.rejected}</td><td>${durationText(line.medianMs, say)}</td><td>${percent(line.fast)}</td><td>${line.signals.map((signal) => html`<span class="tag high">${say.signals[signal]}</span> `)}</td></tr>`,
	)}</tbody></table></div></section>`;
}

function opinions({ opinions: lines }: Report, say: LearningText['report']): Markup | null {
	if (lines.length === 0) return null;
	return html`<section><h2>${say.opinions}</h2><div class="scroll wide" tabindex="0" role="region" aria-label="${say.opinions}"><table class="figures"><thead><tr><td></td>${[say.said, say.approved, say.edited, say.rejected].map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${lines.map(
		({ question, answer, ended }) =>
			html`<tr><th scope="row">${isolated(showLine(question, 60))}</th><td>${say.opinionAnswers[answer as keyof typeof say.opinionAnswers] ?? answer}</td>${['approved', 'edited', 'rejected'].map((how) => html`<td>${ended[how] ?? 0}</td>`)}</tr>`,
	)}</tbody></table></div></section>`;
}

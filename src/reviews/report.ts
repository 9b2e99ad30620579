/** A person says that something which ran was wrong. A label on its history, for whoever learns from it; it undoes nothing. */
import type { Action } from '../domain/action.ts';
import { isEnd, type State, states } from '../domain/lifecycle.ts';
import type { Engine } from '../engine/engine.ts';
import { reviewerOf } from '../policy/reviewers.ts';
import type { ReportResult, WrongReport } from '../store/reports.ts';

/** Where there is something to report: it is about to run, runs, or has ended. A review or case is answered instead. */
const reportable: readonly State[] = states.filter(
	(state) => isEnd(state) || state === 'approved' || state === 'executing' || state === 'outcome_unknown',
);

export const isReportable = ({ state }: Pick<Action, 'state'>): boolean => reportable.includes(state);

/** Keeps a report. `disabled`: whoever reports is no active reviewer. */
export async function report(
	engine: Engine,
	about: { readonly action: Action; readonly reviewer: string },
	given: WrongReport,
): Promise<ReportResult | 'disabled'> {
	if (reviewerOf(engine.policy(), about.reviewer)?.active !== true) return 'disabled';
	const { id: actionId, tenant } = about.action;
	const result = await engine.store.reports.add({ actionId, tenant, reviewer: about.reviewer }, given, reportable);
	// Also where it stood there before: a crash in between must not lose the lesson, and learning twice changes nothing.
	if (result === 'reported' || result === 'again')
		await engine.store.learning.lessons.add('reported', actionId, await engine.store.now());
	return result;
}

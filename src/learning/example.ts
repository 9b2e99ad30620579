/** What people said of an action, as one labelled example. Pure. */
import type { Action } from '../domain/action.ts';
import type { SpotCheck } from '../domain/spot-check.ts';

/**
 * `approved`: people let it run, or found afterwards that it was right. `edited`: they let something else run. `rejected`: they stopped
 * it, or found afterwards that it was wrong.
 */
export type Label = 'approved' | 'edited' | 'rejected';

export interface Labelled {
	readonly label: Label;
	/** `decision`: before it ran; `spot_check`: drawn at random after it; `report`: by itself, and so no random sample. */
	readonly source: 'decision' | 'spot_check' | 'report';
	/** Reviewer ids. */
	readonly people: readonly string[];
	readonly at: number;
}

/** A person's report that something was wrong. */
export interface Reported {
	readonly reviewer: string;
	readonly at: number;
}

const yes: ReadonlySet<string> = new Set(['approved_by_reviewers', 'released']);
const no: ReadonlySet<string> = new Set(['rejected_by_reviewer', 'dismissed', 'revoked']);

/** What the person who ended a review or case said, or null: nobody answering is nobody's word (INVARIANT I4). */
export function decided({ decision, replies, lastEdit }: Action): Labelled | null {
	if (decision === null) return null;
	const { event, by, at } = decision;
	if (no.has(event)) return { label: 'rejected', source: 'decision', people: [by], at };
	if (!yes.has(event)) return null;
	const approvers = replies.filter(({ answer }) => answer === 'approve').map(({ reviewer }) => reviewer);
	const label = lastEdit === null ? 'approved' : 'edited';
	return { label, source: 'decision', people: [...new Set([...(event === 'released' ? [] : approvers), by])], at };
}

/** What a spot check said. */
export const checked = (check: SpotCheck | null): Labelled | null =>
	check?.answer == null
		? null
		: {
				label: check.answer.right ? 'approved' : 'rejected',
				source: 'spot_check',
				people: [check.answer.reviewer],
				at: check.answer.at,
			};

/** What a report said. */
export const reported = (reports: readonly Reported[]): Labelled | null =>
	reports[0] === undefined
		? null
		: { label: 'rejected', source: 'report', people: reports.map(({ reviewer }) => reviewer), at: reports[0].at };

/** The one label of an action: whatever speaks against it counts before what speaks for it. */
export function labelOf(
	action: Action,
	known: { readonly check: SpotCheck | null; readonly reports: readonly Reported[] },
): Labelled | null {
	const all = [decided(action), checked(known.check), reported(known.reports)].filter((each) => each !== null);
	return all.find(({ label }) => label === 'rejected') ?? all[0] ?? null;
}

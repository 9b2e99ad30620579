/** How an action stands now, for somebody who opens an old link: still open, or who ended it, when, how, and what came of it. */
import type { Action } from '../domain/action.ts';
import { approvalsOf, type Viewer } from './card.ts';
import { nameIn } from './case-card.ts';
import { type Catalogue, catalogueOf, lookUp } from './catalogue.ts';
import { operationText } from './fact-line.ts';
import { absoluteText, relativeText } from './instant-text.ts';
import { showBlock, showLine } from './untrusted.ts';

export interface Standing {
	/** `open`: the reader may still answer. `answered`: the reader did, others have to. `closed`: it moved on. */
	readonly kind: 'open' | 'answered' | 'closed';
	/** The state in one or two words. */
	readonly state: string;
	/** `Approved by Ana by email, Sun 22 Nov, 14:07 (UTC+8, Asia/Shanghai)`; null while nothing was decided. */
	readonly decision: string | null;
	/** `3 min ago`: how long since the decision; null while nothing was decided. */
	readonly ago: string | null;
	/** What came of it, a sentence each: the fallback that ran, the reason of a failure, approvals still missing. */
	readonly notes: readonly string[];
	/** The deciding person's comment, or null. */
	readonly comment: readonly string[] | null;
}

const commentLimits = { max: 500, lines: 12 } as const;

/** The standing of an action for one reader. Pure. */
export function standingOf(action: Action, viewer: Viewer): Standing {
	const catalogue = catalogueOf(viewer.reviewer.language);
	const open = action.state === 'in_review' || action.state === 'escalated';
	const overdue = action.deadlineAt !== null && viewer.now >= action.deadlineAt;
	const replied = action.state === 'in_review' && action.replies.some((reply) => reply.reviewer === viewer.id);
	const kind = open && !overdue ? (replied ? 'answered' : 'open') : 'closed';
	const comment = action.decision?.comment;
	return {
		kind,
		state: lookUp(catalogue.states, action.state) ?? action.state,
		decision: action.decision === null ? null : decisionText(action, viewer, catalogue),
		ago:
			action.decision === null
				? null
				: relativeText(Math.min(action.decision.at, viewer.now), viewer.now, viewer.reviewer.language),
		notes: notesOf(action, viewer, catalogue),
		comment: comment === undefined || comment === '' ? null : showBlock(comment, commentLimits).lines,
	};
}

function decisionText({ decision }: Action, viewer: Viewer, catalogue: Catalogue): string {
	if (decision === null) return '';
	const { reviewer } = viewer;
	const sentence = Object.hasOwn(catalogue.decided, decision.event)
		? catalogue.decided[decision.event as keyof Catalogue['decided']]
		: catalogue.decided.other;
	return sentence(
		nameIn(viewer, decision.by),
		absoluteText(decision.at, reviewer),
		lookUp(catalogue.channels, decision.channel) ?? decision.channel,
	);
}

function notesOf(action: Action, viewer: Viewer, catalogue: Catalogue): string[] {
	const { page } = catalogue;
	const { reviewer } = viewer;
	const plan = action.plan ?? action.verdict?.plan ?? null;
	if (action.state === 'in_review' && plan !== null && plan.quorum > 1)
		return [page.waitingFor(plan.quorum, approvalsOf(action))];
	const { outcome } = action;
	if (outcome === null) return [];
	const notes: string[] = [];
	if (outcome.state === 'executed') notes.push(page.ranAt(absoluteText(outcome.at, reviewer)));
	if (outcome.state === 'expired') {
		const failed = plan !== null && action.fallbacks >= plan.fallback.maxAttempts;
		const ran = outcome.fallback === undefined || failed ? null : (plan?.fallback.handler ?? null);
		notes.push(ran === null ? page.fallbackNone : page.fallbackRan(operationText(ran, reviewer.language)));
		if (failed && outcome.reason !== undefined) notes.push(page.reasonGiven(showLine(outcome.reason, 300)));
	}
	if (outcome.reason !== undefined && (outcome.state === 'failed' || outcome.state === 'outcome_unknown'))
		notes.push(page.reasonGiven(showLine(outcome.reason, 300)));
	return notes;
}

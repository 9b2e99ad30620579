/** What a request through a link knows, and the page that it shows. Looking writes nothing. */
import { cardOf, linksTo, type Viewer } from '../channels/card.ts';
import { caseCardOf } from '../channels/case-card.ts';
import type { Remark } from '../channels/remarks.ts';
import { standingOf } from '../channels/standing.ts';
import type { Action } from '../domain/action.ts';
import { accepts } from '../domain/lifecycle.ts';
import type { CaseAnswer, Reviewer } from '../domain/review.ts';
import type { Engine } from '../engine/engine.ts';
import { amountToType, lackOf } from '../policy/channel-limits.ts';
import type { Policy } from '../policy/policy.ts';
import { reviewerOf } from '../policy/reviewers.ts';
import { type Difference, differencesIn } from '../reviews/differences.ts';
import { conflictIn } from '../reviews/may-answer.ts';
import type { Link } from '../store/links.ts';
import { nonceOf } from './link-form.ts';
import type { FormState } from './pages/answer-form.ts';
import { casePage } from './pages/case-page.ts';
import { type ReviewView, reviewPage } from './pages/review-page.ts';

/** What the pages behind links are made of. */
export interface LinkDeps {
	/** On a connection that fails fast. */
	readonly engine: Engine;
	/** Where links begin; forms must come from there. */
	readonly publicUrl: string;
}

export interface Visit {
	readonly token: string;
	readonly link: Link;
	readonly action: Action;
	readonly person: Reviewer;
	readonly viewer: Viewer;
	/** What people wrote in replies that decided nothing. */
	readonly remarks: readonly Remark[];
	/** What was changed since the link was sent. */
	readonly changes: readonly Difference[];
}

/** What was changed since a link was sent, edit by edit. */
export async function changesSince(engine: Engine, { revision }: Link, action: Action): Promise<Difference[]> {
	if (revision === action.revision) return [];
	const edits = (await engine.store.actions.history(action.id)).filter(({ event }) => event === 'edited');
	return edits.slice(revision - 1).flatMap(({ detail }) => differencesIn(detail));
}

/** Who reads through a link: its reviewer, whoever holds it. */
export async function viewerOf(engine: Engine, link: { reviewer: string; person: Reviewer }, url: string): Promise<Viewer> {
	return {
		id: link.reviewer,
		reviewer: link.person,
		now: await engine.store.now(),
		links: linksTo(url),
		nameOf: (id) => reviewerOf(engine.policy(), id)?.name,
	};
}

/** The page as it stands now: the review, or the case, with a form while this reader can still answer. */
export function pageOf(
	policy: Policy,
	visited: Visit,
	came: Pick<FormState, 'asked' | 'selected' | 'comment'> & Pick<ReviewView, 'notice'>,
): string {
	const { action, link, viewer, token, remarks, changes } = visited;
	const standing = standingOf(action, viewer);
	const stale = link.revision !== action.revision;
	const shown = { revision: action.revision, payloadDigest: action.payloadDigest };
	const { notice: said, ...typed } = came;
	const typeAmount = amountToType(policy, action.proposal) !== null;
	const form: FormState = { action: `/r/${token}`, nonce: nonceOf(token, shown), typeAmount, ...typed };
	const notice = stale ? ({ notice: 'changed' } as const) : said === undefined ? {} : { notice: said };
	if (link.purpose === 'case' || action.state === 'escalated' || action.state === 'outcome_unknown') {
		const offered = stale ? [] : offeredFor(action, viewer.id);
		return casePage({
			case: caseCardOf(action, viewer),
			standing,
			form: offered.length > 0 ? form : null,
			offered,
			remarks,
			changes,
			...notice,
		});
	}
	const mayAnswer = !stale && action.state === 'in_review' && visited.person.active;
	const warned = mayAnswer ? warningFor(policy, visited) : {};
	return reviewPage({
		card: cardOf(action, viewer),
		standing,
		remarks,
		changes,
		form: mayAnswer ? form : null,
		...warned,
		...notice,
	});
}

/** Why this reader cannot simply approve, said before they try. */
function warningFor(policy: Policy, { action, link }: Visit): Pick<ReviewView, 'notice'> {
	if (conflictIn(policy, action, link.reviewer) !== null) return { notice: 'separation_of_duties' };
	const lack = lackOf(policy, action.proposal, { channel: link.channel, assurance: 'link' });
	return lack === null ? {} : { notice: 'step_up_required' };
}

/** What the reader of a case may do now. */
function offeredFor(action: Action, reviewer: string): CaseAnswer[] {
	if (action.state === 'outcome_unknown') return ['confirm_done', 'confirm_not_done'];
	if (action.state === 'approved') return ['revoke'];
	if (!accepts(action.state, 'owner_changed')) return [];
	return action.owner === reviewer ? ['dismiss', 'resolve_by_hand', 'release'] : ['own'];
}

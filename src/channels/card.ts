/**
 * The card: one model of what a person is asked, rendered by every channel. The facts come from validated fields and stand
 * first; what the agent wrote is fenced, capped and marked. Every text in a card is visible; escaping is the renderer's work.
 */
import type { Action } from '../domain/action.ts';
import { formatMoney } from '../domain/money.ts';
import type { Reviewer } from '../domain/review.ts';
import type { Fallback, Language, Plan, Priority } from '../domain/verdict.ts';
import { type ArgumentRows, argumentRowsOf } from './argument-rows.ts';
import { overReference, type Warning, warningsOf } from './card-warnings.ts';
import { catalogueOf, lookUp } from './catalogue.ts';
import { learningText } from './catalogue-learning.ts';
import { type FactLine, factLineOf, operationText } from './fact-line.ts';
import { absoluteText, relativeText, shortText } from './instant-text.ts';
import { proseLimits, show, showBlock, showLine } from './untrusted.ts';

/** Where a person answers: the page, and the same page with a choice marked. All are safe to GET. */
export interface Links {
	readonly open: string;
	readonly approve: string;
	readonly reject: string;
	readonly takeOver: string;
}

/** The links of a review or case page at `url` (`https://host/r/token`). */
export const linksTo = (url: string): Links => ({
	open: url,
	approve: `${url}?answer=approve`,
	reject: `${url}?answer=reject`,
	takeOver: `${url}?answer=take_over`,
});

/** How a message can be answered by a reply to it, where it can. */
export interface ReplyWays {
	/** The code of a text message; null where it cannot be answered by one. */
	readonly code: string | null;
	/** Whether a reply to the mail is read. */
	readonly mail: boolean;
}

/** Who looks at a card, when, and through which links. */
export interface Viewer {
	/** Reviewer id, as in policy. */
	readonly id: string;
	readonly reviewer: Reviewer;
	/** Now, in ms since the epoch: relative times and "today" count from it. */
	readonly now: number;
	readonly links: Links;
	/** Name of another reviewer by id; without it, ids are shown. */
	readonly nameOf?: (id: string) => string | undefined;
	readonly reply?: ReplyWays;
}

/** A fact of the details table. `untrusted`: the value is text that came from outside. */
export interface Fact {
	readonly label: string;
	readonly value: string;
	readonly untrusted: boolean;
}

export interface Prose {
	readonly lines: readonly string[];
	readonly shortened: boolean;
}

export interface CardDeadline {
	readonly at: number;
	/** `Sun 22 Nov, 14:30 (UTC+8, Asia/Shanghai)`. */
	readonly absolute: string;
	/** `in 28 min`. */
	readonly relative: string;
	/** `14:30 UTC+8`. */
	readonly short: string;
	readonly passed: boolean;
}

export interface Card {
	readonly actionId: string;
	readonly revision: number;
	/** What the reader decides on: goes into the form and is compared in the deciding write (INVARIANT I1). */
	readonly payloadDigest: string;
	readonly language: Language;
	readonly timeZone: string;
	readonly reader: { readonly id: string; readonly name: string };
	readonly links: Links;
	readonly reply: ReplyWays | null;
	readonly facts: FactLine;
	/** How the amount compares with its natural ceiling, where it is above it. */
	readonly comparison: string | null;
	readonly risk: string;
	readonly impact: string | null;
	readonly priority: Priority;
	/** Why it came here: policy's reasons in the reader's language, strictest first. */
	readonly reasons: readonly string[];
	readonly warnings: readonly Warning[];
	readonly details: readonly Fact[];
	readonly arguments: ArgumentRows;
	readonly prose: Prose | null;
	readonly deadline: CardDeadline | null;
	readonly fallback: string;
	/** `2 people must approve; 1 did so far`, or null where one is enough. */
	readonly quorum: string | null;
}

const maxReasons = 6;

/** The card of an action for one reader. Pure. */
export function cardOf(action: Action, viewer: Viewer): Card {
	const { proposal, verdict } = action;
	const { language, timeZone, name } = viewer.reviewer;
	const catalogue = catalogueOf(language);
	const plan = action.plan ?? verdict?.plan ?? null;
	const rows = argumentRowsOf(proposal.arguments);
	const prose = proseOf(proposal.reasoning);
	const riskClass = verdict?.riskClass ?? '';
	const hidden = rows.hidden + (prose?.hidden ?? 0) + hiddenIn(proposal.user, proposal.payee, proposal.operation, proposal.agent);
	return {
		actionId: action.id,
		revision: action.revision,
		payloadDigest: action.payloadDigest,
		language,
		timeZone,
		reader: { id: viewer.id, name: showLine(name, 80) },
		links: viewer.links,
		reply: viewer.reply ?? null,
		facts: factLineOf(proposal, language),
		comparison: overReference(proposal, language),
		risk: lookUp(catalogue.riskClasses, riskClass) ?? showLine(riskClass, 60),
		impact: lookUp(catalogue.impacts, riskClass) ?? null,
		priority: verdict?.priority ?? 'normal',
		reasons: (verdict?.reasons ?? []).slice(0, maxReasons).map((reason) => sentence(showLine(reason.text[language], 240))),
		warnings: warningsOf({ proposal, hidden, host: hostOf(viewer.links.open) }, language),
		details: detailsOf(action, language),
		arguments: rows,
		prose,
		deadline: deadlineOf(action.deadlineAt, viewer),
		fallback: fallbackText(plan?.fallback ?? null, language),
		quorum: quorumOf(action, plan, language),
	};
}

const hiddenIn = (...texts: readonly (string | undefined)[]): number =>
	texts.reduce((sum, text) => sum + (text === undefined ? 0 : show(text).hidden), 0);

/** Policy's reasons are pieces of sentences; on a card each stands alone. */
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const hostOf = (url: string): string => /^[a-z]+:\/\/([^/:?#]+)/i.exec(url)?.[1] ?? '';

function proseOf(reasoning: string | undefined): (Prose & { hidden: number }) | null {
	if (reasoning === undefined || reasoning.trim() === '') return null;
	const { lines, shortened, hidden } = showBlock(reasoning, proseLimits);
	return { lines, shortened, hidden };
}

function deadlineOf(at: number | null, { now, reviewer }: Viewer): CardDeadline | null {
	if (at === null) return null;
	return {
		at,
		absolute: absoluteText(at, reviewer),
		relative: relativeText(at, now, reviewer.language),
		short: shortText(at, now, reviewer),
		passed: now >= at,
	};
}

/** What happens when nobody answers, for a reader. */
export function fallbackText(fallback: Fallback | null, language: Language): string {
	const { card } = catalogueOf(language);
	if (fallback === null || fallback.handler === null) return card.fallbackNothing;
	return card.fallbackRuns(operationText(fallback.handler, language));
}

function quorumOf(action: Action, plan: Plan | null, language: Language): string | null {
	if (plan === null || plan.quorum < 2) return null;
	return catalogueOf(language).card.quorum(plan.quorum, approvalsOf(action));
}

/** How many different people have approved so far. */
export const approvalsOf = (action: Action): number =>
	new Set(action.replies.filter((reply) => reply.answer === 'approve').map((reply) => reply.reviewer)).size;

/** `0.985` as `98.5%`, rounded down: a card must not make an agent surer than it was. */
const percent = (share: number): string => `${Math.floor(share * 1000 + 1e-9) / 10}%`;

function detailsOf(action: Action, language: Language): Fact[] {
	const { card } = catalogueOf(language);
	const { proposal, verdict } = action;
	const facts: Fact[] = [];
	const add = (label: string, value: string | undefined, untrusted = false) => {
		if (value !== undefined) facts.push({ label, value: untrusted ? showLine(value, 200) : value, untrusted });
	};
	add(card.operation, proposal.operation, true);
	add(card.agent, proposal.agent, true);
	add(card.payee, proposal.payee, true);
	if (proposal.referenceAmount !== undefined) add(card.reference, formatMoney(proposal.referenceAmount));
	if (proposal.quotedAmount !== undefined) add(card.quoted, formatMoney(proposal.quotedAmount));
	if (verdict !== null) {
		const effective = percent(verdict.confidence);
		const reported = verdict.reportedConfidence;
		add(
			card.confidence,
			reported === null ? card.confidenceMissing(effective) : card.confidenceReported(effective, percent(reported)),
		);
		const { similar } = verdict;
		const say = learningText(language).card;
		if (similar !== undefined) add(say.similar, say.similarCount(similar.approved + similar.rejected, similar.approved));
	}
	add(card.id, action.revision === 1 ? action.id : `${action.id}, ${card.revision(action.revision)}`);
	return facts;
}

/** What policy needs to know of the past. The query is pure data, worked out from the policy; the store answers it in one round trip. */
import type { Opinion } from './opinion.ts';
import type { Demoted } from './rollout.ts';

/** One sliding window that policy bounds: how many, and how much, by one key. */
export interface WindowQuery {
	/** Id of the limit in the policy. */
	readonly limit: string;
	/** The value it is kept per: `user=u-1`, `agent=a|operation=refund`. */
	readonly key: string;
	readonly windowMs: number;
	/** What this action adds to the sum, in minor units of the policy's currency. */
	readonly amount: number;
}

/** What to look up and reserve for one action. Empty parts cost nothing. */
export interface FactsQuery {
	readonly tenant: string;
	readonly agent: string;
	readonly user: string | null;
	readonly confidence: number;
	/** Digest of (agent, conversation or user, operation, arguments): an identical earlier action has the same. */
	readonly repeatKey: string | null;
	readonly repeatWindowMs: number;
	/** Scope in which refusals by the environment are remembered. */
	readonly refusalKey: string | null;
	readonly windows: readonly WindowQuery[];
}

/** Count and sum of one window, this action included. */
export interface WindowFact {
	readonly count: number;
	readonly sum: number;
}

/** The answer. `now` is Redis time and is the one clock of the whole evaluation. */
export interface Facts {
	readonly now: number;
	/** How many of the agent's last reviewed actions in a row were rejected. */
	readonly agentRejectionsInARow: number;
	/** How many other actions of this end user needed approval in the last 24 hours. */
	readonly userApprovals24h: number;
	/** The end user's confidences of the last hour, this one included, oldest first. */
	readonly userConfidences1h: readonly number[];
	/** Id of an identical earlier action in the same conversation, or null. */
	readonly repeatOf: string | null;
	/** How often the environment refused an action in this conversation. */
	readonly refusals: number;
	/** By limit id. */
	readonly windows: Readonly<Record<string, WindowFact>>;
	/** The operation was demoted; absent where it was not. */
	readonly demoted?: Demoted;
	/** What a language model said; absent where policy asked none. */
	readonly opinions?: readonly Opinion[];
	/** What people said of similar actions; absent where policy does not ask. */
	readonly similar?: SimilarFact;
	/** How people have changed the action since it was proposed; absent where nobody has. */
	readonly edits?: EditFact;
}

/** Similar actions, and what they weigh for and against this one after decay and caps. */
export interface SimilarFact {
	/** Conversations or end users with an approval, and those with a rejection. */
	readonly approved: number;
	readonly rejected: number;
	/** Weights in approvals of today; `for` is 0 until enough people approved in enough conversations. */
	readonly for: number;
	readonly against: number;
}

/** What is known of the edits that led to this revision. */
export interface EditFact {
	/** Reviewer ids of everybody who has edited it. */
	readonly by: readonly string[];
	/** Whether one of them raised what is at stake. */
	readonly raised: boolean;
}

/** The facts about somebody of whom nothing is known. */
export const noFacts = (now: number): Facts => ({
	now,
	agentRejectionsInARow: 0,
	userApprovals24h: 0,
	userConfidences1h: [],
	repeatOf: null,
	refusals: 0,
	windows: {},
});

/** What policy answers: the route, every reason, and the frozen plan of a review. */
import type { Opinion } from './opinion.ts';

/** Where an action goes, from the laxest to the strictest. The order is the meaning: the strictest reason wins. */
export const routes = ['auto', 'notify', 'approval', 'escalation', 'block'] as const;
export type Route = (typeof routes)[number];

/** The stricter of two routes. */
export const stricter = (a: Route, b: Route): Route => (routes.indexOf(a) >= routes.indexOf(b) ? a : b);

/** Text in every language of the catalogue. */
export interface Text {
	readonly en: string;
	readonly 'zh-CN': string;
}
export type Language = keyof Text;

/** One reason of a verdict. */
export interface Reason {
	/** The rule, check, threshold or signal that spoke: `amount.above_5000`, `threshold.financial`, `check.over_reference`. */
	readonly rule: string;
	/** The route that this reason asks for; the strictest of all reasons wins. */
	readonly route: Route;
	readonly text: Text;
	/** Set when the rule failed to evaluate: it then counts against the action (INVARIANT I6). */
	readonly error?: string;
}

export const priorities = ['normal', 'medium', 'high'] as const;
export type Priority = (typeof priorities)[number];

/** The verdict on one revision of an action. */
export interface Verdict {
	readonly route: Route;
	readonly riskClass: string;
	/** As reported; null where the agent gave none. */
	readonly reportedConfidence: number | null;
	/** After calibration and learning. */
	readonly confidence: number;
	readonly priority: Priority;
	/** What people said of similar actions, where policy asks; absent where it knows none. */
	readonly similar?: { readonly approved: number; readonly rejected: number };
	/** What a language model said, where policy asked. */
	readonly opinions?: readonly Opinion[];
	/** Where another policy would have sent it: the candidate in shadow, or, where that judged, the policy in force. */
	readonly shadow?: { readonly policyDigest: string; readonly route: Route };
	/** Strictest first. */
	readonly reasons: readonly Reason[];
	/** Digest of the policy document that judged. */
	readonly policyDigest: string;
	/** The plan of the review or case; null for routes that need none. */
	readonly plan: Plan | null;
	/** How the action would run. */
	readonly executor: Executor;
}

export type Channel = 'email' | 'sms' | 'slack' | 'inbox';

/** One step of a plan: `afterMs` after the review opened, these people are told by these channels. */
export interface Tier {
	readonly afterMs: number;
	/** Reviewer ids. */
	readonly to: readonly string[];
	readonly channels: readonly Channel[];
	/** It may interrupt: quiet hours and caps do not hold its messages back. Absent: no. */
	readonly urgent?: boolean;
	/** `needed`: only as many of `to` as must approve, those first who were interrupted least. Absent: everybody. */
	readonly tell?: 'everybody' | 'needed';
}

/** Why somebody cannot approve an action: separation of duties. */
export type Conflict = 'operator' | 'requester' | 'editor';

/** The schedule of one review, frozen when it is routed, so that later edits of the policy never bend a running review. */
export interface Plan {
	/** Reviewer ids who may answer. */
	readonly reviewers: readonly string[];
	/** How many different people must approve. One rejection ends the review. */
	readonly quorum: number;
	readonly tiers: readonly Tier[];
	/** From opening to the fallback. */
	readonly deadlineMs: number;
	readonly fallback: Fallback;
	/** Whom separation of duties has taken out of it, and why. Absent: nobody. */
	readonly barred?: Readonly<Record<string, Conflict>>;
}

/** The safe action that runs when nobody answers: a different one, never the proposed one (INVARIANT I4). */
export interface Fallback {
	/** Handler to call with the action, or null: nothing runs, and the action just expires. */
	readonly handler: string | null;
	/** How often it may fail before the action expires with the failure on record. */
	readonly maxAttempts: number;
}

/** How an approved action runs. */
export interface Executor {
	readonly kind: 'handler' | 'webhook' | 'claim';
	/** Where `webhook` sends; null otherwise. */
	readonly url: string | null;
	/** How long one call may take. */
	readonly timeoutMs: number;
	/** How long an approval stays good when nobody can run it. */
	readonly lapseMs: number;
	/** How long an unknown outcome may wait for reconciliation before it is written off. */
	readonly writeOffMs: number;
}

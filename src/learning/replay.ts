/**
 * A history judged again by a policy, without running anything: what would have gone where, and how many of the actions that
 * would have run are labelled wrong. Labels are only counted; no decision sees one. Pure: the policy's judgement is handed in.
 */
import { fingerprintOf, type Proposal } from '../domain/action.ts';
import type { Facts, FactsQuery } from '../domain/facts.ts';
import { actionId } from '../domain/ids.ts';
import { type Route, routes, type Verdict } from '../domain/verdict.ts';
import { upperBound } from './bounds.ts';
import { factsModel } from './facts-model.ts';

/** The policy, as far as it judges. */
export interface Judge {
	factsQuery(proposal: Proposal): FactsQuery;
	evaluate(proposal: Proposal, facts: Facts, now: number): Verdict;
}

/** One recorded action. `at`: when it arrives, in ms. */
export interface Recorded {
	readonly proposal: Proposal;
	readonly label: boolean | null;
	readonly at: number;
}

/** Where one action went. `repeated`: its idempotency key was used before, so it is no action of its own. */
export type Replayed =
	| { readonly id: string; readonly repeated: false; readonly verdict: Verdict }
	| { readonly id: string; readonly repeated: true; readonly same: boolean };

export interface ReplaySummary {
	readonly actions: number;
	readonly routes: Readonly<Record<Route, number>>;
	/** Routed `auto` or `notify`: would have run without a person. */
	readonly executed: number;
	/** Executed and labelled wrong. */
	readonly wrongExecuted: number;
	/** `wrongExecuted` of the executed actions that carry a label; null where none does. */
	readonly errorRate: number | null;
	/** One-sided 95 % Clopper-Pearson bound on `errorRate`: 1 where nothing labelled was executed. */
	readonly errorRateUpper95: number;
	/** Held back and labelled wrong. */
	readonly wrongCaught: number;
	/** Held back and labelled right: what the caution cost. */
	readonly goodHeld: number;
	/** Actions that carry a label. */
	readonly labelled: number;
}

export interface Replay {
	/** Judges the next action. Instants must not run backwards. */
	next(recorded: Recorded): Replayed;
	summary(): ReplaySummary;
}

/** Starts a replay with an empty past. */
export function replayWith(judge: Judge): Replay {
	const model = factsModel();
	const seen = new Map<string, string>();
	const counts = Object.fromEntries(routes.map((route) => [route, 0])) as Record<Route, number>;
	const tally = { executed: 0, executedLabelled: 0, wrongExecuted: 0, wrongCaught: 0, goodHeld: 0, labelled: 0 };
	return {
		next({ proposal, label, at }) {
			const id = actionId(proposal.tenant, proposal.agent, proposal.idempotencyKey);
			const fingerprint = fingerprintOf(proposal).slice(0, 16);
			const earlier = seen.get(id);
			if (earlier !== undefined) return { id, repeated: true, same: earlier === fingerprint };
			seen.set(id, fingerprint);
			const facts = model.fetch({ id, revision: 1 }, judge.factsQuery(proposal), at);
			const verdict = judge.evaluate(proposal, facts, at);
			if (verdict.route === 'approval' && proposal.user !== undefined) {
				model.approvalNeeded({ tenant: proposal.tenant, user: proposal.user, id }, at);
			}
			count(verdict.route, label);
			return { id, repeated: false, verdict };
		},
		summary() {
			const { executed, executedLabelled, wrongExecuted, wrongCaught, goodHeld, labelled } = tally;
			return {
				actions: Object.values(counts).reduce((sum, each) => sum + each, 0),
				routes: { ...counts },
				executed,
				wrongExecuted,
				errorRate: executedLabelled === 0 ? null : wrongExecuted / executedLabelled,
				errorRateUpper95: executedLabelled === 0 ? 1 : upperBound(wrongExecuted, executedLabelled),
				wrongCaught,
				goodHeld,
				labelled,
			};
		},
	};

	function count(route: Route, label: boolean | null): void {
		counts[route] += 1;
		const ran = route === 'auto' || route === 'notify';
		if (ran) tally.executed += 1;
		if (label === null) return;
		tally.labelled += 1;
		if (ran) tally.executedLabelled += 1;
		if (ran && !label) tally.wrongExecuted += 1;
		if (!ran && !label) tally.wrongCaught += 1;
		if (!ran && label) tally.goodHeld += 1;
	}
}

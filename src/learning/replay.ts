/**
 * A history judged again by a policy, without running anything: what would have gone where, and how many of the actions that
 * would have run are labelled wrong. Labels are only counted; no decision sees one. Pure: the policy's judgement is handed in.
 */
import type { Proposal } from '../domain/action.ts';
import type { Facts, FactsQuery } from '../domain/facts.ts';
import { actionId } from '../domain/ids.ts';
import type { Verdict } from '../domain/verdict.ts';
import { factsModel } from './facts-model.ts';
import { GroupTallies, type RouteCounts, RouteTally } from './replay-tally.ts';
import { SeenKeys } from './text-ids.ts';

/** The policy, as far as it judges. */
export interface Judge {
	factsQuery(proposal: Proposal): FactsQuery;
	evaluate(proposal: Proposal, facts: Facts, now: number): Verdict;
}

/** One recorded action. `at`: when it arrives, in ms. `cluster`: what shares its mistakes; its user or conversation by default. */
export interface Recorded {
	readonly proposal: Proposal;
	readonly label: boolean | null;
	readonly at: number;
	readonly cluster?: string | null;
}

/** Where one action went. `repeated`: its idempotency key was used before, so it is no action of its own. */
export type Replayed =
	| { readonly id: string; readonly repeated: false; readonly verdict: Verdict }
	| { readonly id: string; readonly repeated: true; readonly same: boolean };

/** Kinds of groups that a replay counts apart. Days are of UTC. */
export const groupKinds = ['operation', 'risk', 'agent', 'day'] as const;
export type GroupKind = (typeof groupKinds)[number];

export interface ReplaySummary extends RouteCounts {
	readonly by: Readonly<Record<GroupKind, Readonly<Record<string, RouteCounts>>>>;
}

export interface Replay {
	/** Judges the next action. Instants must not run backwards. */
	next(recorded: Recorded): Replayed;
	summary(): ReplaySummary;
}

/** What a row counts as a member of, where nothing else is said. */
export const clusterOf = ({ user, conversationId }: Proposal): string | null => user ?? conversationId ?? null;

/** Starts a replay with an empty past. */
export function replayWith(judge: Judge): Replay {
	const model = factsModel({ once: true });
	const seen = new SeenKeys();
	const all = new RouteTally();
	const groups = { operation: new GroupTallies(), risk: new GroupTallies(), agent: new GroupTallies(), day: new GroupTallies() };
	let day = { from: Number.NaN, name: '' };
	return {
		next({ proposal, label, at, cluster = clusterOf(proposal) }) {
			const id = actionId(proposal.tenant, proposal.agent, proposal.idempotencyKey);
			const earlier = seen.add(id, proposal);
			if (earlier !== 'new') return { id, repeated: true, same: earlier === 'same' };
			const facts = model.fetch({ id, revision: 1 }, judge.factsQuery(proposal), at);
			const verdict = judge.evaluate(proposal, facts, at);
			if (verdict.route === 'approval' && proposal.user !== undefined) {
				model.approvalNeeded({ tenant: proposal.tenant, user: proposal.user, id }, at);
			}
			const counted = { route: verdict.route, label, cluster };
			all.add(counted);
			if (!(at >= day.from && at < day.from + dayMs)) day = dayOf(at);
			groups.operation.add(proposal.operation, counted);
			groups.risk.add(verdict.riskClass ?? '', counted);
			groups.agent.add(proposal.agent, counted);
			groups.day.add(day.name, counted);
			return { id, repeated: false, verdict };
		},
		summary() {
			const { operation, risk, agent, day: days } = groups;
			const by = { operation: operation.result(), risk: risk.result(), agent: agent.result(), day: days.result() };
			return { ...all.result(), by };
		},
	};
}

const dayMs = 86_400_000;

function dayOf(at: number): { from: number; name: string } {
	const from = Math.floor(at / dayMs) * dayMs;
	return { from, name: new Date(from).toISOString().slice(0, 10) };
}

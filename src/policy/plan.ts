/** Plans of reviews and cases: worked out whole when the policy is loaded, chosen by operation and amount, frozen into the verdict. */
import type { Proposal } from '../domain/action.ts';
import type { Channel, Fallback, Plan, Tier } from '../domain/verdict.ts';
import { type Stake, stakeOf } from './amounts.ts';
import type { PolicyDocument } from './document.ts';
import type { PlanEntry } from './document-review.ts';
import { type Operation, operationOf, type Policy } from './policy.ts';

/** Routes that have plans. */
export type PlannedRoute = PlanEntry['route'];

/** One plan of an operation. */
export interface PlanChoice {
	/** For amounts above this, in minor units of the base; -1: for all. */
	readonly above: number;
	/** Amounts above this get the urgent form. */
	readonly urgentAbove: number;
	readonly calm: Plan;
	/** The same with an SMS at once. */
	readonly urgent: Plan;
}

/** Deadlines where a plan names none, in ms. */
export const defaultDeadlineMs: Readonly<Record<PlannedRoute, number>> = { approval: 1_800_000, escalation: 14_400_000 };

/** Ids of the active reviewers that a list of groups, roles and reviewers stands for, each once. */
export function peopleIn(ids: readonly string[], document: Pick<PolicyDocument, 'reviewers' | 'groups'>): string[] {
	const found = new Set<string>();
	for (const id of ids) {
		const group = Object.hasOwn(document.groups, id) ? document.groups[id] : undefined;
		const members = group ?? (id === 'everyone' ? Object.keys(document.reviewers) : withRole(id, document));
		for (const member of members) if (ownActive(member, document)) found.add(member);
	}
	return [...found];
}

const ownActive = (id: string, { reviewers }: Pick<PolicyDocument, 'reviewers'>): boolean =>
	Object.hasOwn(reviewers, id) && reviewers[id]?.active === true;

/** What is no group is a reviewer, or else a role. */
const withRole = (id: string, { reviewers }: Pick<PolicyDocument, 'reviewers'>): string[] =>
	Object.hasOwn(reviewers, id)
		? [id]
		: Object.entries(reviewers)
				.filter(([, { roles }]) => roles.includes(id))
				.map(([reviewer]) => reviewer);

/** Whether a channel has an address for a reviewer. Slack and the inbox know everybody. */
export function reaches(channel: Channel, reviewer: PolicyDocument['reviewers'][string] | undefined): boolean {
	if (reviewer === undefined) return false;
	if (channel === 'email') return reviewer.email !== undefined;
	if (channel === 'slack') return reviewer.slack !== undefined;
	return channel !== 'sms' || reviewer.phone !== undefined;
}

/** The schedule of a plan entry: its own, or the shipped one. Steps that would reach nobody are left out. */
export function tiersOf(entry: PlanEntry, document: PolicyDocument, urgent: boolean): Tier[] {
	const steps =
		entry.tiers === undefined
			? shippedSteps(entry, document)
			: entry.tiers.map(({ after, to, channels, urgent: given, tell }) => ({
					afterMs: after,
					to,
					channels,
					urgent: given,
					tell,
				}));
	const tiers: Tier[] = [];
	const ordered = [...steps].sort((a, b) => a.afterMs - b.afterMs);
	for (const [i, step] of ordered.entries()) {
		const to = peopleIn(step.to, document);
		const wanted: Channel[] =
			urgent && i === 0 && !step.channels.includes('sms') ? [...step.channels, 'sms'] : [...step.channels];
		const channels = wanted.filter((channel) => to.some((id) => reaches(channel, document.reviewers[id])));
		if (channels.length === 0) continue;
		// What comes last before the deadline is the escalation that nothing may hold back.
		const pressing = (urgent && i === 0) || (step.urgent ?? (i > 0 && i === ordered.length - 1));
		tiers.push({
			afterMs: step.afterMs,
			to,
			channels,
			...(pressing && { urgent: true }),
			...(step.tell === 'needed' && { tell: step.tell }),
		});
	}
	return tiers;
}

interface Step {
	readonly afterMs: number;
	readonly to: readonly string[];
	readonly channels: readonly Channel[];
	readonly urgent?: boolean | undefined;
	readonly tell?: Tier['tell'] | undefined;
}

/** At once; a reminder by SMS at a third of the time; the next people at two thirds. */
function shippedSteps(entry: PlanEntry, document: PolicyDocument): Step[] {
	const approval = entry.route === 'approval';
	const deadlineMs = entry.deadline ?? defaultDeadlineMs[entry.route];
	const ask = entry.ask ?? [approval ? 'everyone' : document.on_call];
	const next = entry.next ?? (approval ? ask : ['everyone']);
	const channels: readonly Channel[] = entry.channels ?? (approval ? ['email'] : ['email', 'sms']);
	return [
		{ afterMs: 0, to: ask, channels, tell: entry.tell },
		{ afterMs: Math.floor(deadlineMs / 3), to: ask, channels: ['sms'] },
		{ afterMs: Math.floor((deadlineMs * 2) / 3), to: next, channels: [...new Set<Channel>([...channels, 'sms'])] },
	];
}

/** The entry that every action of a route has where no other fits. */
export const generalPlan = (route: PlannedRoute): PlanEntry => ({ route, quorum: 1 });

/** The plans of a document, compiled for one operation, the one to prefer first: naming the operation, then the highest amount. */
export function compilePlans(
	route: PlannedRoute,
	for_: { readonly operation: string; readonly fallback: Fallback },
	context: { readonly document: PolicyDocument; readonly minorOf: (amount: string) => number },
): PlanChoice[] {
	const { document, minorOf } = context;
	const fitting = document.plans.filter((entry) => entry.route === route && (entry.operations?.includes(for_.operation) ?? true));
	const above = (entry: PlanEntry): number => (entry.above === undefined ? -1 : minorOf(entry.above));
	const named = (entry: PlanEntry): number => (entry.operations === undefined ? 0 : 1);
	const entries = [...fitting, generalPlan(route)];
	// The general one comes last among equals: the sort is stable.
	entries.sort((a, b) => named(b) - named(a) || above(b) - above(a));
	return entries.map((entry) => {
		const planned = (urgent: boolean): Plan => {
			const tiers = tiersOf(entry, document, urgent);
			return deepFreeze({
				reviewers: [...new Set(tiers.flatMap((tier) => tier.to))],
				quorum: entry.quorum,
				tiers,
				deadlineMs: entry.deadline ?? defaultDeadlineMs[route],
				fallback: for_.fallback,
			});
		};
		return { above: above(entry), urgentAbove: minorOf(document.urgent_above), calm: planned(false), urgent: planned(true) };
	});
}

function deepFreeze<T>(value: T): T {
	if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) deepFreeze(inner);
	return Object.freeze(value);
}

/** The plan for an action on a route. Money that cannot be compared is treated as more than any amount. */
export function planFor(operation: Operation, route: PlannedRoute, stake: Stake): Plan {
	const minor = stake.unconvertible === null ? (stake.minor ?? 0) : Number.POSITIVE_INFINITY;
	const choice = operation.plans[route].find(({ above }) => minor > above) as PlanChoice;
	return minor > choice.urgentAbove ? choice.urgent : choice.calm;
}

/** The plan of a case about this action, whoever opens it: a take-over, a failed fallback, an unknown outcome. */
export function casePlan(policy: Policy, proposal: Proposal): Plan {
	const operation = operationOf(policy, proposal.operation);
	return planFor(operation, 'escalation', stakeOf(proposal, operation, policy.rates));
}

/** The plan with the deadline that the proposal asks for, where that is sooner. */
export function sooner(plan: Plan, deadlineAt: number | undefined, now: number): Plan {
	if (deadlineAt === undefined) return plan;
	const deadlineMs = Math.max(1, deadlineAt - now);
	if (!(deadlineMs < plan.deadlineMs)) return plan;
	return { ...plan, deadlineMs, tiers: plan.tiers.filter((tier) => tier.afterMs < deadlineMs) };
}

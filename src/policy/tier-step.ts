/** What the start of a tier comes to: tell its people, go on to the next ones, or nobody can be reached. Pure. */
import type { Plan } from '../domain/verdict.ts';
import { type Duty, onDuty, type Told } from './on-duty.ts';
import type { Policy } from './policy.ts';

/** A message that leaves less than this to answer is of no use, in ms; of a short plan, a quarter of its time. */
const usefulMs = 600_000;

/** The instant from which on telling somebody leaves too little time to answer. */
export const usefulUntil = (plan: Pick<Plan, 'deadlineMs'>, deadlineAt: number): number =>
	deadlineAt - Math.min(usefulMs, Math.floor(plan.deadlineMs / 4));

export type TierStep =
	/** `later` are told at their own instants. */
	| { readonly kind: 'tell'; readonly now: readonly Told[]; readonly later: Duty['later'] }
	/** Nobody of this tier can be told before the next one starts: that one starts now. `later` may still be of use. */
	| { readonly kind: 'next'; readonly later: Duty['later'] }
	/** Nobody of the whole plan. */
	| { readonly kind: 'nobody' };

export interface StepAt {
	/** Index of the tier that starts. */
	readonly tier: number;
	readonly now: number;
	readonly deadlineAt: number;
	/** When the next tier starts by itself; of the last one, the deadline. */
	readonly nextAt: number;
	/** Whether somebody who may still answer was told before, or will be. */
	readonly told: boolean;
	readonly without?: (reviewer: string) => boolean;
}

/** Decides what the start of a tier comes to. */
export function tierStep(policy: Pick<Policy, 'document' | 'rosters'>, plan: Plan, at: StepAt): TierStep {
	const { tier, now, deadlineAt, nextAt, without } = at;
	const dutyOf = (index: number): Duty => {
		const step = plan.tiers[index];
		if (step === undefined) return { now: [], later: [], quiet: [] };
		return onDuty(policy, step, { now, until: usefulUntil(plan, deadlineAt), ...(without && { without }) });
	};
	const duty = dutyOf(tier);
	const last = tier >= plan.tiers.length - 1;
	if (duty.now.length > 0 || duty.later.some((each) => last || each.at < nextAt))
		return { kind: 'tell', now: duty.now, later: duty.later };
	// The inbox shows it to whoever looks, at any hour.
	if (plan.tiers[tier]?.channels.every((channel) => channel === 'inbox')) return { kind: 'tell', now: [], later: duty.later };
	if (!last) return { kind: 'next', later: duty.later };
	if (at.told) return { kind: 'tell', now: [], later: [] };
	// Rather woken than never asked: the message would come after the deadline, and nobody else is there.
	const quiet = [...new Map(plan.tiers.flatMap((_, index) => dutyOf(index).quiet).map((each) => [each.reviewer, each])).values()];
	return quiet.length > 0 ? { kind: 'tell', now: quiet, later: [] } : { kind: 'nobody' };
}

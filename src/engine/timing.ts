/** When somebody must look at an action next. Pure. */
import type { Plan } from '../domain/verdict.ts';

/** How long a follow-up job may take to arrive before the sweeper asks for it again, in ms. */
export const recheckMs = 30_000;
/** How often somebody looks whether the worker of a running execution is still there, in ms. */
export const executionCheckMs = 5_000;
/** What an execution may take beyond its own timeout before its outcome counts as unknown, in ms. */
export const executionGraceMs = 5_000;

/** Ms from the opening to the start of tier `tier`; to the deadline where there is none. */
export const startOf = (plan: Plan, tier: number): number =>
	Math.min(plan.tiers[tier]?.afterMs ?? plan.deadlineMs, plan.deadlineMs);

/** Ms from the start of tier `tier` to the next thing on the plan: the following tier or the deadline. */
export const untilNext = (plan: Plan, tier: number): number =>
	Math.max(0, startOf(plan, tier + 1) - Math.max(0, plan.tiers[tier]?.afterMs ?? 0));

/** Whether a tier sends anything: the inbox shows a review by itself. */
export const sends = (plan: Plan, tier: number): boolean =>
	plan.tiers[tier]?.channels.some((channel) => channel !== 'inbox') ?? false;

/**
 * Whether a message may interrupt its person now. What is urgent always may, and is counted; the rest is bounded by policy's caps,
 * beyond which it is gathered with others into one message.
 */
import type { Action } from '../domain/action.ts';
import type { Caps, Interruption } from '../store/reviewer-load.ts';
import type { ActionDelivery } from './delivery.ts';
import { deliveryKey } from './delivery-key.ts';
import type { WorkerDeps } from './deps.ts';
import { hold } from './hold.ts';
import { dayOf } from './least-interrupted.ts';
import { channelsFor } from './push-tier.ts';

/** The caps of policy, and for how long it gathers what is beyond them; null where it knows none. */
function capsOf({ engine }: WorkerDeps): (Caps & { readonly gatherMs: number }) | null {
	const { interruptions } = engine.policy().document;
	if (interruptions === false) return null;
	return { perHour: interruptions.per_hour, perDay: interruptions.per_day, gatherMs: interruptions.bundle_every };
}

async function interruptionOf(deps: WorkerDeps, reviewer: string, message: string): Promise<Interruption> {
	return { reviewer, message, day: dayOf(deps, reviewer, await deps.engine.store.now()) };
}

/** Counts a message that goes out whatever the caps say. */
export async function countMessage(deps: WorkerDeps, reviewer: string, message: string): Promise<void> {
	await deps.engine.store.load.count(await interruptionOf(deps, reviewer, message), null);
}

/** A message that was counted was not sent, or went out as a part of another. */
export async function uncountMessage(deps: WorkerDeps, reviewer: string, message: string): Promise<void> {
	await deps.engine.store.load.uncount(await interruptionOf(deps, reviewer, message));
}

/** Counts a message that is about to be sent. False: it is held back, or left out because another channel carries it. */
export async function mayInterrupt(deps: WorkerDeps, action: Action, job: ActionDelivery): Promise<boolean> {
	if (job.released === true) return true;
	const caps = capsOf(deps);
	const { kind } = job;
	const free = job.urgent === true || kind === 'note' || caps === null;
	const key = deliveryKey(action, job);
	const interruption = await interruptionOf(deps, job.reviewer, key);
	if ((await deps.engine.store.load.count(interruption, free ? null : caps)) || free) return true;
	const { tier, reviewer, channel, id, revision } = job;
	const step = action.plan?.tiers[tier];
	const first = step === undefined ? channel : channelsFor(deps, step, reviewer)[0];
	// One message that waits is enough; a channel that stands in for one that failed is the only one left.
	if (first !== channel && step?.channels.includes(channel)) return false;
	const now = await deps.engine.store.now();
	const nextAt = action.dueAt ?? action.deadlineAt ?? now;
	const at = now + Math.min(caps.gatherMs, Math.max(0, Math.floor((nextAt - now) / 2)));
	await hold(deps, action, { kind, tier, reviewer, channel, id, revision, at });
	return false;
}

/**
 * The floor: what somebody would write by hand on BullMQ for the same work, and nothing more. No history, no outbox, no
 * sweeper, no policy, no reviewers, no digests; approval is compare-and-set and *then* a job, so a crash in between leaves an
 * approved action that nobody runs. Its speed is a ceiling, its guarantees are not ours.
 */
import type { JobsOptions } from 'bullmq';
import type { ProposalInput } from '../../src/domain/action.ts';

/** `classify` decides; `auto` runs what policy lets run; `execute` runs what a person approved; `timers` holds the deadlines. */
export const floorQueues = ['classify', 'auto', 'execute', 'timers'] as const;
export type FloorQueue = (typeof floorQueues)[number];

export const floorPrefix = '{floor}';
export const floorJobOptions: JobsOptions = { removeOnComplete: true, removeOnFail: true };

/** What goes through the queues: the action itself. */
export interface FloorJob {
	readonly id: string;
	readonly action: ProposalInput;
	readonly deadlineAt: number;
}

export const floorKey = (id: string): string => `${floorPrefix}:action:${id}`;

/** Moves an action from `pending`; 1 where this call was first. KEYS[1] its hash; ARGV[1] the new state, ARGV[2] by whom. */
export const compareAndSet = `
if redis.call('HGET', KEYS[1], 'state') ~= 'pending' then return 0 end
redis.call('HSET', KEYS[1], 'state', ARGV[1], 'by', ARGV[2])
return 1`;

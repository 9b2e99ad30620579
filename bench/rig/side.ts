/** The two sides of every comparison. Each has a driver (in the benchmark's process) and a worker process. */
import type { What } from './notices.ts';

export const sideNames = ['floor', 'ours'] as const;
export type SideName = (typeof sideNames)[number];

/** What a driver needs to know of the worker: when something has happened to an action there (monotonic ms). */
export type Expect = (what: What, id: string) => Promise<number>;

/** The driver's end of a side. Every promise resolves with the instant at which the worker had it on record. */
export interface Side {
	/** Proposes an action that policy lets run; resolves when it has run and that is on record. */
	run(n: number): Promise<number>;
	/** Proposes an action that needs a person; resolves with its id when it waits and its deadline is armed. `deadlineAt` in ms since the epoch. */
	park(n: number, deadlineAt?: number): Promise<string>;
	/** Shows a parked action to its reviewer, who is bound to what was shown. Not part of any figure. */
	show(id: string): Promise<void>;
	/** Says yes to a parked action; resolves when it has run and that is on record. */
	approve(id: string): Promise<number>;
	/** Resolves when the deadline of a parked action has won: from then on nobody can decide it. */
	passed(id: string): Promise<number>;
	/** Resolves when the fallback of a parked action has run and that is on record. */
	expired(id: string): Promise<number>;
	close(): Promise<void>;
}

/** Opens the driver's end. */
export type OpenSide = (redisUrl: string, expect: Expect) => Promise<Side>;
/** Starts the worker's end and returns how to stop it. */
export type StartWorker = (redisUrl: string, tell: (what: What, id: string) => void) => Promise<() => Promise<void>>;

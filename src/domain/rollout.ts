/** What stands beside the policy file: a candidate that judges part of the traffic, and operations that were demoted. */
import type { Text } from './verdict.ts';

/** A policy that is tried beside the one in force. */
export interface Candidate {
	/** Digest of its document; its text is kept under it. */
	readonly digest: string;
	/** Digest of the confidence map that it names, whose text is kept likewise; null where it names none. */
	readonly map: string | null;
	/** The part of the traffic that it judges: 0 in shadow. */
	readonly share: number;
	/** When it was put beside the policy, and when it came to this stage. */
	readonly beganAt: number;
	readonly since: number;
	/** Who put it there. */
	readonly by: string;
}

/** An operation that people are asked about again. */
export interface Demoted {
	readonly route: 'approval' | 'escalation';
	readonly at: number;
	readonly why: Text;
}

export interface Rollout {
	/** Names this state: another one has another. Empty: nothing was ever rolled out. */
	readonly version: string;
	readonly candidate: Candidate | null;
	/** By operation. */
	readonly demoted: Readonly<Record<string, Demoted>>;
	/** By operation: when a person restored it. What happened before is not held against it again. */
	readonly restored: Readonly<Record<string, number>>;
}

export const noRollout: Rollout = { version: '', candidate: null, demoted: {}, restored: {} };

/** What happened to a roll-out, for the record. */
export interface RolloutEvent {
	readonly at: number;
	readonly by: string;
	readonly event: 'shadowed' | 'promoted' | 'put_back' | 'dropped' | 'demoted' | 'restored';
	readonly detail: string;
}

/** Strata of what runs by itself, and the random draw of what a person looks at afterwards. Pure: chance is a keyed hash. */
import { createHmac } from 'node:crypto';
import type { Proposal } from '../domain/action.ts';

/** Lower ends of the bands of confidence: the field report's thresholds, where routes change. */
const ends = [0, 0.5, 0.7, 0.85, 0.95, 0.99] as const;

/** The band of a confidence from 0 to 1: `0.95-0.99`. */
export function bandOf(confidence: number): string {
	const at = ends.findLastIndex((end) => confidence >= end);
	return `${ends[Math.max(0, at)]}-${ends[at + 1] ?? 1}`;
}

/** What shares its mistakes: the rows of one conversation, else of one end user; an action that names neither stands alone. */
export const clusterOf = (proposal: Pick<Proposal, 'agent' | 'conversationId' | 'user' | 'idempotencyKey'>): string =>
	proposal.conversationId !== undefined
		? `conversation/${proposal.agent}/${proposal.conversationId}`
		: proposal.user !== undefined
			? `user/${proposal.user}`
			: `action/${proposal.agent}/${proposal.idempotencyKey}`;

/**
 * The chance that the next action of a stratum is drawn, after `seen` others: 1 for the first `atLeast`, then falling towards
 * `share`. It depends on nothing that the action itself will turn out to be, so weighting by its inverse is unbiased.
 */
export const chanceOf = ({ share, atLeast }: { share: number; atLeast: number }, seen: number): number =>
	Math.min(1, Math.max(share, atLeast / (seen + 1)));

/** A number from 0 to 1 (never 1) that nobody without the key can foresee: an agent chooses its action's id. */
export const drawOf = (key: string, actionId: string): number =>
	createHmac('sha256', key).update(actionId).digest().readUIntBE(0, 6) / 2 ** 48;

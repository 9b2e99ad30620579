/** Who won, as whoever lost is told. */
import type { Decision } from '../domain/review.ts';
import type { TransitionResult } from '../store/transition.ts';

/**
 * What decided instead of an answer that was refused. Once the deadline has passed nobody else can win any more, so it is named
 * even where the write that makes it so is still on its way.
 */
export const winnerOf = (refusal: Extract<TransitionResult, { ok: false }>, payloadDigest: string): Decision | null =>
	refusal.why === 'too_late' && refusal.deadlineAt !== null
		? { event: 'deadline_passed', by: 'deadline', channel: 'clock', at: refusal.deadlineAt, payloadDigest }
		: refusal.winner;

/** What people said of similar actions, as a bounded change of the confidence. It bears on thresholds alone: no rule, check or amount asks for it. Pure. */
import type { SimilarFact } from '../domain/facts.ts';
import type { MemoryEntry } from './document-learning.ts';
import { appliesTo, operationOf, type Policy } from './policy.ts';
import type { Confidence } from './thresholds.ts';

/** How an operation remembers, or null where it does not. */
export function memoryOf(policy: Policy, operation: string): MemoryEntry | null {
	const { memory } = policy.document;
	return memory === undefined || !appliesTo(memory, operationOf(policy, operation)) ? null : memory;
}

/**
 * The posterior mean of a Beta-Binomial whose prior is the confidence itself, worth `prior` approvals; no further from it than
 * policy allows. Never falls when the confidence or an approval is added, never rises when a rejection is. No confidence stays none.
 */
export function withSimilar(confidence: Confidence, similar: SimilarFact | undefined, memory: MemoryEntry | null): Confidence {
	if (similar === undefined || memory === null || confidence.problem !== null) return confidence;
	const { effective: given } = confidence;
	const { prior, max_gain, max_loss } = memory;
	// As a difference: without examples nothing may change, not even by a rounding that falls below a threshold.
	const mean = given + ((1 - given) * similar.for - given * similar.against) / (prior + similar.for + similar.against);
	// INVARIANT I6: what cannot be worked out counts against the action.
	const moved = Number.isFinite(mean) && similar.for >= 0 && similar.against >= 0 ? mean : 0;
	const bounded = Math.min(given + max_gain, Math.max(given - max_loss, moved));
	return { ...confidence, effective: Math.min(1, Math.max(0, bounded)) };
}

/** What speaks for and against a candidate, from the store. */
import type { Candidate, Rollout } from '../domain/rollout.ts';
import { errorRate } from '../learning/error-rate.ts';
import { differencesOf, type Evidence } from '../learning/rollout-guard.ts';
import { ranCount, versionOf } from '../learning/tallies.ts';
import type { Store } from '../store/store.ts';
import { knownOf } from './conduct.ts';

export async function evidenceOf(store: Store, { demoted }: Rollout, candidate: Candidate): Promise<Evidence> {
	const now = await store.now();
	const { counts, checks } = await knownOf(store, candidate.beganAt, now);
	const own = checks.filter(({ policyDigest }) => policyDigest === candidate.digest);
	const version = versionOf(candidate.digest);
	return {
		differences: differencesOf(counts, candidate.digest),
		errors:
			candidate.share === 0
				? null
				: errorRate(
						own,
						ranCount(counts, ({ policy }) => policy === version),
					),
		share: candidate.share,
		heldMs: now - candidate.since,
		demoted: Object.keys(demoted),
	};
}

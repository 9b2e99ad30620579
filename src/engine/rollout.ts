/**
 * The roll-out as this process knows it. Every judgement is told the version that holds (it comes with the facts), so a process
 * never judges by a state that was replaced: a demotion holds from the next judgement on, everywhere, without messages or timers.
 */
import type { Logger } from 'pino';
import { type Candidate, noRollout, type Rollout } from '../domain/rollout.ts';
import { parseConfidenceMap } from '../learning/confidence-map.ts';
import { parsePolicy } from '../policy/load.ts';
import type { Policy } from '../policy/policy.ts';
import type { Store } from '../store/store.ts';

/** A roll-out with its candidate compiled. */
export interface Loaded {
	readonly rollout: Rollout;
	/** Null where there is none, or it cannot be read: the policy in force judges alone. */
	readonly candidate: (Candidate & { readonly policy: Policy }) | null;
	/** Key of the draw of who is judged by it. */
	readonly key: string;
}

export interface RolloutView {
	/** What was loaded last. */
	known(): Loaded;
	/** The state of a version; read where it is not the known one. */
	at(version: string): Promise<Loaded>;
}

const nothing: Loaded = { rollout: noRollout, candidate: null, key: '' };

export function rolloutView({ store, log }: { readonly store: Store; readonly log: Logger }): RolloutView {
	let loaded = nothing;
	const load = async (): Promise<Loaded> => {
		const rollout = await store.learning.rollout.read();
		const { candidate } = rollout;
		const policy = candidate === null ? null : await policyOf(candidate);
		const key = policy === null ? '' : await store.learning.spotChecks.drawKey();
		return { rollout, key, candidate: candidate === null || policy === null ? null : { ...candidate, policy } };
	};
	const policyOf = async ({ digest, map }: Candidate): Promise<Policy | null> => {
		const text = await store.policy(digest);
		const read = text === null ? null : parsePolicy(text, 'candidate');
		const mapping = map === null ? null : parseConfidenceMap(JSON.parse((await store.policy(map)) ?? 'null'));
		if (read?.ok !== true || read.policy.digest !== digest || mapping?.ok === false) {
			log.error({ digest }, 'the candidate policy cannot be read; the policy in force judges alone');
			return null;
		}
		return mapping === null ? read.policy : { ...read.policy, confidenceMap: mapping.map };
	};
	return {
		known: () => loaded,
		async at(version) {
			if (version !== loaded.rollout.version) loaded = await load();
			return loaded;
		},
	};
}

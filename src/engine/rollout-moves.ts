/** What people do to a roll-out: put a candidate beside the policy, promote it, drop it, restore what was demoted. Each is one write, on record. */
import type { Problem } from '../domain/errors.ts';
import type { Rollout, RolloutEvent } from '../domain/rollout.ts';
import { type Promotion, promotionOf } from '../learning/rollout-guard.ts';
import { rollout as rolloutSection } from '../policy/document-learning.ts';
import type { Policy } from '../policy/policy.ts';
import { misfits } from '../policy/rollout-fit.ts';
import type { Store } from '../store/store.ts';
import { evidenceOf } from './rollout-evidence.ts';

type Made = { readonly ok: true; readonly rollout: Rollout } | { readonly ok: false; readonly problem: Problem };
/** On what, and by whom. `live`: the policy in force. */
export interface Rolling {
	readonly store: Store;
	readonly live: Policy;
	readonly by: string;
}

/** A candidate as its file has it. */
export interface Given {
	readonly policy: Policy;
	readonly text: string;
	/** Text of the confidence map that it names. */
	readonly map: { readonly digest: string; readonly text: string } | null;
}

const refuse = (code: Problem['code'], message: string): Made => ({ ok: false, problem: { code, message } });
const changed = refuse('wrong_state', 'the roll-out changed meanwhile; look at it and try again');

async function write(
	store: Store,
	before: Rollout,
	{ after, event }: { after: Omit<Rollout, 'version'>; event: RolloutEvent },
): Promise<Made> {
	if (!(await store.learning.rollout.replace(before, after, event))) return changed;
	return { ok: true, rollout: await store.learning.rollout.read() };
}

/** Puts a candidate beside the policy, in shadow: it judges everything and decides nothing. Replaces another one. */
export async function shadow({ store, live, by }: Rolling, { policy, text, map }: Given): Promise<Made> {
	if (policy.digest === live.digest) return refuse('wrong_state', 'this is the policy in force');
	const wrong = misfits(live, policy);
	if (wrong.length > 0)
		return refuse(
			'policy_invalid',
			`a candidate may route otherwise only; it differs in ${wrong.join(', ')}: change these in the policy in force first`,
		);
	await store.keepPolicy(policy.digest, text);
	if (map !== null) await store.keepPolicy(map.digest, map.text);
	const at = await store.now();
	const before = await store.learning.rollout.read();
	const candidate = { digest: policy.digest, map: map?.digest ?? null, share: 0, beganAt: at, since: at, by };
	return write(store, before, { after: { ...before, candidate }, event: { at, by, event: 'shadowed', detail: policy.digest } });
}

/** What a promotion came to: the roll-out, or why not. */
export type Promoted = Made | { readonly ok: false; readonly guard: Exclude<Promotion, { ok: true }> };

/** Lets the candidate judge more, where the guards of the policy in force allow it. Never more than one stage. */
export async function promote({ store, live, by }: Rolling): Promise<Promoted> {
	const before = await store.learning.rollout.read();
	const { candidate } = before;
	if (candidate === null) return refuse('not_found', 'there is no candidate; put one beside the policy with `policy shadow`');
	if (candidate.digest === live.digest) return refuse('wrong_state', 'the candidate is the policy in force by now; drop it');
	const guards = live.document.rollout ?? rolloutSection.parse({});
	const promotion = promotionOf(await evidenceOf(store, before, candidate), guards);
	if (!promotion.ok) return { ok: false, guard: promotion };
	const at = await store.now();
	const after = { ...before, candidate: { ...candidate, share: promotion.share, since: at } };
	return write(store, before, {
		after,
		event: { at, by, event: 'promoted', detail: `${candidate.digest} to ${promotion.share}` },
	});
}

/** Takes the candidate away, or back into shadow. */
export async function drop({ store, by }: Pick<Rolling, 'store' | 'by'>, to: 'shadow' | 'nothing'): Promise<Made> {
	const before = await store.learning.rollout.read();
	const { candidate } = before;
	if (candidate === null) return refuse('not_found', 'there is no candidate');
	const at = await store.now();
	const kept = to === 'shadow' ? { ...candidate, share: 0, since: at } : null;
	const event = to === 'shadow' ? 'put_back' : 'dropped';
	return write(store, before, { after: { ...before, candidate: kept }, event: { at, by, event, detail: candidate.digest } });
}

/** A person has looked at what went wrong, and lets the operation run by itself again. */
export async function restore({ store, by }: Pick<Rolling, 'store' | 'by'>, operation: string): Promise<Made> {
	const before = await store.learning.rollout.read();
	if (!Object.hasOwn(before.demoted, operation)) return refuse('not_found', `\`${operation.slice(0, 100)}\` is not demoted`);
	const at = await store.now();
	const { [operation]: _gone, ...demoted } = before.demoted;
	const after = { ...before, demoted, restored: { ...before.restored, [operation]: at } };
	return write(store, before, { after, event: { at, by, event: 'restored', detail: operation } });
}

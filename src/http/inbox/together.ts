/** Deciding similar ones together: under policy's caps, and each with an answer of its own to what was shown of it. */
import type { Action } from '../../domain/action.ts';
import type { Engine } from '../../engine/engine.ts';
import { atStake } from '../../policy/at-stake.ts';
import { bulkCaps } from '../../policy/bulk.ts';
import { type SubmitResult, submit } from '../../reviews/submit.ts';

export interface Item {
	readonly id: string;
	readonly revision: number;
	readonly payloadDigest: string;
}

export interface Together {
	readonly reviewer: string;
	readonly answer: 'approve' | 'reject';
	readonly comment: string;
	readonly items: readonly Item[];
}

export type TogetherRefusal = 'off' | 'none' | 'count' | 'mixed' | 'sum' | 'unconvertible';

export type TogetherResult =
	| { readonly ok: true; readonly results: readonly { readonly id: string; readonly result: SubmitResult }[] }
	| { readonly ok: false; readonly why: TogetherRefusal };

/** Why these may not get this answer together, or null. The records are read again: what a form says of them proves nothing. */
export function refusalOf(engine: Engine, actions: readonly Action[], answer: Together['answer']): TogetherRefusal | null {
	const caps = bulkCaps(engine.policy().document);
	if (caps === null) return 'off';
	const [first] = actions;
	if (first === undefined) return 'none';
	if (actions.length > caps.count) return 'count';
	if (actions.some((each) => each.proposal.operation !== first.proposal.operation || each.agent !== first.agent)) return 'mixed';
	// Rejecting runs nothing: no sum limits it.
	if (answer === 'reject') return null;
	const sum = actions.reduce((total, each) => total + atStake(engine.policy(), each.proposal), 0);
	if (!Number.isFinite(sum)) return 'unconvertible';
	return sum > caps.sum.minor ? 'sum' : null;
}

/** Gives the same answer to each, one after the other. Some may come second to somebody else; the others count all the same. */
export async function decideTogether(engine: Engine, together: Together): Promise<TogetherResult> {
	const items = [...new Map(together.items.map((item) => [item.id, item])).values()];
	const actions = await engine.store.actions.getAll(items.map(({ id }) => id));
	const why = refusalOf(engine, actions, together.answer);
	if (why !== null) return { ok: false, why };
	const results = [];
	for (const { id, revision, payloadDigest } of items) {
		const result = await submit(engine, {
			actionId: id,
			revision,
			payloadDigest,
			reviewer: together.reviewer,
			answer: together.answer,
			channel: 'inbox',
			assurance: 'session',
			...(together.comment !== '' && { comment: together.comment }),
		});
		results.push({ id, result });
	}
	return { ok: true, results };
}

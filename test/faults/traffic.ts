/** The agents and the people around the workers: what is proposed, and who answers it, each by what the proposal itself asks for. */
import type { Action } from '../../src/domain/action.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { Proposing } from '../../src/producers/client.ts';
import { type Answering, submit } from '../../src/reviews/submit.ts';
import { withdraw } from '../../src/reviews/withdraw.ts';
import { readLedgers } from './ledger.ts';

/** What becomes of a proposal where nothing goes wrong; it stands in its own arguments, for the stand-ins to see. */
export const plots = ['runs', 'told', 'approve', 'reject', 'take_over', 'withdraw', 'expire'] as const;
export type Plot = (typeof plots)[number];

/** By confidence, with the thresholds of low_risk_write: `runs` by itself, `told` runs and is reported, the rest asks. */
const confidenceOf = (plot: Plot): number => (plot === 'runs' ? 0.99 : plot === 'told' ? 0.75 : 0.6);

/** The n-th proposal; `mark` sets those of one run apart. Half of them can find out afterwards what became of them. */
export function proposing(n: number, plot: Plot, mark: string): Proposing & { agent: string } {
	return {
		// Five agents for seven plots: each agent meets every plot, and two rejections in a row are rare.
		agent: `agent-${mark}-${n % 5}`,
		idempotencyKey: `${mark}-${n}`,
		operation: n % 2 === 0 ? 'refund' : 'reply',
		arguments: { plot, n },
		user: `user-${mark}-${n}`,
		confidence: confidenceOf(plot),
		...(plot === 'expire' && { deadlineAt: Date.now() + 1_500 + (n % 20) * 100 }),
	};
}

export const plotOf = (action: Action): Plot => action.proposal.arguments.plot as Plot;

/** Every second one of these is looked up by a person; the others wait until they are written off. */
export const isLookedUp = (action: Action): boolean => Number(action.proposal.arguments.n) % 4 === 1;

/** One look of all the people at everything that waits for them. */
export async function peopleLook(engine: Engine, folder: string): Promise<void> {
	const { actions } = engine.store;
	const waiting = async (state: Action['state']): Promise<Action[]> =>
		(await actions.list({ tenant: 'default', state, limit: 300 })).actions;
	const [reviews, cases, unknown] = await Promise.all([waiting('in_review'), waiting('escalated'), waiting('outcome_unknown')]);
	await Promise.all([
		...reviews.map((action) => review(engine, action)),
		...cases.map((action) =>
			answer(engine, action, action.owner === null ? 'own' : plotOf(action) === 'take_over' ? 'release' : 'resolve_by_hand'),
		),
		...unknown.map((action) => lookUp(engine, action, folder)),
	]);
}

async function review(engine: Engine, action: Action): Promise<void> {
	const plot = plotOf(action);
	if (plot === 'approve' || plot === 'reject' || plot === 'take_over') await answer(engine, action, plot);
	if (plot === 'withdraw') await withdraw(engine, action.id, action);
}

/** A `reply` whose outcome is unknown and that nothing but a person can find out about. */
async function lookUp(engine: Engine, action: Action, folder: string): Promise<void> {
	if (action.proposal.operation !== 'reply' || !isLookedUp(action)) return;
	const history = await engine.store.actions.history(action.id);
	if (!history.some(({ event }) => event === 'reconcile_failed')) return;
	const happened = readLedgers(folder).some(({ kind, actionId }) => kind === 'effect' && actionId === action.id);
	await answer(engine, action, happened ? 'confirm_done' : 'confirm_not_done');
}

/** Whoever comes second is told so, and that is all. */
async function answer(engine: Engine, action: Action, given: Answering['answer']): Promise<void> {
	const { id, revision, payloadDigest, owner } = action;
	await submit(engine, { actionId: id, revision, payloadDigest, reviewer: owner ?? 'ana', answer: given, channel: 'inbox' });
}

/** The agent takes its action back; possible until its execution starts. */
import type { Action } from '../domain/action.ts';
import type { Problem } from '../domain/errors.ts';
import type { Decision } from '../domain/review.ts';
import type { Engine } from '../engine/engine.ts';
import { withdrawn } from '../engine/moves.ts';
import { winnerOf } from './winner.ts';

export type WithdrawResult =
	| { readonly ok: true; readonly action: Action }
	| { readonly ok: false; readonly problem: Problem; readonly winner: Decision | null };

/** How often a withdrawal is tried again because a reply that decided nothing came in between. */
const mostTries = 25;

/**
 * Withdraws an action of this agent. Withdrawing twice is withdrawing once. A withdrawal that comes second loses, even to an
 * approval that has not run yet: the agent is told, and may withdraw the approved action by asking again.
 */
export async function withdraw(engine: Engine, id: string, agent: { tenant: string; agent: string }): Promise<WithdrawResult> {
	let seen: Action | null = null;
	for (let tries = 0; tries < mostTries; tries++) {
		const action = await engine.store.actions.get(id);
		if (action === null || action.tenant !== agent.tenant || action.agent !== agent.agent) {
			return { ok: false, problem: { code: 'not_found', message: 'there is no such action of this agent' }, winner: null };
		}
		if (action.state === 'withdrawn') return { ok: true, action };
		// What the first look showed is what is withdrawn: a second look must not overtake a decision that came in between.
		if (seen !== null && (action.state !== seen.state || action.revision !== seen.revision))
			return lost(action.state, action.decision);
		seen = action;
		const result = await engine.commit(withdrawn(action, agent.agent), action);
		if (result.ok) return { ok: true, action: (await engine.store.actions.get(id)) ?? action };
		if (result.why === 'version' && result.state === action.state && result.revision === action.revision) continue;
		return lost(result.state, winnerOf(result, action.payloadDigest));
	}
	return {
		ok: false,
		problem: { code: 'storage_unavailable', message: 'too many answers at once; withdraw again' },
		winner: null,
	};
}

const lost = (state: string | null, winner: Decision | null): WithdrawResult => ({
	ok: false,
	problem: { code: 'not_withdrawable', message: `the action is already \`${state ?? 'gone'}\`` },
	winner,
});

/** The `claim` executor: the agent itself runs what was approved, under the same fence as a worker, and reports what came of it. */
import { type Action, payloadDigest } from '../domain/action.ts';
import type { Problem } from '../domain/errors.ts';
import { newId } from '../domain/ids.ts';
import type { ExecutionResult } from '../domain/outcome.ts';
import { recorded } from '../engine/endings.ts';
import type { Engine } from '../engine/engine.ts';
import { executorOf } from '../engine/moves.ts';
import { unwritten } from './execute.ts';
import { start } from './start.ts';

export type ClaimResult =
	| { readonly ok: true; readonly action: Action; readonly token: string }
	| { readonly ok: false; readonly problem: Problem };

/** Who claims: an agent, as its API key says. */
export interface Claimant {
	readonly tenant: string;
	readonly agent: string;
}

const isOf = (action: Action, { tenant, agent }: Claimant): boolean => action.tenant === tenant && action.agent === agent;

/** Gives the agent leave to run its approved action, once. `token` must come with the report. */
export async function claim(engine: Engine, id: string, caller: Claimant): Promise<ClaimResult> {
	const action = await engine.store.actions.get(id);
	if (action === null || !isOf(action, caller))
		return { ok: false, problem: { code: 'not_found', message: 'there is no such action of this agent' } };
	if (action.state !== 'approved' || executorOf(action).kind !== 'claim') {
		return {
			ok: false,
			problem: {
				code: 'not_claimable',
				message: `an action that is \`${action.state}\` cannot be claimed; wait until it is approved`,
			},
		};
	}
	if (payloadDigest(action.proposal) !== action.payloadDigest) {
		return { ok: false, problem: { code: 'payload_mismatch', message: 'the stored payload is not the one that was decided on' } };
	}
	const attempt = { token: newId('exe'), worker: `agent:${caller.agent}`, number: (action.attempt?.number ?? 0) + 1 };
	const begun = await start(engine, action, attempt);
	if (begun === 'started') return { ok: true, action, token: attempt.token };
	if (begun === 'unwritten') await engine.commit(recorded(action, attempt, unwritten).now, action);
	if (begun === 'held' || begun === 'unwritten')
		return {
			ok: false,
			problem: { code: 'held', message: 'nothing is run at the moment; it stays approved, claim it again later' },
		};
	return { ok: false, problem: { code: 'not_claimable', message: 'it was claimed, stopped or lapsed in the meantime' } };
}

/** Records what the agent says came of it. */
export async function complete(
	engine: Engine,
	report: Claimant & { readonly id: string; readonly token: string; readonly result: ExecutionResult },
): Promise<ClaimResult> {
	const action = await engine.store.actions.get(report.id);
	if (action === null || !isOf(action, report))
		return { ok: false, problem: { code: 'not_found', message: 'there is no such action of this agent' } };
	const attempt = { token: report.token, worker: `agent:${report.agent}`, number: action.attempt?.number ?? 1 };
	const { now, late } = recorded(action, attempt, report.result);
	let result = await engine.commit(now, action);
	if (!result.ok && result.state === 'outcome_unknown' && late !== null) result = await engine.commit(late, action);
	if (result.ok) return { ok: true, action: (await engine.store.actions.get(report.id)) ?? action, token: report.token };
	return {
		ok: false,
		problem: { code: 'wrong_state', message: `the action is \`${result.state ?? 'gone'}\`, and this token does not fit it` },
	};
}

/** `POST /v1/actions`: a proposal becomes an action on record before it is acknowledged (INVARIANT I5). */
import type { Context } from 'hono';
import { type Action, fingerprintOf, type Proposal, payloadDigest } from '../../domain/action.ts';
import { Fault, type Problem } from '../../domain/errors.ts';
import { actionId } from '../../domain/ids.ts';
import { deadlineProblem, parseProposal } from '../../domain/parse.ts';
import { publicAction } from '../../domain/public-action.ts';
import { within } from '../../domain/store-fault.ts';
import { recheckMs } from '../../engine/timing.ts';
import type { Caller } from '../auth.ts';
import { problemResponse } from '../problem.ts';
import { readJson } from './body.ts';
import { type ApiDeps, storeTimeoutMs } from './deps.ts';

/**
 * Takes in one proposal. 202: a new action, durable and findable. 200: this very proposal was here before. 422
 * `idempotency_mismatch`: another one was, under the same key.
 */
export async function submitAction(c: Context, caller: Caller, deps: ApiDeps): Promise<Response> {
	const body = await readJson(c);
	if (!body.ok) return problemResponse(body.problem);
	const claimed = claimedBy(body.value, caller, c.req.header('idempotency-key'));
	if (!claimed.ok) return problemResponse(claimed.problem);
	const parsed = parseProposal(claimed.value, { callbackHosts: deps.callbackHosts });
	if (!parsed.ok) return problemResponse(parsed.problem);
	return within(storeTimeoutMs, receive(parsed.proposal, deps));
}

type Claimed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: Problem };
const refused = (code: Problem['code'], field: string, message: string): Claimed => ({
	ok: false,
	problem: { code, message, field },
});

/** The body with what the key and the header say about it; a body that says something else is refused, never believed. */
function claimedBy(body: unknown, caller: Caller, header: string | undefined): Claimed {
	// No object: the parser says so better.
	if (typeof body !== 'object' || body === null || Array.isArray(body)) return { ok: true, value: body };
	const given = body as Readonly<Record<string, unknown>>;
	for (const field of ['tenant', 'agent'] as const) {
		if (given[field] !== undefined && given[field] !== caller[field]) {
			return refused('operation_not_allowed', field, `\`${field}\` is another than the API key's; leave it out`);
		}
	}
	// The draft standard's form is a quoted string; most clients send it bare.
	const key = header?.replace(/^"(.*)"$/, '$1');
	if (key === '') return refused('parameter_invalid', 'Idempotency-Key', 'the header `Idempotency-Key` must not be empty');
	if (key === undefined && given.idempotencyKey === undefined) {
		return refused(
			'idempotency_key_required',
			'idempotencyKey',
			'send the header `Idempotency-Key`, one for each action, the same for every retry',
		);
	}
	if (key !== undefined && given.idempotencyKey !== undefined && given.idempotencyKey !== key) {
		return refused(
			'parameter_invalid',
			'idempotencyKey',
			'`idempotencyKey` is another than the header `Idempotency-Key`; send one of them',
		);
	}
	const { tenant, agent } = caller;
	return { ok: true, value: { ...given, tenant, agent, idempotencyKey: key ?? given.idempotencyKey } };
}

async function receive(proposal: Proposal, { engine, isFull, mostWaiting = mostWaitingOfAgent }: ApiDeps): Promise<Response> {
	const { tenant, agent } = proposal;
	const id = actionId(tenant, agent, proposal.idempotencyKey);
	const fingerprint = fingerprintOf(proposal);
	const late = deadlineProblem(proposal, Date.now());
	if (late !== null) {
		// Sent again after its deadline: that it was in time once is on record.
		const action = await engine.store.actions.get(id);
		return action?.fingerprint === fingerprint ? repeated(action) : problemResponse(late);
	}
	const waiting = await engine.store.backlog.of(proposal);
	if (isFull?.() || waiting >= mostWaiting) {
		// What is here already is answered: only more of it is refused.
		const action = await engine.store.actions.get(id);
		if (action?.fingerprint === fingerprint) return repeated(action);
		return problemResponse(isFull?.() ? full : tooMany(waiting));
	}
	const result = await engine.store.transition({
		id,
		tenant,
		steps: [{ event: 'received', by: agent }],
		create: { proposal, fingerprint },
		set: { payloadDigest: payloadDigest(proposal) },
		due: { inMs: recheckMs },
		facts: [engine.store.backlog.entered(proposal)],
	});
	if (result.ok) {
		// On record, with its follow-up in the outbox: whether the job is added now or by the sweeper, the 202 is true.
		// Whoever has a few waiting is served in turn; the rest of a flood stands behind everybody's.
		void engine.followUp(result, { behind: waiting > servedInTurn ? waiting : 0 });
		const createdAt = new Date(result.at).toISOString();
		const created = { id, state: result.state, ended: false, version: result.version, createdAt };
		return Response.json(created, { status: 202, headers: locationOf(id) });
	}
	const action = await engine.store.actions.get(id);
	if (action === null)
		throw new Fault('storage_unavailable', 'the action was just removed; send the same request again', { retryable: true });
	if (action.fingerprint === fingerprint) return repeated(action);
	return problemResponse({
		code: 'idempotency_mismatch',
		message: `the idempotency key belongs to ${id}, which has another payload; use a new key for a new action`,
		field: 'idempotencyKey',
	});
}

/** So many of an agent's actions stand in the queue like anybody's. */
const servedInTurn = 20;
/** More of one agent than this are not taken in before some of them are judged. */
const mostWaitingOfAgent = 1_000;
const tooMany = (waiting: number): Problem => ({
	code: 'rate_limited',
	message: `${waiting} actions of this agent wait to be judged; send the same request again in a moment`,
});

/** Room is kept for the decisions and executions of what is there. */
const full = { code: 'storage_full', message: 'the store is nearly full; send the same request again later' } as const;

const locationOf = (id: string): Record<string, string> => ({ location: `/v1/actions/${id}` });
const repeated = (action: Action): Response => Response.json(publicAction(action), { headers: locationOf(action.id) });

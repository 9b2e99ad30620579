/** What an agent may do to its own action: take it back, or run it itself once it is approved. It can never decide (INVARIANT I7). */
import type { Context } from 'hono';
import { z } from 'zod';
import { problemOf } from '../../domain/issue.ts';
import type { ExecutionResult } from '../../domain/outcome.ts';
import { publicAction } from '../../domain/public-action.ts';
import { within } from '../../domain/store-fault.ts';
import { claim, complete } from '../../execution/claim.ts';
import { withdraw } from '../../reviews/withdraw.ts';
import type { Caller } from '../auth.ts';
import { problemResponse } from '../problem.ts';
import { readJson, readNothing } from './body.ts';
import { type ApiDeps, storeTimeoutMs } from './deps.ts';
import { actionOf, actionResponse, notFound } from './reading.ts';

/** `POST /v1/actions/:id/withdraw`. 409 `not_withdrawable` names the decision that came first. */
export async function withdrawAction(c: Context, caller: Caller, deps: ApiDeps): Promise<Response> {
	const unwanted = await readNothing(c);
	if (unwanted !== null) return problemResponse(unwanted);
	const id = c.req.param('id') ?? '';
	if ((await actionOf(id, caller, deps)) === null) return notFound();
	const result = await within(storeTimeoutMs, withdraw(deps.engine, id, caller));
	return result.ok ? actionResponse(result.action) : problemResponse(result.problem, { winner: result.winner });
}

/** `POST /v1/actions/:id/claim`: leave to run the action, once. The token must come with the report. */
export async function claimAction(c: Context, caller: Caller, deps: ApiDeps): Promise<Response> {
	const unwanted = await readNothing(c);
	if (unwanted !== null) return problemResponse(unwanted);
	const id = c.req.param('id') ?? '';
	if ((await actionOf(id, caller, deps)) === null) return notFound();
	const result = await within(storeTimeoutMs, claim(deps.engine, id, caller));
	if (!result.ok) return problemResponse(result.problem);
	const current = (await actionOf(id, caller, deps)) ?? result.action;
	return Response.json({ token: result.token, action: publicAction(current) });
}

const reason = z.string().min(1).max(2000);
const report = z.strictObject({
	/** As the claim gave it. */
	token: z.string().regex(/^exe_[0-9a-z]{25}$/, 'must be the token of the claim'),
	result: z.discriminatedUnion('status', [
		z.strictObject({ status: z.literal('done'), result: z.json().optional() }),
		z.strictObject({ status: z.literal('refused'), reason }),
		z.strictObject({ status: z.literal('failed'), reason }),
		z.strictObject({ status: z.literal('partial'), reason, result: z.json() }),
		z.strictObject({ status: z.literal('deferred'), reason, afterMs: z.int().min(0).max(86_400_000) }),
	]),
});

/** `POST /v1/actions/:id/complete`: what came of a claimed action, `{token, result: {status, …}}`. */
export async function completeAction(c: Context, caller: Caller, deps: ApiDeps): Promise<Response> {
	const body = await readJson(c);
	if (!body.ok) return problemResponse(body.problem);
	const parsed = report.safeParse(body.value);
	if (!parsed.success) return problemResponse(problemOf(parsed.error, { input: body.value, known: Object.keys(report.shape) }));
	const id = c.req.param('id') ?? '';
	if ((await actionOf(id, caller, deps)) === null) return notFound();
	const { token, result } = parsed.data;
	const made = await within(
		storeTimeoutMs,
		complete(deps.engine, { id, tenant: caller.tenant, agent: caller.agent, token, result: result as ExecutionResult }),
	);
	return made.ok ? actionResponse(made.action) : problemResponse(made.problem);
}

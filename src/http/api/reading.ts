/** Reading actions: one, at once or when something happened to it; a page of them; a history. */
import type { Context } from 'hono';
import { z } from 'zod';
import type { Action } from '../../domain/action.ts';
import { actionIdForm } from '../../domain/ids.ts';
import { problemOf } from '../../domain/issue.ts';
import { isEnd, states } from '../../domain/lifecycle.ts';
import { publicAction } from '../../domain/public-action.ts';
import { within } from '../../domain/store-fault.ts';
import { executorOf } from '../../engine/moves.ts';
import type { Caller } from '../auth.ts';
import { problemResponse } from '../problem.ts';
import { type ApiDeps, storeTimeoutMs } from './deps.ts';

/** The longest that a request may wait, in seconds: below the idle limit of common proxies. */
export const longestWait = 30;
/** How many requests of one process may wait at a time; one more is answered at once. */
const mostWaiting = 10_000;
/** How often somebody who waits looks for themselves, in ms: pub/sub may lose a message. */
const lookEveryMs = 5000;

const missing = { code: 'not_found', message: 'there is no such action' } as const;

/** The action of an id, or null where it is not this tenant's: another tenant's action must look like none at all (R-A4). */
export async function actionOf(id: string, caller: Caller, deps: ApiDeps): Promise<Action | null> {
	if (!actionIdForm.test(id)) return null;
	const action = await within(storeTimeoutMs, deps.engine.store.actions.get(id));
	return action !== null && action.tenant === caller.tenant ? action : null;
}

/** The answer that says there is nothing here. */
export const notFound = (): Response => problemResponse(missing);

/** An action as the answer to a request, with the tag of its version. */
export const actionResponse = (action: Action, headers: Record<string, string> = {}): Response =>
	Response.json(publicAction(action), { headers: { ...headers, etag: tagOf(action) } });

const tagOf = (action: Action): string => `"v${action.version}"`;

/** Whether an agent that waits wants to hear of this: it ended, it went to a person, or the agent itself is to run it. */
function tellable(action: Action): boolean {
	if (isEnd(action.state)) return true;
	if (action.state === 'approved') return executorOf(action).kind === 'claim';
	return action.state === 'in_review' || action.state === 'escalated' || action.state === 'outcome_unknown';
}

/**
 * `GET /v1/actions/:id`. With `Prefer: wait=25`, answers once the action has ended or was handed to a person; with
 * `If-None-Match` besides, once that is news to the caller. 304 where nothing is.
 */
export async function readAction(c: Context, caller: Caller, deps: ApiDeps): Promise<Response> {
	const id = c.req.param('id') ?? '';
	const wait = waitOf(c.req.header('prefer'));
	if (wait === null) {
		return problemResponse({
			code: 'parameter_invalid',
			message: `send \`Prefer: wait=\` and 0 to ${longestWait} seconds`,
			field: 'Prefer',
		});
	}
	const first = await actionOf(id, caller, deps);
	if (first === null) return notFound();
	const known = (c.req.header('if-none-match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
	const seen = known.includes(tagOf(first)) ? first : null;
	const action = wait === 0 ? first : await changeOf(first, { seen, ms: wait * 1000, signal: c.req.raw.signal }, deps);
	const headers: Record<string, string> = wait === 0 ? {} : { 'preference-applied': `wait=${wait}` };
	if (known.includes(tagOf(action))) return new Response(null, { status: 304, headers: { ...headers, etag: tagOf(action) } });
	return actionResponse(action, headers);
}

/** Seconds to wait: 0 where none are asked for, null where the request cannot be understood. */
function waitOf(prefer: string | undefined): number | null {
	const wanted = (prefer ?? '').split(',').find((part) => /^\s*wait\b/i.test(part));
	if (wanted === undefined) return 0;
	const seconds = /^\s*wait\s*=\s*"?(\d{1,6})"?\s*(;.*)?$/i.exec(wanted)?.[1];
	return seconds === undefined ? null : Math.min(Number(seconds), longestWait);
}

/** Follows an action until there is something to tell, or for `ms`. `seen`: what the caller knows already. */
async function changeOf(
	first: Action,
	waiting: { seen: Action | null; ms: number; signal: AbortSignal },
	deps: ApiDeps,
): Promise<Action> {
	const news = (action: Action): boolean =>
		tellable(action) && (waiting.seen === null || action.state !== waiting.seen.state || isEnd(action.state));
	if (news(first) || deps.waiter.size >= mostWaiting) return first;
	const until = Date.now() + waiting.ms;
	const listening = await within(storeTimeoutMs, deps.waiter.listen(first.id));
	try {
		for (;;) {
			// Read after listening began: a change in between has woken us already.
			const action = (await within(storeTimeoutMs, deps.engine.store.actions.get(first.id))) ?? first;
			const left = until - Date.now();
			if (news(action) || left <= 0 || waiting.signal.aborted || deps.waiter.closed) return action;
			await listening.changed(Math.min(left, lookEveryMs), waiting.signal);
		}
	} finally {
		listening.stop();
	}
}

const listQuery = z.strictObject({
	state: z.enum(states as [(typeof states)[number]]).optional(),
	limit: z
		.string()
		.regex(/^[1-9]\d{0,2}$/, 'must be a whole number from 1 to 200')
		.transform(Number)
		.pipe(z.number().max(200))
		.default(50),
	cursor: z
		.string()
		.regex(/^\d{1,16}-act_[0-9a-z]{25}$/, 'must be the `cursor` of the page before')
		.optional(),
});

/** `GET /v1/actions`: the tenant's actions, newest change first, a page at a time. */
export async function listActions(c: Context, caller: Caller, deps: ApiDeps): Promise<Response> {
	const given = Object.entries(c.req.queries());
	const repeated = given.find(([, values]) => values.length > 1);
	if (repeated !== undefined)
		return problemResponse({ code: 'parameter_invalid', message: 'send every parameter once', field: repeated[0].slice(0, 60) });
	const input = Object.fromEntries(given.map(([name, [value]]) => [name, value]));
	const query = listQuery.safeParse(input);
	if (!query.success) {
		return problemResponse({
			...problemOf(query.error, { input, known: Object.keys(listQuery.shape) }),
			code: 'parameter_invalid',
		});
	}
	const { state, limit, cursor } = query.data;
	const listing = { tenant: caller.tenant, limit, ...(state && { state }), ...(cursor && { cursor }) };
	const page = await within(storeTimeoutMs, deps.engine.store.actions.list(listing));
	return Response.json({ actions: page.actions.map(publicAction), cursor: page.cursor });
}

/** `GET /v1/actions/:id/history`: what happened to the action, oldest first. */
export async function readHistory(c: Context, caller: Caller, deps: ApiDeps): Promise<Response> {
	const action = await actionOf(c.req.param('id') ?? '', caller, deps);
	if (action === null) return notFound();
	const entries = await within(storeTimeoutMs, deps.engine.store.actions.history(action.id));
	const instant = (ms: number): string => new Date(ms).toISOString();
	const history = entries.map((entry) => ({
		...entry,
		at: instant(entry.at),
		...(entry.deadlineAt !== undefined && { deadlineAt: instant(entry.deadlineAt) }),
	}));
	return Response.json({ id: action.id, history });
}

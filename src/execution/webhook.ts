/** The webhook executor: the approved action is posted, signed, to the URL that policy names; the answer is read as a closed set (R-X6). */
import { z } from 'zod';
import { payloadOf } from '../domain/action.ts';
import type { ExecutionResult } from '../domain/outcome.ts';
import type { Run } from './registry.ts';
import { signedPost } from './signed-post.ts';

const answer = z.discriminatedUnion('status', [
	z.object({ status: z.literal('done'), result: z.json().optional() }),
	z.object({ status: z.literal('refused'), reason: z.string().max(2000) }),
	z.object({ status: z.literal('failed'), reason: z.string().max(2000) }),
	z.object({ status: z.literal('partial'), reason: z.string().max(2000), result: z.json() }),
	z.object({ status: z.literal('deferred'), afterMs: z.number().min(0).max(86_400_000), reason: z.string().max(2000) }),
]);

/** What may pass before a receiver that was never reached is tried again, in ms. */
const unreachedMs = 15_000;

/** A `Run` that posts to `url`. Throws where nobody can tell what happened: that is an unknown outcome. */
export function webhookRun(url: string, settings: { readonly secret: string; readonly allowPrivate: boolean }): Run {
	return async (action, call): Promise<ExecutionResult> => {
		const posted = await signedPost({
			url,
			id: call.idempotencyKey,
			body: {
				type: 'action.execute',
				id: action.id,
				revision: action.revision,
				payloadDigest: action.payloadDigest,
				payload: payloadOf(action.proposal),
			},
			secret: settings.secret,
			timeoutMs: action.verdict?.executor.timeoutMs ?? 30_000,
			allowPrivate: settings.allowPrivate,
			signal: call.signal,
		});
		if (posted.kind === 'unsent') return { status: 'deferred', afterMs: unreachedMs, reason: posted.reason };
		if (posted.kind === 'unanswered') throw new Error(posted.reason);
		if (posted.status === 429)
			return { status: 'deferred', afterMs: posted.retryAfterMs ?? unreachedMs, reason: 'the receiver asks to come again later' };
		if (posted.status >= 400 && posted.status < 500)
			return { status: 'refused', reason: `the receiver answered ${posted.status}` };
		if (posted.status < 200 || posted.status >= 300) throw new Error(`the receiver answered ${posted.status}`);
		if (posted.body.trim() === '') return { status: 'done' };
		const read = answer.safeParse(safeJson(posted.body));
		// A receiver that answers 2xx in its own words has done it; what it said is kept.
		return read.success ? read.data : { status: 'done', result: posted.body.slice(0, 2000) };
	};
}

function safeJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

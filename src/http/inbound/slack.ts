/**
 * `POST /hooks/slack/interactions`: what Slack sends of buttons and forms. Signed over the raw body, five minutes young, each body once.
 * Only an interaction decides; whatever the Events API would say of reactions and messages is taken and left (they never decide).
 */
import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { Fault } from '../../domain/errors.ts';
import { faultOf } from '../../domain/store-fault.ts';
import type { Engine } from '../../engine/engine.ts';
import type { SlackDesk } from './slack-desk.ts';
import { challenge } from './slack-payload.ts';
import { isFromSlack } from './slack-signature.ts';

export interface SlackHookDeps {
	readonly engine: Engine;
	readonly desk: SlackDesk;
	/** Slack's signing secret of the app. Throws `config_invalid` where it is empty. */
	readonly signingSecret: string;
	/** Now, in ms; the clock of this machine where absent. */
	readonly now?: () => number;
}

const maxBytes = 512 * 1024;

/** Routes under `/hooks/slack`. */
export function slackRoutes({ engine, desk, signingSecret, now = Date.now }: SlackHookDeps): Hono {
	if (signingSecret === '')
		throw new Fault('config_invalid', 'SLACK_SIGNING_SECRET must not be empty: anybody could answer for anybody');
	const { inbound } = engine.store;
	const app = new Hono();
	const refuse = (context: Context, status: 400 | 401 | 413 | 503): Response => context.body(null, status);

	app.post('/interactions', bodyLimit({ maxSize: maxBytes, onError: (context) => refuse(context, 413) }), async (context) => {
		const body = await context.req.text();
		const signed = {
			timestamp: context.req.header('x-slack-request-timestamp'),
			signature: context.req.header('x-slack-signature'),
			body,
		};
		if (!isFromSlack(signed, signingSecret, now())) return refuse(context, 401);
		const payload = payloadOf(body, context.req.header('content-type') ?? '');
		if (payload === undefined) return refuse(context, 400);
		const asked = challenge.safeParse(payload);
		if (asked.success) return context.text(asked.data.challenge);
		if (typeof payload === 'object' && payload !== null && 'type' in payload && payload.type === 'url_verification')
			return refuse(context, 400);
		// Slack sends again what it believes we did not get, signed anew; and whoever copied a request could too.
		const id = createHash('sha256').update(body).digest('hex');
		if ((await inbound.claim('slack', id)).kind !== 'mine') return context.body(null, 200);
		try {
			const { status, body: answer } = await desk.receive(payload);
			await inbound.done('slack', id, '');
			return answer === undefined ? context.body(null, status) : context.json(answer, status);
		} catch (error) {
			// Nothing was recorded: the next copy of it may try, and the person is shown a failure.
			await inbound.release('slack', id).catch(() => undefined);
			throw error;
		}
	});
	app.onError((error, context) => {
		engine.log.error({ err: error, code: faultOf(error).code }, 'slack interaction');
		return refuse(context, 503);
	});
	return app;
}

/** The payload of a form or of JSON; undefined where there is none. */
function payloadOf(body: string, contentType: string): unknown {
	const text = contentType.startsWith('application/json') ? body : new URLSearchParams(body).get('payload');
	if (text === null) return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

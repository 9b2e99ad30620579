/**
 * What Twilio tells us: a text message came in, and what became of one that we sent. Both come as forms that it has signed; a text
 * counts once in seven days, however often it is handed in, and always gets the same answer.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { hookPaths } from '../../channels/hook-paths.ts';
import { html } from '../../channels/markup.ts';
import { faultOf } from '../../domain/store-fault.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Keyword } from '../../reviews/reply-grammar.ts';
import { takeText } from '../../reviews/text-reply.ts';
import { problemResponse } from '../problem.ts';
import { invalid, maxFormBytes, signedForm, type TwilioAccount } from './signed-form.ts';

export interface TwilioHooks {
	/** On a connection that fails fast. */
	readonly engine: Engine;
	/** Where Twilio calls us, and what it signs. */
	readonly publicUrl: string;
	readonly account: TwilioAccount;
	/** Told what a hook has just done. */
	readonly signal?: (what: string, id: string) => void;
}

/** Routes of the two hooks. */
export function twilioHooks(hooks: TwilioHooks): Hono {
	const { engine } = hooks;
	const app = new Hono();
	const tooLarge = (): Response => problemResponse({ code: 'payload_too_large', message: 'the form is too large' });
	const limit = bodyLimit({ maxSize: maxFormBytes, onError: tooLarge });
	app.post(hookPaths.text, limit, (context) => textCame(context, hooks));
	app.post(hookPaths.textStatus, limit, (context) => statusCame(context, hooks));
	for (const path of [hookPaths.text, hookPaths.textStatus])
		app.all(path, () => problemResponse({ code: 'method_not_allowed', message: 'send a POST' }, { headers: { allow: 'POST' } }));
	app.onError((error) => {
		const fault = faultOf(error);
		engine.log.error({ err: error }, 'twilio hook');
		return problemResponse({ code: fault.code, message: fault.message });
	});
	return app;
}

const sidForm = /^(SM|MM)[0-9a-f]{32}$/i;
const keywords: Readonly<Record<string, Keyword>> = { STOP: 'stop', START: 'start', HELP: 'help' };

async function textCame(context: Context, { engine, publicUrl, account, signal }: TwilioHooks): Promise<Response> {
	const read = await signedForm(context, `${publicUrl}${hookPaths.text}`, account);
	const checked = read.ok ? checkText(read.form, account) : read;
	if (!checked.ok) {
		engine.log.warn({ code: checked.problem.code, field: checked.problem.field }, 'refused: text message');
		signal?.(`refused_${checked.problem.code}`, 'text');
		return problemResponse(checked.problem);
	}
	const { sid, from, body, keyword } = checked;
	const { inbound } = engine.store;
	const before = await settled(engine, sid);
	if (before !== null) return before === undefined ? busy() : answer(before);
	try {
		const outcome = await takeText({ engine, publicUrl }, { from, body, keyword });
		const reply = twiml(outcome.reply);
		if (outcome.again === true) await inbound.release('sms', sid);
		else await inbound.done('sms', sid, reply);
		engine.log.info({ sid, outcome: outcome.kind, id: outcome.actionId }, 'text message');
		signal?.(`text_${outcome.kind}`, outcome.actionId ?? sid);
		return answer(reply);
	} catch (error) {
		await inbound.release('sms', sid).catch(() => undefined);
		throw error;
	}
}

type CheckedText =
	| { readonly ok: true; readonly sid: string; readonly from: string; readonly body: string; readonly keyword: Keyword | null }
	| ReturnType<typeof invalid>;

/** Whether a signed text is one of ours and has what a text has. */
function checkText(form: Readonly<Record<string, string>>, { senders }: TwilioAccount): CheckedText {
	const { MessageSid: sid = '', From: from = '', To: to = '', MessagingServiceSid: service = '', Body: body = '' } = form;
	if (!sidForm.test(sid)) return invalid('MessageSid', 'is not the id of a message');
	if (!senders.includes(to) && !senders.includes(service)) return invalid('To', 'is not a number that is configured');
	const type = form.OptOutType ?? '';
	if (type !== '' && !Object.hasOwn(keywords, type)) return invalid('OptOutType', 'is none that is known');
	return { ok: true, sid, from, body, keyword: keywords[type] ?? null };
}

/** What was answered to this message before; null: it is ours to deal with; undefined: somebody else still does. */
async function settled({ store }: Engine, sid: string): Promise<string | null | undefined> {
	const waits = [50, 100, 200, 400, 800, 1600];
	for (const wait of [...waits, 0]) {
		const claim = await store.inbound.claim('sms', sid);
		if (claim.kind === 'mine') return null;
		if (claim.kind === 'done') return claim.result;
		await pause(wait);
	}
	return undefined;
}

const busy = (): Response =>
	problemResponse({ code: 'storage_unavailable', message: 'this message is being dealt with; send it again' });

/** The answer in Twilio's markup; an empty one says nothing to the person. */
function twiml(reply: string | null): string {
	const message = reply === null ? '' : html`<Message>${reply}</Message>`;
	return `<?xml version="1.0" encoding="UTF-8"?><Response>${message}</Response>`;
}

const answer = (markup: string): Response =>
	new Response(markup, { headers: { 'content-type': 'text/xml; charset=utf-8', 'cache-control': 'no-store' } });

/** After these nothing at this number will arrive for a while; the others are about one message. */
const deadCodes = new Set(['30005', '30006']);
const deadMs = 86_400_000;
const optedOutCode = '21610';

/** A report about a text that we sent: only the first failure of each counts, and none after it has arrived. */
async function statusCame(context: Context, { engine, publicUrl, account, signal }: TwilioHooks): Promise<Response> {
	const read = await signedForm(context, `${publicUrl}${hookPaths.textStatus}`, account);
	if (!read.ok) return problemResponse(read.problem);
	const { MessageSid: sid = '', MessageStatus: status = '', ErrorCode: error = '' } = read.form;
	if (!sidForm.test(sid)) return problemResponse(invalid('MessageSid', 'is not the id of a message').problem);
	const { texts, deadAddresses } = engine.store;
	if (status === 'delivered' || status === 'read') await texts.delivered(sid);
	if (status === 'failed' || status === 'undelivered') {
		const code = /^\d{5}$/.test(error) ? error : status;
		const text = await texts.failed(sid, code);
		if (text !== null) {
			const at = { channel: 'sms', address: text.phone } as const;
			if (code === optedOutCode) await deadAddresses.mark(at, { reason: 'opted_out', detail: code }, null);
			else if (deadCodes.has(code)) await deadAddresses.mark(at, { reason: 'rejected', detail: code }, deadMs);
			for (const each of text.deliveries) await engine.queues.undelivered({ ...each, channel: 'sms', reason: `twilio ${code}` });
		}
	}
	signal?.(`text_status_${status}`, sid);
	return new Response(null, { status: 204 });
}

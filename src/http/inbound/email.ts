/** Mails that a provider posts as they came, instead of sending them on by SMTP. Who posts shows a secret that we share with them. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { hookPaths } from '../../channels/hook-paths.ts';
import { faultOf } from '../../domain/store-fault.ts';
import { mailLimits } from '../../reviews/mail/bounds.ts';
import { type MailDeps, takeMail } from '../../reviews/mail/take.ts';
import { problemResponse } from '../problem.ts';

export interface MailHook extends MailDeps {
	/** At least 24 characters, presented as `Authorization: Bearer …`. */
	readonly secret: string;
	/** Told what a mail came to. */
	readonly signal?: ((what: string, id: string) => void) | undefined;
}

/** The route. The body is the raw mail; `X-Envelope-From` and `X-Envelope-To` say what SMTP would have said, where it is known. */
export function mailHook({ secret, signal, ...deps }: MailHook): Hono {
	const app = new Hono();
	const wanted = digest(`Bearer ${secret}`);
	const tooLarge = (): Response =>
		problemResponse({ code: 'payload_too_large', message: `a mail must be at most ${mailLimits.bytes} bytes` });
	app.use(hookPaths.mail, async (context, next) => {
		if (context.req.method !== 'POST')
			return problemResponse({ code: 'method_not_allowed', message: 'send a POST' }, { headers: { allow: 'POST' } });
		const given = digest(context.req.header('authorization') ?? '');
		if (!timingSafeEqual(given, wanted)) return problemResponse({ code: 'unauthenticated', message: 'the secret is wrong' });
		if (!/^(message\/rfc822|application\/octet-stream)\s*(;|$)/i.test(context.req.header('content-type') ?? ''))
			return problemResponse({ code: 'media_type_unsupported', message: 'send the raw mail as `message/rfc822`' });
		await next();
	});
	app.post(hookPaths.mail, async (context) => {
		const raw = await bodyOf(context);
		if (raw === null) return tooLarge();
		if (raw.length === 0) return problemResponse({ code: 'body_required', message: 'send the raw mail as the body' });
		const to = (context.req.header('x-envelope-to') ?? '').split(',').map((address) => address.trim());
		const envelope = { from: context.req.header('x-envelope-from') ?? null, to: to.filter(Boolean).slice(0, 10) };
		const outcome = await takeMail(deps, { raw, envelope, wire: false, vouched: true });
		deps.engine.log.info({ outcome: outcome.kind }, 'mail');
		signal?.(`mail_${outcome.kind}`, 'actionId' in outcome ? (outcome.actionId ?? '') : '');
		switch (outcome.kind) {
			case 'rejected':
				return problemResponse({ code: 'mail_rejected', message: outcome.refusal.reason });
			case 'later':
				return problemResponse({ code: 'storage_unavailable', message: 'not now; send the same mail again' });
			default:
				return context.json({ outcome: outcome.kind });
		}
	});
	app.onError((error) => {
		const fault = faultOf(error);
		deps.engine.log.error({ err: error }, 'mail hook');
		return problemResponse({ code: fault.code, message: fault.message });
	});
	return app;
}

/** How much of a mail that is too large is read on, so that its sender hears the answer instead of a broken connection. */
const drained = 8 * mailLimits.bytes;

/** The body, or null where it is too large. */
async function bodyOf(context: Context): Promise<Uint8Array | null> {
	const { body } = context.req.raw;
	if (body === null) return new Uint8Array();
	const chunks: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of body) {
		length += chunk.byteLength;
		if (length <= mailLimits.bytes) chunks.push(chunk);
		else if (length > drained) break;
	}
	return length > mailLimits.bytes ? null : new Uint8Array(Buffer.concat(chunks));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

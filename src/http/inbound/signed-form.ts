/**
 * A form that Twilio has signed. The signature covers the public URL and every parameter and has no time in it, so it is checked
 * against our configured address, never against what the request says of itself, and each message counts once (R-T1, R-T2).
 */
import type { Context } from 'hono';
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import type { Problem } from '../../domain/errors.ts';

export interface TwilioAccount {
	readonly accountSid: string;
	readonly authToken: string;
	/** The numbers, short codes or messaging services that are ours: what `To` and `MessagingServiceSid` may say. */
	readonly senders: readonly string[];
}

/** The parameters, or why there are none. */
export type SignedForm =
	| { readonly ok: true; readonly form: Readonly<Record<string, string>> }
	| { readonly ok: false; readonly problem: Problem };

/** Twilio's own limit is far below. */
export const maxFormBytes = 64 * 1024;

/** Reads the form of a request to `url`, our public address of the hook without its query. Codes: `signature_invalid`, `parameter_invalid`. */
export async function signedForm(context: Context, url: string, account: TwilioAccount): Promise<SignedForm> {
	const wrong: SignedForm = { ok: false, problem: { code: 'signature_invalid', message: 'the signature does not match' } };
	const type = context.req.header('content-type') ?? '';
	if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) return wrong;
	// Hono parses the query again and again in its own order; what was signed is the text as it came.
	const query = /\?[^#]*/.exec(context.req.url)?.[0] ?? '';
	const pairs = [...new URLSearchParams(await context.req.text())];
	const signed: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
	for (const [name, value] of pairs) {
		const before = signed[name];
		signed[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
	}
	const given = context.req.header('x-twilio-signature') ?? '';
	if (!validateRequest(account.authToken, given, `${url}${query}`, signed)) return wrong;
	const odd = pairs.map(([name]) => name).find((name) => Array.isArray(signed[name]) || /[[\]]/.test(name));
	if (odd !== undefined) return invalid(odd, 'must be a single value');
	const form = signed as Record<string, string>;
	if (form.AccountSid !== account.accountSid) return invalid('AccountSid', 'is not the account that is configured');
	return { ok: true, form };
}

/** A parameter that cannot be. */
export const invalid = (name: string, message: string): { readonly ok: false; readonly problem: Problem } => ({
	ok: false,
	problem: { code: 'parameter_invalid', message: `the parameter ${message}`, field: name.slice(0, 60) },
});

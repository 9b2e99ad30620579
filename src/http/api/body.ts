/** Request bodies: JSON and nothing else, bounded while it streams in, parsed strictly. */
import type { Context } from 'hono';
import { proposalLimits } from '../../domain/action.ts';
import type { Problem } from '../../domain/errors.ts';
import { type JsonResult, parseJson } from '../../domain/json.ts';

const refused = (code: Problem['code'], message: string): { ok: false; problem: Problem } => ({
	ok: false,
	problem: { code, message },
});

/**
 * Reads a JSON body. Codes: `media_type_unsupported`, `payload_too_large`, `body_required`, `body_unreadable`, and those of
 * `parseJson`.
 */
export async function readJson(c: Context): Promise<JsonResult> {
	// Anything else could be sent across sites by a plain form, without the browser asking first.
	if (!/^application\/json(; ?charset="?utf-8"?)?$/i.test((c.req.header('content-type') ?? '').trim())) {
		return refused('media_type_unsupported', 'send the header `Content-Type: application/json`');
	}
	if (!/^(identity)?$/i.test(c.req.header('content-encoding') ?? '')) {
		return refused('media_type_unsupported', 'send the body without `Content-Encoding`');
	}
	const bytes = await readBytes(c).catch(() => undefined);
	if (bytes === undefined) return refused('body_unreadable', 'the body ended before it was complete');
	if (bytes === null)
		return refused('payload_too_large', `the body must be at most ${proposalLimits.bytes} bytes; pass a reference to large data`);
	if (bytes.length === 0) return refused('body_required', 'send a JSON object as the body');
	try {
		return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
	} catch {
		return refused('body_unreadable', 'the body must be UTF-8');
	}
}

/** Whether a request that needs no body has none; a JSON `{}` passes for none. */
export async function readNothing(c: Context): Promise<Problem | null> {
	const bytes = await readBytes(c);
	if (bytes === null) return { code: 'payload_too_large', message: 'this request takes no body' };
	const text = new TextDecoder().decode(bytes).trim();
	return text === '' || /^\{\s*\}$/.test(text)
		? null
		: { code: 'unknown_field', message: 'this request takes no body; remove it' };
}

/** The body's bytes, or null as soon as they are more than a proposal may have: an endless body is not read to its end. */
async function readBytes(c: Context): Promise<Uint8Array | null> {
	if (Number(c.req.header('content-length') ?? 0) > proposalLimits.bytes) return null;
	const { body } = c.req.raw;
	if (body === null) return new Uint8Array();
	const chunks: Uint8Array[] = [];
	let length = 0;
	const reader = body.getReader();
	for (;;) {
		const { done, value } = await reader.read();
		if (done) break;
		length += value.byteLength;
		if (length > proposalLimits.bytes) {
			await reader.cancel().catch(() => undefined);
			return null;
		}
		chunks.push(value);
	}
	return Buffer.concat(chunks, length);
}

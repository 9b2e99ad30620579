/**
 * What proves that a form was sent from our own page by the person who is signed in: the browser's word for where it comes from
 * and a nonce that only that page could hold. The session is a third proof of its own; each missing alone is refused (R-W1).
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';

/** Whether the browser says that the request comes from our own pages. No word at all is not enough here. */
export function fromOwnPage(context: Context, publicUrl: string): boolean {
	const site = context.req.header('sec-fetch-site');
	const origin = context.req.header('origin');
	if (site === undefined && origin === undefined) return false;
	if (site !== undefined && site !== 'same-origin') return false;
	if (origin === undefined) return true;
	return origin === new URL(publicUrl).origin || (origin === 'null' && site === 'same-origin');
}

/** A nonce for one purpose under a secret that only the browser and we know. Worked out, not stored: looking writes nothing. */
export const nonceFor = (secret: string, purpose: string): string =>
	createHmac('sha256', secret).update(`form/${purpose}`).digest('base64url');

/** Whether a form brought the nonce of its purpose. */
export function holdsNonce(given: unknown, secret: string, purpose: string): boolean {
	if (typeof given !== 'string') return false;
	const wanted = Buffer.from(nonceFor(secret, purpose));
	const brought = Buffer.from(given);
	return brought.length === wanted.length && timingSafeEqual(brought, wanted);
}

/** The name of the nonce's field in every form. */
export const nonceField = 'nonce';

/** The form of a page behind a link, as it comes back: every field once, from our own page, about what was shown. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { catalogueOf } from '../channels/catalogue.ts';
import { type Answer, answers, type CaseAnswer, caseAnswers, type Reviewer } from '../domain/review.ts';
import { stepUpForm } from '../store/step-ups.ts';
import { formFields, maxComment } from './pages/answer-form.ts';

export interface LinkForm {
	readonly answer: Answer | CaseAnswer;
	readonly nonce: string;
	readonly revision: number;
	readonly payloadDigest: string;
	readonly reason: string;
	readonly comment: string;
	/** The amount as it was typed, where one was asked for. */
	readonly typed: string;
	/** The one-time code that was entered; null where none was, or another one is asked for. */
	readonly code: string | null;
}

/**
 * The token of a path as it was sent. Mail programs break long lines, and some leave `=` and a line break, or a space, where they
 * did: one such break is healed, and nothing else.
 */
export const tokenOf = (path: string): string => path.replace(/=?(?:\r?\n)|=?[ \t]/, '');

/** Every field exactly once, and the answer one of those offered; null for anything else. */
export function readForm(body: Record<string, unknown>): LinkForm | null {
	const known = new Set<string>(Object.values(formFields));
	if (Object.entries(body).some(([name, value]) => !known.has(name) || typeof value !== 'string')) return null;
	const text = (name: string): string => (typeof body[name] === 'string' ? body[name] : '');
	const answer = [...answers, ...caseAnswers].find((each) => each === text(formFields.answer));
	const revision = text(formFields.revision);
	const comment = text(formFields.comment);
	const nonce = text(formFields.nonce);
	const payloadDigest = text(formFields.payloadDigest);
	// As people type it: in two groups, or with what was copied along.
	const code = text(formFields.code).replace(/[\s-]/g, '');
	if (answer === undefined || nonce === '' || payloadDigest === '' || comment.length > maxComment) return null;
	if (!/^\d{1,4}$/.test(revision) || (code !== '' && !stepUpForm.test(code) && body[formFields.again] === undefined)) return null;
	return {
		answer,
		nonce,
		revision: Number(revision),
		payloadDigest,
		reason: text(formFields.reason),
		comment,
		typed: text(formFields.typed).slice(0, 60),
		code: code === '' || body[formFields.again] !== undefined ? null : code,
	};
}

/** The reason chip in the reviewer's words, then what they typed. */
export function commentOf({ answer, reason, comment }: LinkForm, person: Pick<Reviewer, 'language'>): string {
	const chips: Readonly<Record<string, string>> = catalogueOf(person.language).rejectionReasons;
	const chip = answer === 'reject' && Object.hasOwn(chips, reason) ? chips[reason] : undefined;
	return [chip, comment.trim()].filter(Boolean).join(': ');
}

/**
 * Bound to the link and to what was shown. It is worked out from the token rather than stored, because looking must not write
 * (INVARIANT I8); who has the token may decide anyway.
 */
export const nonceOf = (token: string, shown: { readonly revision: number; readonly payloadDigest: string }): string =>
	createHmac('sha256', token).update(`form/${shown.revision}/${shown.payloadDigest}`).digest('base64url');

export const sameNonce = (given: string, wanted: string): boolean =>
	given.length === wanted.length && timingSafeEqual(Buffer.from(given), Buffer.from(wanted));

/** Whether a form was sent by our own page. A browser says so; what says nothing at all is no browser, and holds the token by itself. */
export function fromOwnPage(context: Context, publicUrl: string): boolean {
	const site = context.req.header('sec-fetch-site');
	if (site !== undefined && site !== 'same-origin') return false;
	const origin = context.req.header('origin');
	if (origin === undefined) return true;
	return origin === new URL(publicUrl).origin || (origin === 'null' && site === 'same-origin');
}

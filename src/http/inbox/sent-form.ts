/** What a form of the inbox sends, read strictly: known fields only, each as often as it may be. */
import { z } from 'zod';
import { answers, caseAnswers } from '../../domain/review.ts';
import { formFields, maxComment } from '../pages/answer-form.ts';

const comment = z.string().max(maxComment).default('');
const revision = z
	.string()
	.regex(/^\d{1,4}$/)
	.transform(Number);
const digest = z.string().min(1).max(100);
const nonce = z.string();
const reviewer = z.string().min(1).max(128);

/** An answer to one action. */
export const answerForm = z.strictObject({
	[formFields.nonce]: nonce,
	[formFields.revision]: revision,
	[formFields.payloadDigest]: digest,
	[formFields.answer]: z.enum([...answers, ...caseAnswers]),
	[formFields.reason]: z.string().max(60).default(''),
	[formFields.comment]: comment,
});

/** Nobody by name: whoever is on call. No id of a reviewer. */
export const onCall = '*';

/** A case goes to a colleague. */
export const giveForm = z.strictObject({
	nonce,
	revision,
	payload_digest: digest,
	/** `*`: back to whoever is on call. */
	to: z.union([z.literal(onCall), reviewer]),
	comment,
});

/** Something that ran was wrong. */
export const reportForm = z.strictObject({ nonce, label: z.string().max(60), comment });

/** A change: looked at first (`preview`), then confirmed. */
export const editForm = z.looseObject({
	nonce,
	revision,
	payload_digest: digest,
	step: z.enum(['preview', 'again', 'confirm']),
	comment,
});

const item = z
	.string()
	.regex(/^act_[0-9a-z]{25}~\d{1,4}~[\w:-]{1,100}$/)
	.transform((text) => {
		const [id = '', seen = '', payloadDigest = ''] = text.split('~');
		return { id, revision: Number(seen), payloadDigest };
	});

/** One answer to several. */
export const togetherForm = z.strictObject({
	nonce,
	answer: z.enum(['approve', 'reject']),
	comment,
	item: z.union([item.transform((one) => [one]), z.array(item).max(200)]).default([]),
});

/** Text messages through Twilio. */
import { z } from 'zod';
import { retryAfterMs } from '../domain/retry-after.ts';
import { type ChannelPort, failed, type Receipt, refused } from './channel.ts';
import type { Content } from './content.ts';
import { deedText } from './fact-line.ts';
import { abilitiesFor, canAsk, smsAbilities } from './sms-abilities.ts';
import { renderText } from './sms-card.ts';
import { cardIn, subjectOf } from './subject.ts';
import { openTwilio } from './twilio-client.ts';

/** The Twilio account and who a text comes from. */
export const smsConfig = z
	.strictObject({
		accountSid: z.string().regex(/^AC[0-9a-fA-F]{32}$/, 'must be a Twilio account SID: AC and 32 hexadecimal digits'),
		authToken: z.string().min(1),
		/** The sending number in E.164 form, or a short code. */
		from: z
			.string()
			.regex(/^(\+[1-9]\d{6,14}|\d{4,8})$/, 'must be a phone number in E.164 form or a short code')
			.optional(),
		/** Instead of `from`: a messaging service that chooses the number. */
		messagingServiceSid: z
			.string()
			.regex(/^MG[0-9a-fA-F]{32}$/, 'must be a messaging service SID')
			.optional(),
		/** Another base URL of the REST API, for a local stand-in. */
		baseUrl: z.url({ protocol: /^https?$/ }).optional(),
		timeoutMs: z.number().int().min(100).max(120_000).default(15_000),
		/** Where Twilio reports what became of a message. Twilio refuses addresses that it cannot reach. */
		statusCallback: z.url({ protocol: /^https?$/ }).optional(),
		/** What a text can do where it goes. */
		abilities: smsAbilities.prefault({}),
		/** For `templatesOnly`: the SID of the approved content template by the kind of message. */
		templates: z
			.partialRecord(
				z.enum(['review', 'case', 'note', 'bundle']),
				z.string().regex(/^HX[0-9a-fA-F]{32}$/, 'must be a content SID'),
			)
			.default({}),
	})
	.refine((config) => (config.from === undefined) !== (config.messagingServiceSid === undefined), {
		message: 'needs either `from` or `messagingServiceSid`',
	});
export type SmsConfigInput = z.input<typeof smsConfig>;

const phone = z.string().regex(/^\+[1-9]\d{6,14}$/);

/** However long the provider wants to be left alone, it is asked again after this, in ms. */
const longestPauseMs = 300_000;

/**
 * Loads Twilio's client with the first message. While the provider wants to be left alone (`Retry-After`), messages fail without asking
 * it. `now`: ms since the epoch. Throws a `ZodError` on a bad configuration.
 */
export function smsChannel(given: SmsConfigInput, now: () => number = Date.now): ChannelPort {
	const config = smsConfig.parse(given);
	let client: ReturnType<typeof openTwilio> | null = null;
	let pausedUntil = 0;
	const onRetryAfter = (value: string): void => {
		// The longest of them: what was under way when the first refusal came must not shorten it.
		pausedUntil = Math.max(pausedUntil, now() + Math.min(retryAfterMs(value, now()) ?? 0, longestPauseMs));
	};
	const create = async (
		to: string,
		what: { body: string } | { contentSid: string; contentVariables: string },
	): Promise<Receipt> => {
		if (now() < pausedUntil) return failed(`twilio wants no requests for ${Math.ceil((pausedUntil - now()) / 1000)} s`);
		try {
			client ??= openTwilio({ ...config, onRetryAfter });
			const { messages } = await client;
			const sender = config.from === undefined ? { messagingServiceSid: config.messagingServiceSid } : { from: config.from };
			const callback = config.statusCallback === undefined ? {} : { statusCallback: config.statusCallback };
			const sent = await messages.create({ to, ...what, ...sender, ...callback });
			return { ok: true, id: sent.sid };
		} catch (error) {
			return twilioFailure(error);
		}
	};
	return {
		kind: 'sms',
		abilities: ({ phone: number }) => abilitiesFor(config.abilities, number ?? ''),
		async send({ to, content }) {
			const number = phone.safeParse(to.phone);
			if (!number.success) return refused('the reviewer has no phone number in E.164 form');
			const abilities = abilitiesFor(config.abilities, number.data);
			if (content.kind === 'review' && !canAsk(abilities))
				return refused('a text message there can neither be answered nor hold a link');
			const rendered = renderText(content, abilities);
			if (rendered === null) return refused('this is not sent as a text message');
			const template = config.templates[content.kind as keyof typeof config.templates];
			if (abilities.templatesOnly && template === undefined) return refused(`no approved template for \`${content.kind}\``);
			return create(
				number.data,
				abilities.templatesOnly && template !== undefined
					? { contentSid: template, contentVariables: JSON.stringify(variablesOf(content)) }
					: { body: rendered.body },
			);
		},
		async sendText(given, body) {
			const number = phone.safeParse(given);
			if (!number.success) return refused('this is no phone number in E.164 form');
			if (abilitiesFor(config.abilities, number.data).templatesOnly) return refused('only templates get there');
			return create(number.data, { body });
		},
		async close() {
			client = null;
		},
	};
}

/**
 * Codes that no second try can change: the number is no number, cannot take texts, has opted out, is in a country that the
 * account may not text, or is on a block list.
 */
const permanentCodes = new Set([
	21211, 21214, 21217, 21408, 21421, 21601, 21604, 21606, 21608, 21610, 21612, 21614, 30003, 30004, 30005, 30006,
]);

/** The person has answered STOP: nothing more may be sent until they answer START. */
const optedOutCode = 21610;

/** What an approved template is filled with: 1 what is asked, 2 the code, 3 the address of the page. */
function variablesOf(content: Content): Record<string, string> {
	if (content.kind === 'bundle' || content.kind === 'digest') return { 1: subjectOf(content, { private: false }) };
	if (content.kind === 'waiting') return { 1: subjectOf(content, { private: false }), 2: '', 3: content.list.url };
	if (content.kind === 'code') return { 1: content.code.what, 2: content.code.code, 3: '' };
	const card = cardIn(content);
	return { 1: deedText(card.facts), 2: card.reply?.code ?? '', 3: card.links.open };
}

interface TwilioError {
	readonly status?: number;
	readonly code?: number | string;
}

/** 429 and 5xx may be gone next time, and so may a timeout, whose outcome is unknown; the codes above and other 4xx stay. */
export function twilioFailure(error: unknown): Receipt {
	const { status, code } = (error ?? {}) as TwilioError;
	const name = `twilio ${code ?? 'without code'}${status === undefined ? '' : ` (http ${status})`}`;
	if (code === optedOutCode) return { ok: false, permanent: true, reason: name, optedOut: true };
	if (typeof code === 'number' && permanentCodes.has(code)) return refused(name);
	if (status === undefined) return failed(`twilio outcome unknown (${typeof code === 'string' ? code : 'no answer'})`);
	if (status === 429 || status >= 500) return failed(name);
	return refused(name);
}

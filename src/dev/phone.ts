/** A stand-in for Twilio's REST API that keeps the texts it is given: the simulated phone of `npm start`, and of our tests. */
import { Hono } from 'hono';
import { segmentsOf } from '../channels/sms-segments.ts';
import { type Arrivals, arrivals } from './arrivals.ts';

/** A text message as the API was asked to send it. */
export interface PhoneText {
	/** Twilio's message SID. */
	readonly sid: string;
	/** ms since the epoch. */
	readonly at: number;
	readonly to: string;
	readonly from: string;
	/** Of a template: what it is filled with, as JSON. */
	readonly body: string;
	/** The approved template that it is made from, where it is. */
	readonly template: string | null;
	readonly segments: number;
}

/** How the API refuses, for tests of failure: an HTTP status and Twilio's own error code. */
export interface PhoneFault {
	readonly status: number;
	readonly code: number;
	readonly message?: string;
	/** What it says in `Retry-After`. */
	readonly retryAfter?: string;
}

/** One line of a conversation: what its owner typed, or what came back at once. */
export interface PhoneReply {
	readonly id: string;
	/** ms since the epoch. */
	readonly at: number;
	/** The number of its owner. */
	readonly number: string;
	readonly body: string;
	/** Typed by the owner. */
	readonly own: boolean;
}

export interface Phone {
	/** Notes what the owner of a number typed, and what came back; null for nothing. */
	typed(number: string, body: string, answer: string | null): void;
	replies(): readonly PhoneReply[];
	/** Serve it anywhere; the base URL of the SMS channel is where. */
	readonly app: Hono;
	texts(): readonly PhoneText[];
	/** The first text, past or future, that `wanted` accepts. Rejects after `timeoutMs` (10,000 by default). */
	waitFor: Arrivals<PhoneText>['waitFor'];
	/** Answers every request with a fault from now on; null ends it. */
	fail(fault: PhoneFault | null): void;
}

/** The account that the stand-in belongs to; it accepts any. */
export const phoneAccount = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'local', from: '+15005550006' } as const;

/** A phone with no texts yet. */
export function createPhone(options: { now?: () => number } = {}): Phone {
	const now = options.now ?? Date.now;
	const received = arrivals<PhoneText>('text');
	const typed = arrivals<PhoneReply>('reply');
	let fault: PhoneFault | null = null;
	let count = 0;
	const app = new Hono();
	app.post('/2010-04-01/Accounts/:sid/:messages{Messages\\.json}', async (context) => {
		const account = context.req.param('sid');
		if (fault !== null) {
			const wait: Record<string, string> = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
			return context.json(problem(fault), fault.status as 400, wait);
		}
		if (context.req.header('authorization')?.startsWith('Basic ') !== true)
			return context.json(problem({ status: 401, code: 20003, message: 'Authenticate' }), 401);
		const form = await context.req.parseBody();
		const field = (name: string): string => (typeof form[name] === 'string' ? form[name] : '');
		if (!/^\+[1-9]\d{6,14}$/.test(field('To'))) return context.json(problem({ status: 400, code: 21211 }), 400);
		const body = field('ContentSid') === '' ? field('Body') : field('ContentVariables');
		if (body === '') return context.json(problem({ status: 400, code: 21602 }), 400);
		count += 1;
		const sid = `SM${String(count).padStart(32, '0')}`;
		const sender = field('From') || field('MessagingServiceSid');
		const text: PhoneText = {
			sid,
			at: now(),
			to: field('To'),
			from: sender,
			body,
			template: field('ContentSid') || null,
			segments: segmentsOf(body),
		};
		received.add(text);
		return context.json(accepted(text, account), 201);
	});
	return {
		app,
		typed(number, body, answer) {
			const line = (text: string, own: boolean): void =>
				typed.add({ id: `reply-${typed.all().length + 1}`, at: now(), number, body: text, own });
			line(body, true);
			if (answer !== null) line(answer, false);
		},
		replies: typed.all,
		texts: received.all,
		waitFor: received.waitFor,
		fail(next) {
			fault = next;
		},
	};
}

const problem = ({ status, code, message = 'simulated' }: PhoneFault) => ({
	code,
	message,
	more_info: `https://www.twilio.com/docs/errors/${code}`,
	status,
});

/** Twilio's own answer to a created message, field by field. */
function accepted({ sid, at, to, from, body, segments }: PhoneText, account: string) {
	const date = new Date(at).toUTCString().replace('GMT', '+0000');
	const uri = `/2010-04-01/Accounts/${account}/Messages/${sid}.json`;
	return {
		account_sid: account,
		api_version: '2010-04-01',
		body,
		date_created: date,
		date_sent: null,
		date_updated: date,
		direction: 'outbound-api',
		error_code: null,
		error_message: null,
		from,
		messaging_service_sid: from.startsWith('MG') ? from : null,
		num_media: '0',
		num_segments: String(segments),
		price: null,
		price_unit: 'USD',
		sid,
		status: 'queued',
		subresource_uris: { media: `${uri.replace('.json', '')}/Media.json` },
		to,
		uri,
	};
}

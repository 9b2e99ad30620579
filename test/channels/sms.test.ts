import { serve } from '@hono/node-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChannelPort, OutgoingMessage } from '../../src/channels/channel.ts';
import { digestContent, reviewContent } from '../../src/channels/content.ts';
import { smsChannel, twilioFailure } from '../../src/channels/sms.ts';
import { rebased } from '../../src/channels/twilio-client.ts';
import { createPhone, type Phone, phoneAccount } from '../../src/dev/phone.ts';
import { ana, sampleAction, viewerOf } from './sample-action.ts';

const action = sampleAction();
const messageOf = (changes: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
	deliveryId: 'dlv_1',
	to: ana,
	thread: action.id,
	content: reviewContent(action, viewerOf(), 0),
	...changes,
});

describe('text messages', () => {
	let phone: Phone;
	let server: ReturnType<typeof serve>;
	let channel: ChannelPort;
	let now: number;
	beforeEach(async () => {
		now = Date.UTC(2026, 10, 22, 12);
		phone = createPhone();
		server = serve({ fetch: phone.app.fetch, hostname: '127.0.0.1', port: 0 });
		await new Promise((resolve) => server.once('listening', resolve));
		const address = server.address();
		const port = typeof address === 'object' && address !== null ? address.port : 0;
		channel = smsChannel({ ...phoneAccount, baseUrl: `http://127.0.0.1:${port}` }, () => now);
	});
	afterEach(async () => {
		await channel.close();
		await new Promise((resolve) => {
			server.close(resolve);
			if ('closeAllConnections' in server) server.closeAllConnections();
		});
	});

	it('go through the provider’s own client to a stand-in of its API', async () => {
		const receipt = await channel.send(messageOf());
		const text = await phone.waitFor(({ to }) => to === '+15551230001');
		expect(receipt).toEqual({ ok: true, id: text.sid });
		expect(text).toMatchObject({ from: phoneAccount.from, segments: 1 });
		expect(text.body).toMatch(
			/^Approve\? Refund USD 2,400\.00, u-1042 by 14:30 UTC\+8\..* https:\/\/countersign\.shop\.example\/r\/\w{22}$/,
		);
	});

	it.each([
		{ status: 400, code: 21610, permanent: true },
		{ status: 400, code: 21211, permanent: true },
		{ status: 400, code: 21614, permanent: true },
		{ status: 401, code: 20003, permanent: true },
		{ status: 429, code: 20429, permanent: false },
		{ status: 500, code: 20500, permanent: false },
		{ status: 503, code: 20503, permanent: false },
	])('$status with code $code: permanent is $permanent', async ({ status, code, permanent }) => {
		phone.fail({ status, code, message: 'to +15551230001' });
		expect(await channel.send(messageOf())).toMatchObject({ ok: false, permanent, reason: `twilio ${code} (http ${status})` });
		phone.fail(null);
		expect(await channel.send(messageOf())).toMatchObject({ ok: true });
	});

	it.each(['30', 'Sun, 22 Nov 2026 12:00:30 GMT'])(
		'after Retry-After: %s the provider is asked nothing for so long',
		async (retryAfter) => {
			phone.fail({ status: 429, code: 20429, retryAfter });
			expect(await channel.send(messageOf())).toMatchObject({ ok: false, permanent: false, reason: 'twilio 20429 (http 429)' });
			phone.fail(null);
			now += 29_000;
			expect(await channel.send(messageOf())).toEqual({
				ok: false,
				permanent: false,
				reason: 'twilio wants no requests for 1 s',
			});
			expect(phone.texts()).toEqual([]);
			now += 1_000;
			expect(await channel.send(messageOf())).toMatchObject({ ok: true });
		},
	);

	it.each(['soon', '-5', '', 'Sun, 22 Nov 2026 11:00:00 GMT', '1e3'])(
		'a Retry-After that asks for nothing (%j) holds nothing up',
		async (retryAfter) => {
			phone.fail({ status: 503, code: 20503, retryAfter });
			expect(await channel.send(messageOf())).toMatchObject({ ok: false, permanent: false });
			phone.fail(null);
			expect(await channel.send(messageOf())).toMatchObject({ ok: true });
		},
	);

	it('a refusal that was under way shortens no pause', async () => {
		const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
		let asked = 0;
		const refusing = serve({
			hostname: '127.0.0.1',
			port: 0,
			async fetch() {
				asked += 1;
				const soon = asked === 2;
				if (soon) first.resolve();
				await (soon ? second.promise : first.promise);
				const headers = { 'content-type': 'application/json', 'retry-after': soon ? '0' : '30' };
				return new Response('{"code":20429}', { status: 429, headers });
			},
		});
		await new Promise((resolve) => refusing.once('listening', resolve));
		const address = refusing.address();
		const baseUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
		const other = smsChannel({ ...phoneAccount, baseUrl }, () => now);
		const sending = [other.send(messageOf()), other.send(messageOf())];
		await Promise.race(sending);
		second.resolve();
		await Promise.all(sending);
		expect(await other.send(messageOf())).toMatchObject({ reason: 'twilio wants no requests for 30 s' });
		expect(asked).toBe(2);
		await new Promise((resolve) => refusing.close(resolve));
	});

	it('nobody waits longer than five minutes, whatever the provider says', async () => {
		phone.fail({ status: 429, code: 20429, retryAfter: '999999' });
		await channel.send(messageOf());
		phone.fail(null);
		now += 300_000;
		expect(await channel.send(messageOf())).toMatchObject({ ok: true });
	});

	it('are refused without a number, and for a digest', async () => {
		for (const number of [undefined, '', '5551230001', '+1 555 123', '+15551230001,+15551230002'])
			expect(await channel.send(messageOf({ to: { name: 'Ana', phone: number } }))).toMatchObject({ ok: false, permanent: true });
		expect(await channel.send(messageOf({ content: digestContent([], viewerOf()) }))).toMatchObject({
			ok: false,
			permanent: true,
		});
		expect(phone.texts()).toHaveLength(0);
	});
});

describe('text messages that do not get through', () => {
	it('have an unknown outcome, and may be tried again', async () => {
		const channel = smsChannel({ ...phoneAccount, baseUrl: 'http://127.0.0.1:1', timeoutMs: 500 });
		expect(await channel.send(messageOf())).toMatchObject({
			ok: false,
			permanent: false,
			reason: expect.stringContaining('unknown'),
		});
	});

	it('are called by their codes only', () => {
		expect(twilioFailure({ status: 400, code: 21610, message: '+15551230001' })).toEqual({
			ok: false,
			permanent: true,
			reason: 'twilio 21610 (http 400)',
			optedOut: true,
		});
		expect(twilioFailure({ code: 'ECONNABORTED' })).toEqual({
			ok: false,
			permanent: false,
			reason: 'twilio outcome unknown (ECONNABORTED)',
		});
		expect(twilioFailure(null)).toMatchObject({ ok: false, permanent: false });
	});
});

describe('configuration', () => {
	it.each([
		{ ...phoneAccount, accountSid: 'SK123' },
		{ ...phoneAccount, from: '555' },
		{ accountSid: phoneAccount.accountSid, authToken: 'x' },
		{ ...phoneAccount, messagingServiceSid: `MG${'0'.repeat(32)}` },
		{ ...phoneAccount, baseUrl: 'file:///etc' },
	])('%j is refused', (config) => {
		expect(() => smsChannel(config)).toThrow();
	});

	it('moves the API below another base', () => {
		expect(rebased('https://api.twilio.com/2010-04-01/Accounts/AC/Messages.json?x=1', 'http://127.0.0.1:4000/phone/')).toBe(
			'http://127.0.0.1:4000/phone/2010-04-01/Accounts/AC/Messages.json?x=1',
		);
	});
});

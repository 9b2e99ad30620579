import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChannelPort, OutgoingMessage } from '../../src/channels/channel.ts';
import { caseContent, digestContent, noteContent, reviewContent } from '../../src/channels/content.ts';
import { emailChannel, smtpFailure } from '../../src/channels/email.ts';
import { type Mailbox, startMailbox } from '../../src/dev/mailbox.ts';
import { ana, sampleAction, sampleLinks, viewerOf, wei } from './sample-action.ts';

const from = 'Countersign <countersign@shop.example>';
const action = sampleAction();

const messageOf = (changes: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
	deliveryId: 'deliver.act_1.1.review.0.ana.email',
	to: ana,
	thread: action.id,
	content: reviewContent(action, viewerOf(), 0),
	...changes,
});

describe('email', () => {
	let mailbox: Mailbox;
	let channel: ChannelPort;
	beforeEach(async () => {
		mailbox = await startMailbox();
		channel = emailChannel({ url: mailbox.url, from, timeoutMs: 5000 });
	});
	afterEach(async () => {
		await channel.close();
		await mailbox.close();
	});

	it('arrives with everything a reader and a mail program need', async () => {
		const receipt = await channel.send(messageOf());
		expect(receipt).toEqual({ ok: true, id: '<deliver.act_1.1.review.0.ana.email@shop.example>' });
		const mail = await mailbox.waitFor(({ recipients }) => recipients.includes('ana@shop.example'));
		expect(mail.subject).toBe('[Approve?] Refund USD 2,400.00 · u-1042 · by 14:30 UTC+8');
		expect(mail.headers).toMatchObject({
			'auto-submitted': 'auto-generated',
			'x-auto-response-suppress': 'All',
			'in-reply-to': `<${action.id}.thread@shop.example>`,
			references: `<${action.id}.thread@shop.example>`,
		});
		expect(mail.headers.to).toContain('ana@shop.example');
		for (const part of [mail.text, mail.html]) {
			for (const link of [sampleLinks.approve, sampleLinks.reject, sampleLinks.takeOver]) expect(part).toContain(link);
			for (const fact of [
				'USD 2,400.00',
				'u-1042',
				'10 times the reference amount',
				'Asia/Shanghai',
				'damaged on arrival',
				'Written by the agent, not verified',
			])
				expect(part).toContain(fact);
		}
		expect(mail.raw.length).toBeLessThan(100_000);
	});

	it('fetches nothing from anywhere', async () => {
		await channel.send(messageOf());
		const { html } = await mailbox.waitFor(() => true);
		expect(html).not.toMatch(/<(?:img|script|link|iframe|object|video|audio|form|input)\b|url\(|@import|\ssrc=/i);
		const addresses = html.match(/https?:\/\/[^"\s<]+/g) ?? [];
		expect(new Set(addresses)).toEqual(new Set([sampleLinks.approve, sampleLinks.reject, sampleLinks.takeOver]));
	});

	it('gives a retry the same Message-ID, and a reminder the same thread', async () => {
		await channel.send(messageOf());
		await channel.send(messageOf());
		await channel.send(
			messageOf({ deliveryId: 'deliver.act_1.1.review.1.ana.email', content: reviewContent(action, viewerOf(), 1) }),
		);
		await mailbox.waitFor(({ subject }) => subject.startsWith('Re: '));
		const [first, second, reminder] = mailbox.messages();
		expect(second?.messageId).toBe(first?.messageId);
		expect(reminder?.messageId).not.toBe(first?.messageId);
		expect(reminder?.headers.references).toBe(first?.headers.references);
		expect(reminder?.subject).toBe(`Re: ${first?.subject}`);
		expect(reminder?.text).toContain('Reminder');
	});

	it('names any delivery id in a Message-ID that is one', async () => {
		await channel.send(messageOf({ deliveryId: 'a b>\r\nBcc: eve@evil.example', thread: 'x>\r\nY: z' }));
		const mail = await mailbox.waitFor(() => true);
		expect(mail.messageId).toMatch(/^<[0-9a-f]{64}@shop\.example>$/);
		expect(mail.headers.bcc).toBeUndefined();
		expect(mail.headers.y).toBeUndefined();
		expect(mail.recipients).toEqual(['ana@shop.example']);
	});

	it('writes Chinese to who reads Chinese', async () => {
		await channel.send(messageOf({ to: wei, content: reviewContent(action, viewerOf(wei), 0) }));
		const mail = await mailbox.waitFor(() => true);
		expect(mail.subject).toBe('[请批准] 退款 USD 2,400.00 · u-1042 · 14:30 UTC+8 前');
		expect(mail.html).toContain('lang="zh-CN"');
		expect(mail.text).toContain('由代理撰写，未经核实');
	});

	it('tells of a case, of what went wrong, and of what ran', async () => {
		const lost = sampleAction({}, { state: 'outcome_unknown' });
		const ran = Array.from({ length: 150 }, (_, index) => ({
			action: sampleAction({ user: `u-${index}`, amount: { value: '12.00', currency: 'USD' } }, { state: 'executed' }),
			url: null,
		}));
		await channel.send(messageOf({ content: caseContent(sampleAction({}, { state: 'escalated' }), viewerOf()) }));
		await channel.send(messageOf({ content: noteContent(lost, viewerOf()) }));
		await channel.send(messageOf({ content: digestContent(ran, viewerOf()), thread: null }));
		await mailbox.waitFor(({ subject }) => subject.includes('150'));
		const [opened, note, digest] = mailbox.messages();
		expect(opened?.subject).toBe('[Your case] Refund USD 2,400.00 · u-1042');
		expect(opened?.text).toContain('| Hello, the lamp arrived broken.');
		expect(note?.subject).toBe('[Please check] Refund USD 2,400.00 · u-1042 · outcome unknown');
		expect(digest?.text).toContain('Refund USD 12.00 · u-59: done');
		expect(digest?.text).toContain('and 90 more');
		expect(Buffer.byteLength(digest?.html ?? '')).toBeLessThan(60_000);
	});

	it('promises no fallback for what has started, and may have happened', async () => {
		for (const state of ['escalated', 'outcome_unknown'] as const)
			await channel.send(messageOf({ content: caseContent(sampleAction({}, { state }), viewerOf()) }));
		await mailbox.waitFor(({ subject }) => subject.includes('outcome unknown'));
		const [opened, unknown] = mailbox.messages();
		const forms = (mail: typeof opened) => [mail?.text, mail?.html];
		for (const form of forms(opened)) expect(form).toContain('If nobody answers');
		for (const form of forms(unknown)) expect(form).not.toContain('If nobody answers');
	});

	it('keeps amounts and persons out of subjects where they are private', async () => {
		const discreet = emailChannel({ url: mailbox.url, from: 'countersign@shop.example', privateSubjects: true });
		await discreet.send(messageOf());
		await discreet.close();
		const mail = await mailbox.waitFor(() => true);
		expect(mail.subject).toBe('[Approve?] Refund · by 14:30 UTC+8');
	});

	it('goes to one person, whatever their name or address says', async () => {
		const name = 'Ana" <eve@evil.example>, "x\r\nBcc: eve@evil.example';
		expect(await channel.send(messageOf({ to: { name, email: 'ana@shop.example' } }))).toMatchObject({ ok: true });
		const mail = await mailbox.waitFor(() => true);
		expect(mail.recipients).toEqual(['ana@shop.example']);
		for (const email of [
			'bob@good.example\r\nBcc: eve@evil.example',
			'a@b.example, c@d.example',
			'a@b.example;c@d.example',
			'Bob <a@b.example>',
			'',
			undefined,
		])
			expect(await channel.send(messageOf({ to: { name: 'Bob', email } }))).toMatchObject({ ok: false, permanent: true });
		expect(mailbox.messages()).toHaveLength(1);
	});

	it.each([
		{ code: 550, at: 'rcpt', permanent: true },
		{ code: 452, at: 'rcpt', permanent: false },
		{ code: 554, at: 'data', permanent: true },
		{ code: 451, at: 'data', permanent: false },
	] as const)('$code at $at: permanent is $permanent', async ({ code, at, permanent }) => {
		mailbox.fail({ code, at });
		const receipt = await channel.send(messageOf());
		expect(receipt).toMatchObject({ ok: false, permanent });
		expect(receipt.ok ? '' : receipt.reason).toMatch(new RegExp(`^smtp ${code}`));
		expect(receipt.ok ? '' : receipt.reason).not.toContain('@');
		mailbox.fail(null);
		expect(await channel.send(messageOf())).toMatchObject({ ok: true });
	});

	it('fails for now when nobody listens', async () => {
		await mailbox.close();
		expect(await channel.send(messageOf())).toMatchObject({ ok: false, permanent: false });
		mailbox = await startMailbox();
	});
});

describe('a server that never answers', () => {
	let silent: Server;
	const open = new Set<Socket>();
	beforeEach(async () => {
		silent = createServer((socket) => open.add(socket));
		await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
	});
	afterEach(async () => {
		for (const socket of open) socket.destroy();
		await new Promise((resolve) => silent.close(resolve));
	});

	it('is an unknown outcome, to be tried again', async () => {
		const address = silent.address();
		const port = typeof address === 'object' && address !== null ? address.port : 0;
		const channel = emailChannel({ url: `smtp://127.0.0.1:${port}`, from, timeoutMs: 200 });
		expect(await channel.send(messageOf())).toMatchObject({ ok: false, permanent: false });
		await channel.close();
	});
});

describe('configuration and failures', () => {
	it.each([
		{ url: 'http://mail.example', from },
		{ url: 'smtp://', from },
		{ url: 'smtp://a b', from },
		{ url: 'smtp://mail.example', from: 'nobody' },
		{ url: 'smtp://mail.example', from: 'A <a@b.example>, C <c@d.example>' },
		{ url: 'smtp://mail.example', from: 'A\r\nBcc: x <a@b.example>' },
	])('$url from $from is refused', (config) => {
		expect(() => emailChannel(config)).toThrow();
	});

	it('calls a failure by its codes only', () => {
		expect(smtpFailure({ responseCode: 535, code: 'EAUTH', message: 'secret' })).toEqual({
			ok: false,
			permanent: true,
			reason: 'smtp 535 (EAUTH)',
		});
		expect(smtpFailure({ responseCode: 421, code: 'ECONNECTION' })).toEqual({
			ok: false,
			permanent: false,
			reason: 'smtp 421 (ECONNECTION)',
		});
		expect(smtpFailure({ code: 'ETIMEDOUT' })).toMatchObject({ permanent: false });
		expect(smtpFailure({ code: 'EENVELOPE' })).toMatchObject({ permanent: true });
		expect(smtpFailure(undefined)).toMatchObject({ permanent: false });
	});
});

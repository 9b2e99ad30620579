/** The mail server of replies, spoken to by hand: whom it takes mail for, what it refuses, and how much it puts up with. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type MailListenerSettings, startMailListener } from '../../src/entrances/mail-listener.ts';
import type { IncomingMail, MailOutcome } from '../../src/reviews/mail/take.ts';
import { temporaryFolder } from '../support/folder.ts';
import { handIn, smtpTalk } from './smtp-talk.ts';

const domain = 'reply.shop.example';
const token = '0123456789abcdefghjkmnpqrs';
const to = `reply+${token}@${domain}`;

async function listen(changes: Partial<MailListenerSettings> = {}) {
	const taken: IncomingMail[] = [];
	const listener = await startMailListener({
		host: '127.0.0.1',
		port: 0,
		tls: null,
		domain,
		log: pino({ level: 'silent' }),
		take: async (mail): Promise<MailOutcome> => {
			taken.push(mail);
			return { kind: 'ignored' };
		},
		...changes,
	});
	onTestFinished(() => listener.close());
	return { port: listener.port, taken };
}

const mail = (body: string): Buffer => Buffer.from(`From: ana@shop.example\r\nTo: ${to}\r\n\r\n${body}\r\n`);

describe('takes mail', () => {
	test('for reply addresses only, from anybody, and hands on the bytes as they came', async () => {
		const { port, taken } = await listen();
		const body = mail('Y\r\n.a line that begins with a dot\r\n..and one with two');
		expect(await handIn(port, body, { from: 'ana@shop.example', to: [to] })).toBe(250);
		expect(await handIn(port, body, { from: '', to: [`bounce+${token}@${domain}`] })).toBe(250);
		expect(await handIn(port, body, { from: 'x@y.example', to: [`REPLY+${token.toUpperCase()}@Reply.Shop.Example`] })).toBe(250);
		expect(await handIn(port, body, { from: 'x@y.example', to: [`reply@${domain}`] })).toBe(250);
		expect(taken.map(({ envelope }) => envelope.from)).toEqual(['ana@shop.example', '', 'x@y.example', 'x@y.example']);
		expect(Buffer.from(taken[0]?.raw ?? []).toString()).toBe(body.toString());
		expect(taken.every(({ wire, vouched }) => wire && !vouched)).toBe(true);
		for (const wrong of [
			'ana@shop.example',
			`ana@${domain}`,
			`reply+${token}x@${domain}`,
			`reply+short@${domain}`,
			`reply+${token}@x.${domain}`,
			`"reply+${token}"@${domain}`,
		])
			expect(await handIn(port, body, { from: 'x@y.example', to: [wrong] }), wrong).toBeGreaterThanOrEqual(500);
		expect(taken).toHaveLength(4);
	});

	test('and says so only when it is settled: not while it is being dealt with, and not where that fails', async () => {
		const answers: (() => Promise<MailOutcome>)[] = [
			async () => ({ kind: 'later' }),
			async () => ({ kind: 'rejected', refusal: { code: 554, reason: 'no' } }),
			async () => ({ kind: 'rejected', refusal: { code: 552, reason: 'no' } }),
			async () => Promise.reject(new Error('Connection is closed.')),
			async () => ({ kind: 'decided', actionId: 'act_1' }),
		];
		let settled = false;
		const { port } = await listen({
			take: async () => {
				await new Promise((resolve) => setImmediate(resolve));
				settled = true;
				return (answers.shift() ?? (async () => ({ kind: 'ignored' as const })))();
			},
		});
		const codes: number[] = [];
		for (let i = 0; i < 5; i++) {
			settled = false;
			codes.push(await handIn(port, mail('Y'), { from: 'x@y.example', to: [to] }));
			expect(settled).toBe(true);
		}
		expect(codes).toEqual([451, 554, 552, 451, 250]);
	});

	test('of at most a megabyte, and keeps no more of a larger one', async () => {
		const { port, taken } = await listen();
		expect(await handIn(port, mail('x'.repeat(1024 * 1024 + 1)), { from: 'x@y.example', to: [to] })).toBe(552);
		expect(taken).toHaveLength(0);
		const talk = await smtpTalk(port);
		await talk.say('EHLO x\r\n');
		expect(await talk.say('MAIL FROM:<x@y.example> SIZE=2000000\r\n')).toBe(552);
		talk.close();
	});
});

describe('refuses', () => {
	test('to authenticate anybody, and to tell who exists', async () => {
		const { port } = await listen();
		const talk = await smtpTalk(port);
		await talk.say('EHLO x\r\n');
		expect(talk.last()).not.toMatch(/AUTH|STARTTLS/);
		expect(talk.last()).toMatch(/SIZE 1048576/);
		expect(await talk.say('AUTH PLAIN AGEAYg==\r\n')).toBeGreaterThanOrEqual(500);
		expect(await talk.say('VRFY ana\r\n')).toBeGreaterThanOrEqual(250);
		expect(talk.last()).not.toMatch(/ana/i);
		expect(await talk.say('EXPN all\r\n')).toBeGreaterThanOrEqual(500);
		talk.close();
	});

	test('more than ten recipients of one mail', async () => {
		const { port } = await listen();
		const talk = await smtpTalk(port);
		await talk.say('EHLO x\r\n');
		await talk.say('MAIL FROM:<x@y.example>\r\n');
		const codes: number[] = [];
		for (let i = 0; i < 12; i++)
			codes.push(await talk.say(`RCPT TO:<reply+${token.slice(0, -1)}${i < 10 ? i : 'z'}@${domain}>\r\n`));
		expect(codes.filter((code) => code === 250)).toHaveLength(10);
		expect(codes.at(-1)).toBe(452);
		talk.close();
	});

	test('to end a mail where lines end otherwise than with CR LF: nothing can be smuggled behind it', async () => {
		const { port, taken } = await listen({
			take: async (given) => {
				taken.push(given);
				return { kind: 'ignored' };
			},
		});
		for (const end of ['\n.\n', '\n.\r\n', '\r\n.\n', '\r.\r']) {
			const talk = await smtpTalk(port);
			await talk.say('EHLO x\r\n');
			await talk.say('MAIL FROM:<x@y.example>\r\n');
			await talk.say(`RCPT TO:<${to}>\r\n`);
			await talk.say('DATA\r\n');
			const smuggled = `MAIL FROM:<ana@shop.example>\r\nRCPT TO:<${to}>\r\nDATA\r\nFrom: ana@shop.example\r\n\r\nY`;
			// One mail, of which the smuggled one is a part: one answer, and no second mail.
			const answer = talk.say(`From: x@y.example\r\n\r\nhello${end}${smuggled}\r\n.\r\nQUIT\r\n`);
			expect(await answer).toBe(250);
			expect(await talk.heard()).toBe(221);
			talk.close();
		}
		expect(taken).toHaveLength(4);
		for (const { raw } of taken) expect(Buffer.from(raw).toString()).toContain('RCPT TO:');
	});

	test('more than its share of connections from one address, while it serves the others it has', async () => {
		const { port } = await listen({ limits: { connectionsPerAddress: 5 } });
		const talks = await Promise.all(Array.from({ length: 5 }, () => smtpTalk(port)));
		const sixth = await smtpTalk(port);
		expect(sixth.last()).toMatch(/^421/);
		expect(await talks[0]?.say('EHLO x\r\n')).toBe(250);
		for (const talk of [...talks, sixth]) talk.close();
		await expect
			.poll(async () => {
				const next = await smtpTalk(port);
				next.close();
				return next.last().slice(0, 3);
			})
			.toBe('220');
	});

	test('to wait for ever: who says nothing, and who trickles, is hung up on', async () => {
		const { port } = await listen({ limits: { idleMs: 300, sessionMs: 900 } });
		const silent = await smtpTalk(port);
		expect(await silent.heard()).toBe(421);
		const slow = await smtpTalk(port);
		const started = performance.now();
		const trickle = setInterval(() => void slow.say('NOOP\r\n'), 100);
		await expect.poll(() => slow.heard(), { timeout: 5000 }).toBe(0);
		clearInterval(trickle);
		expect(performance.now() - started).toBeLessThan(4500);
		silent.close();
		slow.close();
	});
});

test('offers STARTTLS where it has a certificate', async () => {
	const folder = await temporaryFolder();
	const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(folder, name)) as [string, string];
	execFileSync(
		'openssl',
		['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${domain}`, '-keyout', key, '-out', cert],
		{ stdio: 'ignore' },
	);
	const { port, taken } = await listen({ tls: { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') } });
	const talk = await smtpTalk(port);
	await talk.say('EHLO x\r\n');
	expect(talk.last()).toContain('STARTTLS');
	talk.close();
	const smtp = nodemailer.createTransport({
		host: '127.0.0.1',
		port,
		secure: false,
		requireTLS: true,
		tls: { ca: readFileSync(cert), servername: domain },
	});
	await smtp.sendMail({ from: 'x@y.example', to, text: 'Y' });
	smtp.close();
	expect(taken).toHaveLength(1);
});

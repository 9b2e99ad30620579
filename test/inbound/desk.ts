/**
 * A whole application with its entrances: real HTTP, a real mail server for replies, texts that are signed as Twilio signs them,
 * and mails that are signed with a DKIM key, whose public half stands in a DNS of the test's own.
 */
import { generateKeyPairSync } from 'node:crypto';
import type { DNSResolver } from 'mailauth';
import nodemailer, { type SendMailOptions } from 'nodemailer';
import twilio from 'twilio';
import { onTestFinished } from 'vitest';
import { phoneAccount } from '../../src/dev/phone.ts';
import { entrancesOf } from '../../src/entrances/entrances.ts';
import type { MailListener } from '../../src/entrances/mail-listener.ts';
import { type HttpParts, httpRoutes } from '../../src/http/server.ts';
import { type TestApp, type TestAppOptions, testApp } from '../support/app.ts';
import { openPort } from '../support/open-port.ts';
import type { TestRedis } from '../support/redis.ts';
import { handIn } from './smtp-talk.ts';

export const replyDomain = 'reply.shop.example';
export const mailSecret = 'a-secret-of-32-characters-or-so!';

/** Key pairs of mail domains: ours, and one of somebody who is no reviewer. */
const keys = Object.fromEntries(
	['shop.example', 'evil.example'].map((domain) => [domain, generateKeyPairSync('rsa', { modulusLength: 1024 })]),
);

/** The DNS of the test: a DKIM key for each domain above, a DMARC record for the shop, and nothing else. */
export const dns: DNSResolver = async (name, type) => {
	const [, domain] = /^test\._domainkey\.(.+)$/.exec(name) ?? [];
	const pair = domain === undefined ? undefined : keys[domain];
	if (pair !== undefined && type === 'TXT') {
		const der = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
		return [[`v=DKIM1; k=rsa; p=${der}`]];
	}
	if (name === '_dmarc.shop.example' && type === 'TXT') return [['v=DMARC1; p=reject']];
	throw Object.assign(new Error(`no ${type} of ${name}`), { code: 'ENOTFOUND' });
};

/** Signs a mail for a domain of the test. */
export const dkimOf = (domain: string) => ({
	domainName: domain,
	keySelector: 'test',
	privateKey: (keys[domain] ?? keys['shop.example'])?.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() ?? '',
});

/** A mail as nodemailer would send it, as bytes. */
export async function mailBytes(mail: SendMailOptions, domain: string | null = 'shop.example'): Promise<Buffer> {
	const transport = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
	const { message } = await transport.sendMail({ ...mail, ...(domain !== null && { dkim: dkimOf(domain) }) });
	return message as Buffer;
}

/** The answer to a text: the status, the markup, and the words in it. */
export interface TextAnswer {
	readonly status: number;
	readonly markup: string;
	/** What the person reads; null for nothing. */
	readonly words: string | null;
}

export interface Desk extends TestApp {
	readonly url: string;
	readonly listener: MailListener;
	/** What the entrances have signalled last. */
	outcome(): string;
	/** Sends a text as Twilio hands it in; `fields` replace or add parameters, `changes` spoil the request after it was signed. */
	text(from: string, body: string, more?: { fields?: Record<string, string>; signature?: string }): Promise<TextAnswer>;
	/** Any form, signed. */
	form(path: string, pairs: readonly (readonly [string, string])[], signature?: string): Promise<Response>;
	/** What became of a text that was sent. */
	status(sid: string, status: string, code?: string): Promise<Response>;
	/** Sends a mail to the listener by SMTP. */
	mail(mail: SendMailOptions, domain?: string | null): Promise<SmtpAnswer>;
	/** Sends bytes to the listener by SMTP. */
	raw(bytes: Uint8Array, envelope: { from: string; to: string[] }): Promise<SmtpAnswer>;
}

export type SmtpAnswer = { readonly ok: true } | { readonly ok: false; readonly code: number | undefined };

let counter = 0;
/** A message id that no other test has used. */
export const freshSid = (): string => {
	counter += 1;
	return `SM${(Date.now() * 1000 + counter).toString(16).padStart(32, '0')}`;
};

/** Opens it all; it is closed after the test. */
export async function openDesk(
	redis: TestRedis,
	options: TestAppOptions & { authservId?: string; authservPeers?: string; entrances?: Pick<HttpParts, 'slack' | 'signIn'> },
): Promise<Desk> {
	const port = await openPort();
	const { url } = port;
	const shop = await testApp(redis, {
		...options,
		publicUrl: url,
		env: {
			REPLY_DOMAIN: replyDomain,
			INBOUND_SMTP_PORT: '0',
			INBOUND_MAIL_SECRET: mailSecret,
			SMS_GATHER_MS: '150',
			...(options.authservId !== undefined && {
				TRUSTED_AUTHSERV_ID: options.authservId,
				TRUSTED_AUTHSERV_PEERS: options.authservPeers ?? '127.0.0.1',
			}),
			...options.env,
		},
	});
	const { app } = shop;
	const outcomes: string[] = [];
	const signal = (what: string, id: string): void => {
		outcomes.push(what);
		shop.signal(what, id);
	};
	const { replies } = app.parts.config;
	const entrances = entrancesOf({
		engine: app.front,
		settings: { host: '127.0.0.1', replies, twilio: { ...phoneAccount, messagingServiceSid: null } },
		resolver: dns,
		signal,
	});
	const routes = httpRoutes({
		engine: app.front,
		connect: app.connect,
		apiKeys: [],
		publicUrl: url,
		replies: entrances,
		...options.entrances,
	});
	port.serve(routes.app);
	const listener = await entrances.listen();
	if (listener === null) throw new Error('no mail listener');
	onTestFinished(async () => {
		routes.close();
		await listener.close();
	});
	const form: Desk['form'] = (path, pairs, given) => {
		const grouped: Record<string, string | string[]> = {};
		for (const [name, value] of pairs) {
			const before = grouped[name];
			grouped[name] = before === undefined ? value : [before, value].flat();
		}
		const signature = given ?? twilio.getExpectedTwilioSignature(phoneAccount.authToken, `${url}${path}`, grouped);
		return fetch(`${url}${path}`, {
			method: 'POST',
			headers: { 'x-twilio-signature': signature, 'content-type': 'application/x-www-form-urlencoded' },
			body: new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])),
		});
	};
	const smtp = nodemailer.createTransport({ host: '127.0.0.1', port: listener.port, secure: false, ignoreTLS: true });
	onTestFinished(() => smtp.close());
	const sent = async (mail: SendMailOptions): Promise<SmtpAnswer> => {
		try {
			await smtp.sendMail(mail);
			return { ok: true };
		} catch (error) {
			return { ok: false, code: (error as { responseCode?: number }).responseCode };
		}
	};
	return {
		...shop,
		outcome: () => outcomes.at(-1) ?? '',
		url,
		listener,
		form,
		async text(from, body, { fields = {}, signature } = {}) {
			const all = {
				MessageSid: freshSid(),
				AccountSid: phoneAccount.accountSid,
				From: from,
				To: phoneAccount.from,
				Body: body,
				NumMedia: '0',
				...fields,
			};
			const answer = await form('/hooks/twilio/sms', Object.entries(all), signature);
			const markup = await answer.text();
			const said = /<Message>([\s\S]*)<\/Message>/.exec(markup)?.[1] ?? null;
			return { status: answer.status, markup, words: said?.replaceAll('&#39;', "'").replaceAll('&quot;', '"') ?? null };
		},
		status: (sid, status, code) =>
			form('/hooks/twilio/status', [
				['MessageSid', sid],
				['AccountSid', phoneAccount.accountSid],
				['MessageStatus', status],
				...(code === undefined ? [] : [['ErrorCode', code] as const]),
			]),
		mail: (mail, domain = 'shop.example') => sent({ ...mail, ...(domain !== null && { dkim: dkimOf(domain) }) }),
		async raw(bytes, envelope) {
			const code = await handIn(listener.port, bytes, envelope);
			return code === 250 ? { ok: true } : { ok: false, code };
		},
	};
}

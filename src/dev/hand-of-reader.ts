/**
 * The reader's hand: answers to the simulated phone's texts and to the mailbox's mails, sent as the real ones would come in. Texts
 * are signed as Twilio signs them; mails are signed with a DKIM key of the console's own and go to the real mail server.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { DNSResolver } from 'mailauth';
import nodemailer from 'nodemailer';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { hookPaths } from '../channels/hook-paths.ts';
import type { Mail } from './mailbox.ts';
import { phoneAccount } from './phone.ts';

export interface HandOfReader {
	/** Answers from a number; what came back, or null for nothing. */
	text(from: string, body: string): Promise<string | null>;
	/** Replies to a mail from its recipient's address; the mail server's answer. */
	mail(mail: Mail, text: string): Promise<string>;
	/** The DNS in which the console's mail domains have their keys. */
	readonly resolver: DNSResolver;
}

const selector = 'dev';

/** `console`: where the hooks are, and the port of the mail server once it listens. */
export function handOfReader(console: { readonly url: string; readonly mailPort: () => number }): HandOfReader {
	const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const record = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
	return {
		async text(from, body) {
			const form = {
				MessageSid: `SM${randomBytes(16).toString('hex')}`,
				AccountSid: phoneAccount.accountSid,
				From: from,
				To: phoneAccount.from,
				Body: body,
			};
			const url = `${console.url}${hookPaths.text}`;
			const signature = getExpectedTwilioSignature(phoneAccount.authToken, url, form);
			const headers = { 'x-twilio-signature': signature };
			const answer = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) });
			return wordsIn(await answer.text());
		},
		async mail(mail, text) {
			const from = mail.recipients[0] ?? '';
			const transport = nodemailer.createTransport({
				host: '127.0.0.1',
				port: console.mailPort(),
				secure: false,
				ignoreTLS: true,
			});
			try {
				const sent = await transport.sendMail({
					from,
					to: mail.headers['reply-to'] ?? mail.from,
					subject: /^re:/i.test(mail.subject) ? mail.subject : `Re: ${mail.subject}`,
					inReplyTo: mail.messageId,
					references: [mail.headers.references ?? '', mail.messageId],
					text: `${text}\n\nOn ${new Date(mail.at).toUTCString()}, ${mail.from} wrote:\n\n${mail.text.replace(/^/gm, '> ')}`,
					dkim: {
						domainName: from.slice(from.lastIndexOf('@') + 1),
						keySelector: selector,
						privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
					},
				});
				return sent.response;
			} catch (error) {
				return (error as { response?: string }).response ?? String(error);
			} finally {
				transport.close();
			}
		},
		resolver: async (name, type) => {
			if (type === 'TXT' && name.startsWith(`${selector}._domainkey.`)) return [[record]];
			throw Object.assign(new Error(`the console's DNS has no ${type} of ${name}`), { code: 'ENOTFOUND' });
		},
	};
}

const named: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };

/** The words of an answer in Twilio's markup. */
function wordsIn(markup: string): string | null {
	const words = /<Message>([\s\S]*?)<\/Message>/.exec(markup)?.[1];
	return words === undefined ? null : words.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => named[entity] ?? entity);
}

/** Email over SMTP. */
import { createHash } from 'node:crypto';
import nodemailer, { type SendMailOptions } from 'nodemailer';
import { z } from 'zod';
import { type ChannelPort, failed, type OutgoingMessage, type Receipt, refused } from './channel.ts';
import { renderMail } from './email-card.ts';

/** Reads `countersign@shop.example` or `Countersign <countersign@shop.example>`. */
function sender(text: string, context: z.RefinementCtx): { name: string; address: string } {
	const match = /^\s*(?:"?([^"<>\r\n]*?)"?\s*<([^<>\s]+)>|([^<>\s]+))\s*$/.exec(text);
	const found = z.email().safeParse(match?.[2] ?? match?.[3]);
	if (found.success) return { name: match?.[1] || 'Countersign', address: found.data };
	context.addIssue({ code: 'custom', message: 'must be an address, or a name and an address in angle brackets', input: text });
	return z.NEVER;
}

/** Where mail goes out. */
export const emailConfig = z.strictObject({
	/** `smtp://user:password@host:587` or `smtps://…:465`. */
	url: z.string().regex(/^smtps?:\/\/[^\s]+$/, 'must be an smtp:// or smtps:// URL'),
	/** Address that mail comes from, alone or as `Name <address>`; its domain names the messages. */
	from: z.string().max(340).transform(sender),
	replyTo: z.email().optional(),
	/** Leave amounts and persons out of subject lines. */
	privateSubjects: z.boolean().default(false),
	/** How long one message may take before its outcome counts as unknown, in ms. */
	timeoutMs: z.number().int().min(100).max(600_000).default(30_000),
});
export type EmailConfigInput = z.input<typeof emailConfig>;
type EmailConfig = z.output<typeof emailConfig>;

const address = z.email().max(254);

/** Opens nothing until the first message. Connections are pooled; `close()` ends them. Throws a `ZodError` on a bad configuration. */
export function emailChannel(given: EmailConfigInput): ChannelPort {
	const config = emailConfig.parse(given);
	const transport = nodemailer.createTransport({
		...connectionOf(config.url),
		pool: true,
		maxConnections: 4,
		// Trying again is the delivery queue's work: it counts the tries and knows the next channel.
		maxRequeues: 0,
		connectionTimeout: config.timeoutMs,
		greetingTimeout: config.timeoutMs,
		socketTimeout: config.timeoutMs,
		dnsTimeout: config.timeoutMs,
		disableFileAccess: true,
		disableUrlAccess: true,
	});
	const send = async (to: string | undefined, mail: (recipient: string) => SendMailOptions): Promise<Receipt> => {
		const recipient = address.safeParse(to);
		if (!recipient.success) return refused('the reviewer has no valid email address');
		// Besides the socket's own timeouts: a server that trickles its answers is never idle.
		const signal = AbortSignal.timeout(config.timeoutMs * 2);
		try {
			const sent = await transport.sendMail({ ...mail(recipient.data), signal });
			return { ok: true, id: sent.messageId };
		} catch (error) {
			return smtpFailure(error);
		}
	};
	return {
		kind: 'email',
		send: (message) => send(message.to.email, (recipient) => mailOf(message, recipient, config)),
		sendMail: ({ deliveryId, to, ...mail }) =>
			send(to.email, (recipient) => ({ ...envelopeOf({ deliveryId, to }, recipient, config), ...mail })),
		async close() {
			transport.close();
		},
	};
}

/** The parts of an SMTP URL. Query parameters are not read: they could switch off what is switched on above. */
function connectionOf(text: string) {
	const url = new URL(text);
	const secure = url.protocol === 'smtps:';
	const user = decodeURIComponent(url.username);
	return {
		host: url.hostname.replace(/^\[|\]$/g, ''),
		port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
		secure,
		...(user !== '' && { auth: { user, pass: decodeURIComponent(url.password) } }),
	};
}

/** Who sends to whom. One recipient, as an object, so that nothing in a name can become a second address (R-M1). */
function envelopeOf({ deliveryId, to }: Pick<OutgoingMessage, 'deliveryId' | 'to'>, recipient: string, config: EmailConfig) {
	return {
		messageId: `<${localPart(deliveryId)}@${domainOf(config)}>`,
		from: config.from,
		to: { name: to.name, address: recipient },
		headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
	} satisfies SendMailOptions;
}

const domainOf = ({ from }: EmailConfig): string => from.address.slice(from.address.lastIndexOf('@') + 1);

/** The mail of a message about an action. */
function mailOf(
	{ deliveryId, content, thread, to, reply }: OutgoingMessage,
	recipient: string,
	config: EmailConfig,
): SendMailOptions {
	const { subject, html, text } = renderMail(content, { private: config.privateSubjects });
	// A thread needs a common ancestor; an id that no message carries does as well as a first message, and needs no memory.
	const root = thread === null ? undefined : `<${localPart(thread)}.thread@${domainOf(config)}>`;
	// The parent last: mail programs carry all of these on in a reply.
	const references = [root, reply?.reference, reply?.inReplyTo].filter((id) => id !== undefined);
	const parent = reply?.inReplyTo ?? root;
	const replyTo = reply?.answer ?? config.replyTo;
	const envelope = envelopeOf({ deliveryId, to }, recipient, config);
	return {
		...envelope,
		...(replyTo !== undefined && { replyTo: { name: config.from.name, address: replyTo } }),
		...(reply !== undefined && { envelope: { from: reply.bounce, to: recipient } }),
		...(references.length > 0 && { references }),
		...(parent !== undefined && { inReplyTo: parent }),
		...(content.kind === 'answer' && { headers: { ...envelope.headers, 'Auto-Submitted': 'auto-replied' } }),
		subject,
		text,
		html,
	};
}

/** The same id gives the same Message-ID, so that a retry of a delivery that did arrive is one message in the reader's mailbox. */
const localPart = (id: string): string =>
	/^[A-Za-z0-9_~-]+(?:\.[A-Za-z0-9_~-]+)*$/.test(id) && id.length <= 160 ? id : createHash('sha256').update(id).digest('hex');

interface SmtpError {
	readonly code?: string;
	readonly responseCode?: number;
}

/** SMTP 5xx cannot be helped by trying again; 4xx, timeouts and broken connections may be gone next time. */
export function smtpFailure(error: unknown): Receipt {
	const { code = 'unknown', responseCode } = (error ?? {}) as SmtpError;
	if (responseCode !== undefined && responseCode >= 500) return refused(`smtp ${responseCode} (${code})`);
	if (responseCode !== undefined && responseCode >= 400) return failed(`smtp ${responseCode} (${code})`);
	// An address that the library itself refuses never becomes a good one.
	if (code === 'EENVELOPE' || code === 'EMESSAGE' || code === 'ECONFIG') return refused(`smtp not sent (${code})`);
	return failed(`smtp outcome unknown (${code})`);
}

/** A real SMTP server on loopback that keeps what it receives: the simulated outside of `npm start`, and of our tests. */
import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import { type Arrivals, arrivals } from './arrivals.ts';

/** A received message, parsed. */
export interface Mail {
	/** Counts from 1 in the order of arrival. */
	readonly id: string;
	/** ms since the epoch. */
	readonly at: number;
	/** Envelope recipients: where it really went. */
	readonly recipients: readonly string[];
	/** Envelope sender: where a failure to deliver is reported. */
	readonly sender: string;
	readonly from: string;
	readonly subject: string;
	readonly messageId: string;
	/** Header values by lower-case name, the first of each. */
	readonly headers: Readonly<Record<string, string>>;
	readonly text: string;
	readonly html: string;
	/** As it came over the wire. */
	readonly raw: string;
}

/** What the mailbox does to senders, for tests of failure. */
export interface MailboxFault {
	/** SMTP reply code to answer with. */
	readonly code: number;
	/** When: at the recipient or after the data. */
	readonly at: 'rcpt' | 'data';
}

export interface Mailbox {
	/** `smtp://127.0.0.1:port`. */
	readonly url: string;
	messages(): readonly Mail[];
	/** The first message, past or future, that `wanted` accepts. Rejects after `timeoutMs` (10,000 by default). */
	waitFor: Arrivals<Mail>['waitFor'];
	/** Answers every sender with a fault from now on; null ends it. */
	fail(fault: MailboxFault | null): void;
	close(): Promise<void>;
}

const maxBytes = 2 * 1024 * 1024;

/** Starts a mailbox on a loopback port (0: any free one). It accepts every recipient and relays nothing. */
export async function startMailbox(options: { port?: number; now?: () => number } = {}): Promise<Mailbox> {
	const now = options.now ?? Date.now;
	const received = arrivals<Mail>('mail');
	let fault: MailboxFault | null = null;
	let count = 0;
	const refusal = (at: MailboxFault['at']) =>
		fault?.at === at ? Object.assign(new Error('simulated'), { responseCode: fault.code }) : null;
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS'],
		logger: false,
		size: maxBytes,
		disableReverseLookup: true,
		onRcptTo: (_address, _session, done) => done(refusal('rcpt')),
		onData(stream, session, done) {
			read(stream)
				.then(async (raw) => {
					const refused = refusal('data');
					if (refused !== null) return done(refused);
					const recipients = session.envelope.rcptTo.map(({ address }) => address);
					const { mailFrom } = session.envelope;
					const sender = mailFrom === false ? '' : mailFrom.address;
					const email = await PostalMime.parse(raw);
					count += 1;
					received.add({ ...mailOf(email, raw.toString('utf8')), id: String(count), at: now(), recipients, sender });
					return done(null, 'kept');
				})
				.catch((error: Error) => done(error));
		},
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(options.port ?? 0, '127.0.0.1', resolve);
	});
	// A client that drops its connection is not news.
	server.removeAllListeners('error');
	server.on('error', () => {});
	const { port } = server.server.address() as AddressInfo;
	return {
		url: `smtp://127.0.0.1:${port}`,
		messages: received.all,
		waitFor: received.waitFor,
		fail(next) {
			fault = next;
		},
		close: () => new Promise((resolve) => server.close(() => resolve())),
	};
}

async function read(stream: SMTPServerDataStream): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(chunk as Buffer);
	if (stream.sizeExceeded) throw Object.assign(new Error('message too large'), { responseCode: 552 });
	return Buffer.concat(chunks);
}

function mailOf(email: Email, raw: string): Omit<Mail, 'id' | 'at' | 'recipients' | 'sender'> {
	const headers: Record<string, string> = {};
	for (const { key, value } of email.headers) headers[key] ??= value;
	return {
		from: email.from?.address ?? '',
		subject: email.subject ?? '',
		messageId: email.messageId ?? '',
		headers,
		text: email.text ?? '',
		html: email.html ?? '',
		raw,
	};
}

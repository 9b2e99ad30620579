/**
 * The mail server that replies come to. It takes mail for our reply addresses and for nobody else, knows no accounts, and says
 * "taken" only when what follows from a mail is on record; until then whoever sends keeps it and offers it again (R-E6, R-E8).
 */
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { mailLimits } from '../reviews/mail/bounds.ts';
import type { IncomingMail, MailOutcome } from '../reviews/mail/take.ts';
import { isOurs } from '../reviews/mail/token.ts';

export interface MailListenerSettings {
	readonly host: string;
	/** 0 for any free port. */
	readonly port: number;
	/** Certificate and key in PEM; null: STARTTLS is not offered. */
	readonly tls: { readonly cert: string; readonly key: string } | null;
	/** Domain of our reply addresses. */
	readonly domain: string;
	readonly take: (mail: IncomingMail) => Promise<MailOutcome>;
	readonly log: Logger;
	/** Told what a mail came to. */
	readonly signal?: ((what: string, id: string) => void) | undefined;
	/** Addresses of the operator's own server, whose word about senders is taken. */
	readonly peers?: readonly string[];
	readonly limits?: Partial<typeof listenerLimits>;
}

export interface MailListener {
	readonly port: number;
	close(): Promise<void>;
}

/** Connections, and how long they may take, in ms. */
export const listenerLimits = {
	connections: 300,
	connectionsPerAddress: 100,
	idleMs: 60_000,
	/** However busily somebody trickles. */
	sessionMs: 600_000,
	recipients: 10,
};

/** What SMTP is told: a code of its own, and a sentence for the person who gets it back. */
const reply = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode });

/** Starts to listen. */
export async function startMailListener(settings: MailListenerSettings): Promise<MailListener> {
	const { domain, tls, log } = settings;
	const limits = { ...listenerLimits, ...settings.limits };
	const open = new Map<string, { readonly address: string; readonly timer: NodeJS.Timeout }>();
	const server: SMTPServer = new SMTPServer({
		name: domain,
		banner: 'Countersign replies',
		...(tls !== null && { cert: tls.cert, key: tls.key }),
		authOptional: true,
		disabledCommands: ['AUTH', ...(tls === null ? ['STARTTLS'] : [])],
		disableReverseLookup: true,
		logger: false,
		size: mailLimits.bytes,
		rejectOversized: true,
		maxClients: limits.connections,
		maxRecipients: limits.recipients,
		maxAllowedUnauthenticatedCommands: 100,
		socketTimeout: limits.idleMs,
		closeTimeout: 2000,
		onConnect(session, done) {
			const same = [...open.values()].filter(({ address }) => address === session.remoteAddress);
			if (same.length >= limits.connectionsPerAddress) return done(reply(421, 'too many connections from your address'));
			const timer = setTimeout(() => {
				for (const connection of server.connections) if (connection.session?.id === session.id) connection.close();
			}, limits.sessionMs);
			open.set(session.id, { address: session.remoteAddress, timer: timer.unref() });
			return done();
		},
		onClose(session) {
			clearTimeout(open.get(session.id)?.timer);
			open.delete(session.id);
		},
		onRcptTo: ({ address }, _session, done) =>
			done(isOurs(address, domain) ? null : reply(550, 'this server takes replies to its own mails only')),
		onData(stream, session, done) {
			received(stream)
				.then((raw) => (raw === null ? reply(552, 'the mail is too large') : verdictOn(settings, session, raw)))
				.catch((error: unknown) => {
					log.error({ err: error }, 'mail not taken');
					return reply(451, 'not now; send it again later');
				})
				.then((refusal) => (refusal === null ? done(null, 'taken') : done(refusal)))
				.catch((error: unknown) => log.error({ err: error }, 'mail connection'));
		},
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(settings.port, settings.host, resolve);
	});
	// A client that drops its connection is not news.
	server.removeAllListeners('error');
	server.on('error', (error) => log.debug({ err: error }, 'mail connection'));
	const { port } = server.server.address() as AddressInfo;
	return {
		port,
		close: () =>
			new Promise((resolve) => {
				for (const { timer } of open.values()) clearTimeout(timer);
				server.close(() => resolve());
			}),
	};
}

/** The bytes of a mail; null where they are too many, of which no more than the limit is kept meanwhile. */
async function received(stream: SMTPServerDataStream): Promise<Buffer | null> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of stream) {
		length += (chunk as Buffer).length;
		if (length > mailLimits.bytes) chunks.length = 0;
		else chunks.push(chunk as Buffer);
	}
	return length > mailLimits.bytes ? null : Buffer.concat(chunks);
}

/** Null: it is taken, and what follows from it is on record. */
async function verdictOn(
	{ take, log, signal, peers = [] }: MailListenerSettings,
	session: SMTPServerSession,
	raw: Buffer,
): Promise<Error | null> {
	const { envelope, remoteAddress } = session;
	const from = envelope.mailFrom === false ? null : envelope.mailFrom.address;
	const vouched = peers.includes(remoteAddress.replace(/^::ffff:/, ''));
	const outcome = await take({ raw, envelope: { from, to: envelope.rcptTo.map(({ address }) => address) }, wire: true, vouched });
	log.info({ outcome: outcome.kind }, 'mail');
	signal?.(`mail_${outcome.kind}`, 'actionId' in outcome ? (outcome.actionId ?? '') : '');
	if (outcome.kind === 'rejected') return reply(outcome.refusal.code, outcome.refusal.reason);
	return outcome.kind === 'later' ? reply(451, 'not now; send it again later') : null;
}

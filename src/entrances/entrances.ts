/** Where replies come in, from what is configured: the hooks that HTTP serves, and the mail server beside it. */
import type { DNSResolver } from 'mailauth';
import type { Engine } from '../engine/engine.ts';
import { type MailDeps, takeMail } from '../reviews/mail/take.ts';
import { senderVerifier } from '../reviews/mail/verify.ts';
import { type MailListener, startMailListener } from './mail-listener.ts';

/** The parts of the configuration that say where. */
export interface EntranceSettings {
	readonly host: string;
	readonly twilio: {
		readonly accountSid: string;
		readonly authToken: string;
		readonly from: string | null;
		readonly messagingServiceSid: string | null;
	} | null;
	readonly replies: {
		readonly domain: string;
		readonly smtp: { readonly port: number; readonly tls: { readonly cert: string; readonly key: string } | null } | null;
		readonly secret: string | null;
		readonly authserv: { readonly id: string; readonly peers: readonly string[] } | null;
	} | null;
}

export interface EntranceParts {
	/** On a connection that fails fast. */
	readonly engine: Engine;
	readonly settings: EntranceSettings;
	/** The DNS for checking signatures; the system's where absent. */
	readonly resolver?: DNSResolver;
	/** Told what came in, for tests and the development console. */
	readonly signal?: (what: string, id: string) => void;
}

type Signal = EntranceParts['signal'];

export interface Entrances {
	/** For the HTTP routes; undefined where nothing is configured. */
	readonly texts:
		| {
				readonly account: { readonly accountSid: string; readonly authToken: string; readonly senders: readonly string[] };
				readonly signal?: Signal;
		  }
		| undefined;
	readonly mails: (MailDeps & { readonly secret: string; readonly signal?: Signal }) | undefined;
	/** Starts the mail server; null where none is configured. */
	listen(): Promise<MailListener | null>;
}

/** The entrances that are configured. */
export function entrancesOf({ engine, settings, resolver, signal }: EntranceParts): Entrances {
	const { host, twilio, replies } = settings;
	const told = signal === undefined ? {} : { signal };
	const mail: MailDeps | null =
		replies === null
			? null
			: {
					engine,
					domain: replies.domain,
					verify: senderVerifier({ authservId: replies.authserv?.id, ...(resolver !== undefined && { resolver }) }),
				};
	const senders = [twilio?.from, twilio?.messagingServiceSid].filter((sender) => sender != null);
	return {
		texts:
			twilio === null ? undefined : { account: { accountSid: twilio.accountSid, authToken: twilio.authToken, senders }, ...told },
		mails: mail === null || replies?.secret == null ? undefined : { ...mail, secret: replies.secret, ...told },
		async listen() {
			if (mail === null || replies?.smtp == null) return null;
			const { port, tls } = replies.smtp;
			const take = (given: Parameters<typeof takeMail>[1]) => takeMail(mail, given);
			return startMailListener({
				host,
				port,
				tls,
				domain: mail.domain,
				take,
				log: engine.log,
				peers: replies.authserv?.peers ?? [],
				...told,
			});
		},
	};
}

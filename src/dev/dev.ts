/**
 * `npm start`: everything on this machine. Redis comes along, the workers run in this process, mail goes to a real SMTP server
 * that keeps it, texts go to a stand-in of the provider's API that keeps them, a sample agent proposes actions, and one page
 * shows all of it. Loopback only, refused in production.
 */
import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import type { App } from '../app.ts';
import { alertsOf, boot, openLog } from '../boot.ts';
import { emailChannel } from '../channels/email.ts';
import { smsChannel } from '../channels/sms.ts';
import { readConfig } from '../config.ts';
import { proposalVersion } from '../domain/action.ts';
import { Fault } from '../domain/errors.ts';
import { actionId } from '../domain/ids.ts';
import { freePort, isFree } from '../embedded/free-port.ts';
import { entrancesOf } from '../entrances/entrances.ts';
import type { MailListener } from '../entrances/mail-listener.ts';
import { newApiKey } from '../http/auth.ts';
import { type HttpServer, httpRoutes, serveOn } from '../http/server.ts';
import { sweep } from '../workers/sweeper.ts';
import { handOfReader } from './hand-of-reader.ts';
import { startMailbox } from './mailbox.ts';
import { createPhone, phoneAccount } from './phone.ts';
import { devRoutes } from './routes.ts';
import { sampleAgent, script } from './sample-agent.ts';
import { openShop } from './shop.ts';

export interface DevOptions {
	readonly env: Readonly<Record<string, string | undefined>>;
	/** 0 for any free port. */
	readonly port?: number;
	/** Without it, nobody proposes anything. */
	readonly agent?: boolean;
	/** Told of every step of the start. */
	readonly say: (line: string) => void;
}

export interface Dev {
	readonly url: string;
	readonly apiKey: string;
	readonly app: App;
	/** Which Redis came along. */
	readonly redis: string;
	/** Resolves when the sample agent has proposed everything. */
	readonly proposed: Promise<readonly string[]>;
	close(): Promise<void>;
}

/** How often the digest of notified actions is sent here, in ms: somebody watches. */
const digestEveryMs = 10_000;

/** Starts all of it. Throws `production_forbidden`, and what `boot` throws. */
export async function startDev(options: DevOptions): Promise<Dev> {
	const given = readConfig(options.env);
	if (given.production)
		throw new Fault('production_forbidden', 'the development console does not start where NODE_ENV is production');
	const key = newApiKey({ tenant: 'default', agent: 'my-agent' });
	const mailbox = await startMailbox();
	const phone = createPhone();
	const phoneServer = await serveOn(phone.app, { host: '127.0.0.1', port: 0 });
	// Known before anything is sent: links in messages lead here.
	const wanted = options.port ?? given.port;
	const port = await chosenPort(wanted);
	if (wanted !== 0 && port !== wanted)
		options.say(`port ${wanted} is taken, perhaps by another console: this one is on port ${port}`);
	const url = `http://127.0.0.1:${port}`;
	const shop = openShop(['lookup_order', 'reply', 'refund', 'cancel_order', 'update_address', 'send_holding_reply'], () =>
		Date.now(),
	);
	const replies = { domain: 'reply.shop.example', smtp: { port: 0, tls: null }, secret: null, authserv: null };
	const booted = await boot(options.env, {
		config: { host: '127.0.0.1', port, apiKeys: [key.key], replies },
		log: options.env.LOG_LEVEL === undefined ? pino({ level: 'warn' }, pino.destination(2)) : openLog(given),
		registry: shop.registry,
		channels: {
			email: emailChannel({ url: mailbox.url, from: 'Countersign <countersign@shop.example>' }),
			// The stand-in can do in every country what it can do in one.
			sms: smsChannel({ ...phoneAccount, baseUrl: phoneServer.url, abilities: { regions: {} } }),
		},
		publicUrl: url,
		devClock: true,
		digestEveryMs,
	});
	const { app } = booted;
	// Each start tells the same story: what an earlier one left would count as the customers' past. A Redis of the user's own is left alone.
	if (booted.redis.kind !== 'external' && !booted.redis.joined) await app.back.store.clear();
	let server: HttpServer;
	let listener: MailListener | null = null;
	const hand = handOfReader({ url, mailPort: () => listener?.port ?? 0 });
	const entrances = entrancesOf({
		engine: app.front,
		settings: { host: '127.0.0.1', replies, twilio: { ...phoneAccount, messagingServiceSid: null } },
		resolver: hand.resolver,
	});
	const routes = httpRoutes({
		engine: app.front,
		connect: app.connect,
		apiKeys: [key.key],
		publicUrl: url,
		signIn: { mail: app.parts.channels.email ?? null, oidc: booted.config.oidc },
		callbackHosts: ['127.0.0.1', 'localhost'],
		replies: entrances,
		alerts: () => alertsOf(app),
		isFull: app.storage.isFull,
		beside: devRoutes({
			app,
			url,
			mailbox,
			phone,
			hand,
			shop,
			redis: `${booted.redis.version} (${booted.redis.kind})`,
			advance: async (ms) => {
				await app.back.store.advance(ms);
				await sweep(app.deps);
			},
		}),
	});
	try {
		await app.startWorkers();
		server = await serveOn(routes.app, { host: '127.0.0.1', port });
		listener = await entrances.listen();
	} catch (error) {
		await booted.close(0);
		await Promise.all([mailbox.close(), phoneServer.close()]);
		throw error;
	}
	const stop = new AbortController();
	const proposed = options.agent === false ? Promise.resolve([]) : playScript(app, stop.signal);
	return {
		url,
		apiKey: key.token,
		app,
		redis: `${booted.redis.version}, ${booted.redis.kind}${booted.redis.durable ? '' : ', in memory: everything is lost on exit'}`,
		proposed,
		async close() {
			stop.abort();
			await proposed.catch(() => undefined);
			routes.close();
			await Promise.all([server.close(), listener?.close()]);
			await booted.close(2000);
			await Promise.all([mailbox.close(), phoneServer.close()]);
		},
	};
}

/** The wanted port where it is free, else any: a second console beside the first one should just start. */
async function chosenPort(wanted: number): Promise<number> {
	return wanted !== 0 && (await isFree(wanted)) ? wanted : freePort();
}

/** The sample agent's first minute, through the queue like anybody's. */
async function playScript(app: App, signal: AbortSignal): Promise<readonly string[]> {
	const run = randomBytes(4).toString('hex');
	const ids: string[] = [];
	let elapsed = 0;
	for (const [i, { afterMs, proposal }] of script.entries()) {
		await pause(afterMs - elapsed, signal);
		if (signal.aborted) break;
		elapsed = afterMs;
		const idempotencyKey = `sample-${run}-${i}`;
		const id = actionId('default', sampleAgent, idempotencyKey);
		await app.back.queues.propose(id, {
			version: proposalVersion,
			agent: sampleAgent,
			idempotencyKey,
			...proposal(await app.back.store.now()),
		});
		ids.push(id);
	}
	return ids;
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
	new Promise((resolve) => {
		if (ms <= 0 || signal.aborted) return resolve();
		const timer = setTimeout(resolve, ms);
		signal.addEventListener('abort', () => {
			clearTimeout(timer);
			resolve();
		});
	});

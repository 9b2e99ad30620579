/** The HTTP side of an application: the API for agents, the pages behind links, and whatever else is brought. */
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { Redis } from 'ioredis';
import { Fault, type Problem } from '../domain/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { apiRoutes } from './api/routes.ts';
import { waiterOn } from './api/waiter.ts';
import type { ApiKey } from './auth.ts';
import { type MailHook, mailHook } from './inbound/email.ts';
import { type SlackSettings, slackInbound } from './inbound/slack-inbound.ts';
import { type TwilioHooks, twilioHooks } from './inbound/twilio.ts';
import { inboxRoutes } from './inbox/routes.ts';
import { reviewRoutes } from './review-routes.ts';
import { missLimit } from './session/miss-limit.ts';
import { type SignInDeps, signInRoutes } from './session/sign-in-routes.ts';

export interface HttpParts {
	/** On a connection that fails fast. */
	readonly engine: Engine;
	readonly connect: () => Redis;
	readonly apiKeys: readonly ApiKey[];
	/** Where links begin. */
	readonly publicUrl: string;
	/** Hosts that callbacks may go to although they are private; `*` for all. */
	readonly callbackHosts?: readonly string[];
	readonly unready?: () => string | null;
	/** What is amiss although it serves. */
	readonly alerts?: () => readonly Problem[];
	/** Whether new actions are refused for want of room. */
	readonly isFull?: () => boolean;
	/** How many actions of one agent may wait to be judged. */
	readonly mostWaiting?: number;
	/** How reviewers sign in to the inbox; without it there is none. */
	readonly signIn?: Pick<SignInDeps, 'mail' | 'oidc'>;
	/** How many proxies of ours stand before us; 0 where absent. */
	readonly trustedProxies?: number;
	/** Where replies come in: text messages, and mails that a provider posts. */
	readonly replies?: {
		readonly texts?: Pick<TwilioHooks, 'account' | 'signal'> | undefined;
		readonly mails?: MailHook | undefined;
	};
	/** How Slack reaches us; absent where there is no Slack. */
	readonly slack?: SlackSettings;
	/** Routes beside ours, mounted first: the development console. */
	readonly beside?: Hono;
}

export interface HttpServer {
	readonly url: string;
	close(): Promise<void>;
}

/** The routes of an application, and how to let go of those who wait. */
export function httpRoutes(parts: HttpParts): { app: Hono; close: () => void } {
	const { engine, connect, apiKeys } = parts;
	const waiter = waiterOn(connect, engine.store.keys.changes);
	const app = new Hono();
	if (parts.beside !== undefined) app.route('/', parts.beside);
	const { publicUrl, trustedProxies = 0 } = parts;
	app.use('/r/*', missLimit({ engine, trustedProxies }));
	app.route('/r', reviewRoutes({ engine, publicUrl }));
	const { texts, mails } = parts.replies ?? {};
	if (texts !== undefined) app.route('/', twilioHooks({ engine, publicUrl, ...texts }));
	if (mails !== undefined) app.route('/', mailHook(mails));
	let inbox: ReturnType<typeof inboxRoutes> | null = null;
	if (parts.signIn !== undefined) {
		const tenants = [...new Set(['default', ...apiKeys.map(({ tenant }) => tenant)])];
		inbox = inboxRoutes({ engine, connect, publicUrl, tenants });
		app.route('/', signInRoutes({ engine, publicUrl, trustedProxies, ...parts.signIn }));
		app.route('/inbox', inbox.app);
	}
	const slack = parts.slack === undefined ? null : slackInbound(engine, publicUrl, parts.slack);
	if (slack?.routes != null) app.route('/hooks/slack', slack.routes);
	app.route(
		'/',
		apiRoutes({
			engine,
			apiKeys,
			waiter,
			...(parts.callbackHosts && { callbackHosts: parts.callbackHosts }),
			...(parts.unready && { unready: parts.unready }),
			...(parts.alerts && { alerts: parts.alerts }),
			...(parts.isFull && { isFull: parts.isFull }),
			...(parts.mostWaiting !== undefined && { mostWaiting: parts.mostWaiting }),
		}),
	);
	return {
		app,
		close() {
			waiter.close();
			inbox?.close();
			slack?.close().catch((error: unknown) => engine.log.warn({ err: error }, 'slack'));
		},
	};
}

/** Why a port cannot be opened, for whoever chose it. */
const unopened: Readonly<Record<string, string>> = {
	EADDRINUSE: 'something else listens there; stop it, or choose another port with PORT or --port',
	EACCES: 'this user may not; choose a port above 1023 with PORT or --port',
	EADDRNOTAVAIL: 'this machine has no such address; choose another with HOST or --host',
};

/** Serves routes. Resolves once the port is open; where it cannot be opened, throws `config_invalid` with what to do. */
export async function serveOn(app: Hono, address: { host: string; port: number }): Promise<HttpServer> {
	const server = serve({ fetch: app.fetch, hostname: address.host, port: address.port });
	await new Promise<void>((resolve, reject) => {
		server.once('listening', resolve);
		server.once('error', (error: NodeJS.ErrnoException) => {
			const why = unopened[error.code ?? ''];
			const place = `${address.host}:${address.port}`;
			reject(why === undefined ? error : new Fault('config_invalid', `cannot listen on ${place}: ${why}`));
		});
	});
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://${address.host}:${port}`,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				// Long polls would keep the server open for their whole wait.
				if ('closeAllConnections' in server) setTimeout(() => server.closeAllConnections(), 500).unref();
			}),
	};
}

/**
 * Socket Mode: interactions over a connection that we open, for teams without a public address. The connection is proven by the
 * app's token, so nothing is signed; everything else is the same desk.
 */
import type { Engine } from '../../engine/engine.ts';
import type { SlackDesk } from './slack-desk.ts';

export interface SlackSocketDeps {
	readonly engine: Engine;
	readonly desk: SlackDesk;
	/** App-level token, `xapp-…`. */
	readonly appToken: string;
	/** Another base URL of the Web API. */
	readonly apiUrl: string | null;
}

export interface SlackSocket {
	/** Resolves once Slack listens to us. */
	readonly ready: Promise<void>;
	close(): Promise<void>;
}

interface Envelope {
	readonly envelope_id?: string;
	readonly body: unknown;
	readonly ack: (answer?: Readonly<Record<string, unknown>>) => Promise<void>;
}

/** Opens the socket, and again whenever it is lost. */
export function openSlackSocket({ engine, desk, appToken, apiUrl }: SlackSocketDeps): SlackSocket {
	const { log, store } = engine;
	const deal = async ({ envelope_id: id = '', body, ack }: Envelope): Promise<void> => {
		// An envelope that we did not confirm in time comes again.
		if ((await store.inbound.claim('slack', `socket/${id}`)).kind !== 'mine') return ack();
		const answer = await desk.receive(body).catch(async (error: unknown) => {
			// Not confirmed: Slack shows a failure and may send it again.
			await store.inbound.release('slack', `socket/${id}`).catch(() => undefined);
			throw error;
		});
		await store.inbound.done('slack', `socket/${id}`, '');
		await ack(answer.body);
	};
	const open = new Set<Promise<void>>();
	const opening = (async () => {
		const { SocketModeClient, LogLevel } = await import('@slack/socket-mode');
		const client = new SocketModeClient({
			appToken,
			logLevel: LogLevel.ERROR,
			...(apiUrl !== null && { clientOptions: { slackApiUrl: `${apiUrl.replace(/\/+$/, '')}/` } }),
		});
		client.on('interactive', (envelope: Envelope) => {
			const dealing = deal(envelope)
				.catch((error: unknown) => log.error({ err: error }, 'slack interaction by socket'))
				.finally(() => open.delete(dealing));
			open.add(dealing);
		});
		client.on('error', (error: unknown) => log.warn({ err: error }, 'slack socket'));
		await client.start();
		return client;
	})();
	opening.catch((error: unknown) => log.error({ err: error }, 'slack socket cannot be opened'));
	return {
		ready: opening.then(() => undefined),
		async close() {
			// What has come in is confirmed first.
			await Promise.all(open);
			await opening.then((client) => client.disconnect()).catch(() => undefined);
		},
	};
}

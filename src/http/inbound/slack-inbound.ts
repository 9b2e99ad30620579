/** How Slack reaches us: by its signed requests where we have a public address, and by a socket that we open where we have none. */
import type { Hono } from 'hono';
import { slackChannel } from '../../channels/slack.ts';
import type { Engine } from '../../engine/engine.ts';
import { slackRoutes } from './slack.ts';
import { slackDesk } from './slack-desk.ts';
import { openSlackSocket, type SlackSocket } from './slack-socket.ts';

export interface SlackSettings {
	readonly token: string;
	readonly appId: string;
	/** Signs the requests; null where there are none. */
	readonly signingSecret: string | null;
	/** Opens the socket of Socket Mode; null for none. */
	readonly appToken: string | null;
	/** Another base URL of the Web API, whose origin may be answered as well. */
	readonly apiUrl: string | null;
}

export interface SlackInbound {
	/** Routes under `/hooks/slack`; null where only the socket is open. */
	readonly routes: Hono | null;
	/** Resolves when the socket is closed and everybody has been told what became of their answer. */
	close(): Promise<void>;
}

/** Opens what the settings name. Throws `config_invalid` for an empty secret. */
export function slackInbound(engine: Engine, publicUrl: string, settings: SlackSettings): SlackInbound {
	const { token, appId, signingSecret, appToken, apiUrl } = settings;
	const desk = slackDesk({
		engine,
		publicUrl,
		appId,
		channel: slackChannel({ token, ...(apiUrl !== null && { baseUrl: apiUrl }) }),
		...(apiUrl !== null && { responseOrigins: [new URL(apiUrl).origin] }),
	});
	const routes = signingSecret === null ? null : slackRoutes({ engine, desk, signingSecret });
	let socket: SlackSocket | null = null;
	if (appToken !== null) socket = openSlackSocket({ engine, desk, appToken, apiUrl });
	return {
		routes,
		async close() {
			await socket?.close();
			await desk.settled();
		},
	};
}

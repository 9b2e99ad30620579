/**
 * Slack's Web API as far as we use it, with its failures as receipts. The package's client is loaded with the first call. It tries
 * nothing again by itself: the job does, and a 429 must not hold up a worker for as long as Slack says.
 */
import type { KnownBlock, ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { failed, type Receipt, refused } from './channel.ts';
import type { RenderedSlack } from './slack-card.ts';

/** The bot and where its API is. */
export interface SlackAccount {
	/** Bot token, `xoxb-…`. */
	readonly token: string;
	/** Another address of the Web API, for a stand-in or a proxy: `http://127.0.0.1:4000/api/`. */
	readonly baseUrl?: string | undefined;
	/** How long one request may take, in ms. */
	readonly timeoutMs: number;
	/** Now, in ms; for how long Slack has asked to wait. */
	readonly now?: () => number;
}

export interface SlackApi {
	/** Posts to a channel or, by member id, into the member's conversation with the app. The receipt's id is `channel/ts`. */
	post(channel: string, message: RenderedSlack): Promise<Receipt>;
	/** Changes a message by its receipt's id. */
	update(id: string, message: RenderedSlack): Promise<Receipt>;
	/** A message that only `user` sees. */
	whisper(channel: string, user: string, message: Whisper): Promise<Receipt>;
	/** Opens a form for whoever has just pressed a button; `trigger` is good for three seconds. */
	openForm(trigger: string, view: ModalView): Promise<Receipt>;
}

export interface Whisper {
	readonly text: string;
	readonly blocks?: readonly KnownBlock[];
}

/** Nothing in a message becomes a link, a mention or a preview by Slack's own doing (R-C3). */
const inert = { mrkdwn: false, parse: 'none', link_names: false } as const;

/** An API that is called when it is first needed. */
export function slackApi(account: SlackAccount): SlackApi {
	const now = account.now ?? Date.now;
	let client: Promise<WebClient> | null = null;
	/** Until when Slack wants to hear nothing, by method: a limit of one holds up no other. */
	const waits = new Map<string, number>();
	const call = async (method: string, ask: (web: WebClient) => Promise<{ id: string }>): Promise<Receipt> => {
		const until = waits.get(method) ?? 0;
		if (now() < until) return failed(`slack ${method} ratelimited for ${Math.ceil((until - now()) / 1000)} s`);
		try {
			client ??= openClient(account);
			return { ok: true, id: (await ask(await client)).id };
		} catch (error) {
			const seconds = (error as { retryAfter?: unknown } | null)?.retryAfter;
			if (typeof seconds === 'number') waits.set(method, now() + Math.min(seconds, 300) * 1000);
			return slackFailure(method, error);
		}
	};
	return {
		post: (channel, message) =>
			call('chat.postMessage', async (web) => {
				const sent = await web.chat.postMessage({ channel, ...message, ...inert, unfurl_links: false, unfurl_media: false });
				return { id: `${sent.channel}/${sent.ts}` };
			}),
		update: (id, message) =>
			call('chat.update', async (web) => {
				const [channel = '', ts = ''] = id.split('/');
				await web.chat.update({ channel, ts, ...message, parse: 'none', link_names: false });
				return { id };
			}),
		whisper: (channel, user, { text, blocks }) =>
			call('chat.postEphemeral', async (web) => {
				const sent = await web.chat.postEphemeral({
					channel,
					user,
					text,
					...(blocks !== undefined && { blocks: [...blocks] }),
					parse: 'none',
					link_names: false,
				});
				return { id: sent.message_ts ?? '' };
			}),
		openForm: (trigger, view) =>
			call('views.open', async (web) => ({ id: (await web.views.open({ trigger_id: trigger, view })).view?.id ?? '' })),
	};
}

async function openClient({ token, baseUrl, timeoutMs }: SlackAccount): Promise<WebClient> {
	const { WebClient, LogLevel } = await import('@slack/web-api');
	return new WebClient(token, {
		...(baseUrl !== undefined && { slackApiUrl: `${baseUrl.replace(/\/+$/, '')}/` }),
		timeout: timeoutMs,
		retryConfig: { retries: 0 },
		rejectRateLimitedCalls: true,
		allowAbsoluteUrls: false,
		// Its log lines would hold what we send.
		logLevel: LogLevel.ERROR,
	});
}

/** What may be gone next time. Everything else that Slack refuses is about the token, the channel, the person or the message. */
const passing = new Set([
	'internal_error',
	'fatal_error',
	'service_unavailable',
	'request_timeout',
	'ratelimited',
	'rate_limited',
	'accesslimited',
	'team_added_to_org',
	'external_channel_migrating',
]);

/** A platform error by its code; 429, 5xx and a lost answer may be gone next time. */
export function slackFailure(method: string, error: unknown): Receipt {
	const { data, statusCode, retryAfter } = (error ?? {}) as {
		data?: { error?: unknown };
		statusCode?: unknown;
		retryAfter?: unknown;
	};
	if (typeof retryAfter === 'number') return failed(`slack ${method} ratelimited for ${retryAfter} s`);
	if (typeof data?.error === 'string') {
		const code = data.error.replaceAll(/[^a-z0-9_]/gi, '').slice(0, 60);
		return passing.has(code) ? failed(`slack ${code}`) : refused(`slack ${code}`);
	}
	if (typeof statusCode === 'number')
		return statusCode === 429 || statusCode >= 500 ? failed(`slack http ${statusCode}`) : refused(`slack http ${statusCode}`);
	return failed(`slack ${method} outcome unknown`);
}

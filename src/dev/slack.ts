/**
 * A stand-in for Slack's Web API that keeps the messages it is given, and for the person in front of it: presses buttons and sends
 * in forms with correctly signed requests. The simulated Slack of our tests.
 */
import { Hono } from 'hono';
import { type Arrivals, arrivals } from './arrivals.ts';

/** A message as it stands, or a form, each time something was said. */
export interface SlackEvent {
	readonly kind: 'post' | 'update' | 'whisper' | 'form';
	/** ms since the epoch. */
	readonly at: number;
	readonly channel: string;
	/** Slack's id of a message within its channel. */
	readonly ts: string;
	/** Who alone sees a whisper. */
	readonly user: string | null;
	readonly text: string;
	readonly blocks: readonly SlackBlock[];
	/** Everything that the API was asked with. */
	readonly asked: Readonly<Record<string, unknown>>;
}

export interface SlackBlock {
	readonly type: string;
	readonly block_id?: string;
	readonly elements?: readonly SlackElement[];
	readonly [field: string]: unknown;
}

export interface SlackElement {
	readonly type: string;
	readonly action_id?: string;
	readonly value?: string;
	readonly url?: string;
	readonly [field: string]: unknown;
}

/** How the API refuses: Slack's error code, an HTTP status, or a wait. */
export interface SlackFault {
	/** Absent: every method. */
	readonly method?: string;
	readonly error?: string;
	readonly status?: number;
	/** Seconds; answers 429. */
	readonly retryAfter?: number;
}

export interface Slack {
	/** Serve it anywhere; the base URL of the API is `/api/` below it. */
	readonly app: Hono;
	/** The messages as they stand now, oldest first. */
	messages(): readonly SlackEvent[];
	/** Everything that was said, oldest first. */
	events(): readonly SlackEvent[];
	/** The first event, past or future, that `wanted` accepts. Rejects after `timeoutMs` (10,000 by default). */
	waitFor: Arrivals<SlackEvent>['waitFor'];
	/** Answers with a fault from now on; null ends it. */
	fail(fault: SlackFault | null): void;
	/** What Socket Mode is told to connect to. */
	socketUrl: string | null;
}

/** The workspace, the app and its secrets; it accepts any token. */
export const slackWorkspace = {
	team: 'T0LOCAL',
	appId: 'A0LOCAL',
	token: 'xoxb-local',
	appToken: 'xapp-local',
	signingSecret: 'local-signing-secret-0123456789ab',
} as const;

/** A workspace with no messages yet. Every member id has a conversation with the app. */
export function createSlack(options: { now?: () => number } = {}): Slack {
	const now = options.now ?? Date.now;
	const said = arrivals<SlackEvent>('Slack message', 5000);
	const standing = new Map<string, SlackEvent>();
	let fault: SlackFault | null = null;
	let count = 0;
	const conversation = (channel: string): string => (/^[UW]/.test(channel) ? `D${channel.slice(1)}` : channel);
	const say = (event: Omit<SlackEvent, 'at'>): void => {
		const known = { ...event, at: now() };
		if (event.kind === 'post' || event.kind === 'update') standing.set(`${event.channel}/${event.ts}`, known);
		said.add(known);
	};
	const nextTs = (): string => {
		count += 1;
		return `${Math.floor(now() / 1000)}.${String(count).padStart(6, '0')}`;
	};
	const methods: Record<string, (asked: Asked) => Record<string, unknown>> = {
		'auth.test': () => ({ team_id: slackWorkspace.team, user_id: 'U0BOT', bot_id: 'B0BOT' }),
		'apps.connections.open': () => (slack.socketUrl === null ? error('not_allowed') : { url: slack.socketUrl }),
		'conversations.open': ({ text }) => ({ channel: { id: conversation(text('users')) } }),
		'chat.postMessage'({ fields, text, blocks }) {
			if (text('channel') === '') return error('channel_not_found');
			if (text('text') === '' && blocks.length === 0) return error('no_text');
			const [channel, ts] = [conversation(text('channel')), nextTs()];
			say({ kind: 'post', channel, ts, user: null, text: text('text'), blocks, asked: fields });
			return { channel, ts, message: { ts, text: text('text'), app_id: slackWorkspace.appId } };
		},
		'chat.update'({ fields, text, blocks }) {
			const [channel, ts] = [text('channel'), text('ts')];
			if (!standing.has(`${channel}/${ts}`)) return error('message_not_found');
			say({ kind: 'update', channel, ts, user: null, text: text('text'), blocks, asked: fields });
			return { channel, ts, text: text('text') };
		},
		'chat.postEphemeral'({ fields, text, blocks }) {
			const ts = nextTs();
			say({ kind: 'whisper', channel: text('channel'), ts, user: text('user'), text: text('text'), blocks, asked: fields });
			return { message_ts: ts };
		},
		'views.open'({ fields, text }) {
			if (text('trigger_id') === '' || text('trigger_id') === 'expired') return error('expired_trigger_id');
			const view = JSON.parse(text('view')) as { blocks: SlackBlock[] };
			const id = `V${count}`;
			say({ kind: 'form', channel: '', ts: nextTs(), user: null, text: '', blocks: view.blocks, asked: { ...fields, view } });
			return { view: { id, ...view } };
		},
	};
	const app = new Hono();
	app.post('/api/:method', async (context) => {
		const method = context.req.param('method');
		if (fault !== null && (fault.method === undefined || fault.method === method)) {
			const { retryAfter, status, error: code } = fault;
			if (retryAfter !== undefined)
				return context.json({ ok: false, error: 'ratelimited' }, 429, { 'retry-after': String(retryAfter) });
			if (status !== undefined) return context.text('simulated', status as 500);
			return context.json({ ok: false, error: code ?? 'fatal_error' });
		}
		if (context.req.header('authorization')?.startsWith('Bearer xo') !== true && method !== 'apps.connections.open')
			return context.json(error('not_authed'));
		const answer = methods[method]?.(askedOf(await context.req.text(), context.req.header('content-type') ?? ''));
		return context.json(answer === undefined ? error('unknown_method') : { ok: true, ...answer });
	});
	/** What a `response_url` leads to. */
	app.post('/respond/:channel/:user', async (context) => {
		const asked = (await context.req.json()) as Record<string, unknown>;
		const { channel, user } = context.req.param();
		const blocks = Array.isArray(asked.blocks) ? (asked.blocks as SlackBlock[]) : [];
		say({ kind: 'whisper', channel, ts: nextTs(), user, text: String(asked.text ?? ''), blocks, asked });
		return context.text('ok');
	});
	const slack: Slack = {
		app,
		messages: () => [...standing.values()],
		events: said.all,
		waitFor: said.waitFor,
		fail(next) {
			fault = next;
		},
		socketUrl: null,
	};
	return slack;
}

const error = (code: string) => ({ ok: false, error: code });

interface Asked {
	readonly fields: Readonly<Record<string, unknown>>;
	text(name: string): string;
	readonly blocks: readonly SlackBlock[];
}

function askedOf(body: string, contentType: string): Asked {
	const fields: Record<string, unknown> = contentType.startsWith('application/json')
		? (JSON.parse(body) as Record<string, unknown>)
		: Object.fromEntries(new URLSearchParams(body));
	const text = (name: string): string => {
		const value = fields[name];
		return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
	};
	return { fields, text, blocks: text('blocks') === '' ? [] : (JSON.parse(text('blocks')) as SlackBlock[]) };
}

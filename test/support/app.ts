/** A whole application on the test's Redis: real queues, real workers, a real mailbox and phone; handlers that keep a ledger. */
import { serve } from '@hono/node-server';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import type { ChannelPort } from '../../src/channels/channel.ts';
import { emailChannel } from '../../src/channels/email.ts';
import { type SmsConfigInput, smsChannel } from '../../src/channels/sms.ts';
import { readConfig } from '../../src/config.ts';
import { type Mailbox, startMailbox } from '../../src/dev/mailbox.ts';
import { createPhone, type Phone, phoneAccount } from '../../src/dev/phone.ts';
import type { Action } from '../../src/domain/action.ts';
import { isEnd, type State } from '../../src/domain/lifecycle.ts';
import type { OpinionPort } from '../../src/domain/opinion.ts';
import type { Channel } from '../../src/domain/verdict.ts';
import type { FallbackRun, Handler } from '../../src/execution/registry.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { parsePolicy } from '../../src/policy/load.ts';
import type { PolicyFile } from '../../src/policy-file.ts';
import type { WorkerKind } from '../../src/workers/kinds.ts';
import { sweep } from '../../src/workers/sweeper.ts';
import type { TestRedis } from './redis.ts';

/** What a handler did to the world. */
export interface Run {
	readonly id: string;
	readonly operation: string;
	readonly arguments: unknown;
	readonly key: string;
}

export interface TestApp {
	readonly app: App;
	readonly mailbox: Mailbox;
	readonly phone: Phone;
	/** Every run of a handler, in order. */
	readonly runs: Run[];
	/** Every run of a fallback. */
	readonly fallbacks: Run[];
	/** Waits until the action is in one of these states. */
	until(id: string, ...states: State[]): Promise<Action>;
	/** Waits until `what` was signalled for the action (past or future). */
	signalled(what: string, id?: string): Promise<void>;
	/** Signals from beside the workers. */
	signal(what: string, id: string): void;
	/** Moves the clock and looks at what is due by then. */
	advance(ms: number): Promise<void>;
	/** Another policy is in force from now on; open reviews are held against it. */
	newPolicy(text: string): Promise<void>;
}

export interface TestAppOptions {
	/** Policy text; the shipped support policy where absent. */
	readonly policy: string;
	readonly operations?: Readonly<Record<string, Handler>>;
	readonly fallbacks?: Readonly<Record<string, FallbackRun>>;
	readonly workers?: readonly WorkerKind[];
	readonly channels?: boolean;
	/** Channels besides these. */
	readonly more?: Partial<Record<Channel, ChannelPort>>;
	/** Settings besides those that every test has. */
	readonly env?: Readonly<Record<string, string>>;
	/** Where links lead; nothing listens there where absent. */
	readonly publicUrl?: string;
	/** Who is asked for second opinions; nobody where absent. */
	readonly opinion?: OpinionPort;
	/** More of the configuration of text messages. */
	readonly sms?: Partial<SmsConfigInput>;
	/** What is kept outside Redis; nothing where absent. */
	readonly journal?: Journal;
}

/** A policy that does not change. */
export function fixedPolicy(text: string): PolicyFile {
	const read = parsePolicy(text, 'test.yaml');
	if (!read.ok) throw new Error(JSON.stringify(read.problems, null, 1));
	return {
		current: () => read.policy,
		text: () => text,
		problem: () => null,
		reload: async () => false,
		follow: () => undefined,
		close: () => undefined,
	};
}

/** Opens an application; it is closed after the test. */
export async function testApp(redis: TestRedis, options: TestAppOptions): Promise<TestApp> {
	const runs: Run[] = [];
	const fallbacks: Run[] = [];
	const heard: { what: string; id: string }[] = [];
	let waiting: { wanted: (each: { what: string; id: string }) => boolean; resolve: () => void }[] = [];
	const mailbox = await startMailbox();
	const phone = createPhone();
	const phoneServer = serve({ fetch: phone.app.fetch, port: 0, hostname: '127.0.0.1' });
	await new Promise((resolve) => phoneServer.once('listening', resolve));
	const address = phoneServer.address();
	const baseUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
	const channels: Partial<Record<Channel, ChannelPort>> =
		options.channels === false
			? {}
			: {
					email: emailChannel({ url: mailbox.url, from: 'Countersign <countersign@shop.example>' }),
					sms: smsChannel({ ...phoneAccount, baseUrl, ...options.sms }),
				};
	const keep = (list: Run[]) => (action: Action, call: { idempotencyKey: string }) =>
		list.push({
			id: action.id,
			operation: action.proposal.operation,
			arguments: action.proposal.arguments,
			key: call.idempotencyKey,
		});
	const policy = fixedPolicy(options.policy);
	const plain: Handler = {
		async run(action, call) {
			keep(runs)(action, call);
			return { status: 'done', result: { ran: action.proposal.operation } };
		},
	};
	const operations = Object.fromEntries([...policy.current().operations.keys(), 'unknown'].map((name) => [name, plain]));
	const signal = (what: string, id: string): void => {
		heard.push({ what, id });
		const [now, later] = [
			waiting.filter(({ wanted }) => wanted({ what, id })),
			waiting.filter(({ wanted }) => !wanted({ what, id })),
		];
		waiting = later;
		for (const { resolve } of now) resolve();
	};
	const app = openApp({
		config: { ...readConfig({ NODE_ENV: 'test', COUNTERSIGN_PREFIX: redis.prefix, LOG_LEVEL: 'silent', ...options.env }) },
		redisUrl: redis.url,
		policy,
		registry: {
			operations: { ...operations, ...options.operations },
			fallbacks: {
				send_holding_reply: async (action, call) => {
					keep(fallbacks)(action, call);
					return { status: 'done', note: 'a holding reply was sent' };
				},
				...options.fallbacks,
			},
		},
		channels: { ...channels, ...options.more },
		...(options.opinion && { opinion: options.opinion }),
		publicUrl: options.publicUrl ?? 'http://127.0.0.1:4400',
		log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
		devClock: true,
		...(options.journal && { journal: options.journal }),
		signal,
	});
	onTestFinished(async () => {
		await app.close(2000);
		await Promise.all(Object.values(channels).map((channel) => channel?.close()));
		await mailbox.close();
		await new Promise((resolve) => phoneServer.close(resolve));
	});
	await app.startWorkers(options.workers);
	const until = async (id: string, ...states: State[]): Promise<Action> => {
		const subscriber = app.connect();
		try {
			const changed = { resolve: (): void => undefined };
			await subscriber.subscribe(app.back.store.keys.changes);
			subscriber.on('message', (_channel, text: string) => {
				if (text.startsWith(id)) changed.resolve();
			});
			const giveUpAt = Date.now() + 10_000;
			for (;;) {
				const next = new Promise<void>((resolve) => {
					changed.resolve = resolve;
				});
				const action = await app.back.store.actions.get(id);
				if (action !== null && (states.length === 0 ? isEnd(action.state) : states.includes(action.state))) return action;
				const left = giveUpAt - Date.now();
				if (left <= 0) throw new Error(`${id} is \`${action?.state ?? 'missing'}\`, not ${states.join(' or ')}`);
				let timer: NodeJS.Timeout | undefined;
				await Promise.race([
					next,
					new Promise((resolve) => {
						timer = setTimeout(resolve, left);
					}),
				]);
				clearTimeout(timer);
			}
		} finally {
			subscriber.disconnect();
		}
	};
	return {
		app,
		mailbox,
		phone,
		runs,
		fallbacks,
		signal,
		until,
		signalled(what, id) {
			const wanted = (each: { what: string; id: string }): boolean => each.what === what && (id === undefined || each.id === id);
			if (heard.some(wanted)) return Promise.resolve();
			return new Promise((resolve) => waiting.push({ wanted, resolve }));
		},
		async newPolicy(text) {
			Object.assign(policy, fixedPolicy(text));
			await sweep(app.deps);
		},
		async advance(ms) {
			await app.back.store.advance(ms);
			await sweep(app.deps);
		},
	};
}

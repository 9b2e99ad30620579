/** From the environment to a running application: what `countersign api`, `countersign worker` and the operator's commands share. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Redis } from 'ioredis';
import { type DestinationStream, type Logger, pino } from 'pino';
import { z } from 'zod';
import { type App, type AppParts, openApp } from './app.ts';
import type { ChannelPort } from './channels/channel.ts';
import { emailChannel } from './channels/email.ts';
import { hookPaths } from './channels/hook-paths.ts';
import { slackChannel } from './channels/slack.ts';
import { smsChannel } from './channels/sms.ts';
import { terminalJson } from './channels/untrusted.ts';
import { type Config, readConfig } from './config.ts';
import { Fault, type Problem } from './domain/errors.ts';
import { accepting, type Finding } from './domain/finding.ts';
import type { Channel } from './domain/verdict.ts';
import { checkRedis } from './embedded/check-redis.ts';
import { type OpenRedis, openRedis } from './embedded/open-redis.ts';
import type { Registry } from './execution/registry.ts';
import { openJournal } from './journal/journal.ts';
import { openPolicyFile } from './policy-file.ts';

export interface Booted {
	readonly config: Config;
	readonly redis: OpenRedis;
	readonly app: App;
	/** Closes the application, its channels and, where it came along, Redis. */
	close(graceMs?: number): Promise<void>;
}

/** What a caller may bring instead of what the environment names. */
export type Brought = Partial<
	Pick<AppParts, 'registry' | 'channels' | 'opinion' | 'publicUrl' | 'devClock' | 'signal' | 'digestEveryMs'>
> & {
	readonly config?: Partial<Config>;
	readonly log?: Logger;
};

/** Reads the environment, checks Redis and opens the application. Throws `config_invalid`, `policy_invalid`, `storage_unavailable` and their like. */
export async function boot(env: Readonly<Record<string, string | undefined>>, brought: Brought = {}): Promise<Booted> {
	const config: Config = { ...readConfig(env), ...brought.config };
	const log = brought.log ?? openLog(config);
	const redis = await openRedis({
		...(config.redisUrl !== null && { url: config.redisUrl }),
		dataDir: `${config.dataFolder}/redis`,
		production: config.production,
		log: { info: (message) => log.info(message), warn: (message) => log.warn(message) },
	});
	try {
		await refuseUnfit(redis, config, log);
		const policy = await openPolicyFile(config.policyPath, log);
		const channels = brought.channels ?? channelsOf(config);
		// What lives in memory forgets everything with every start; held against a file, it would look robbed.
		const journal = redis.kind === 'wasm' ? null : openJournal({ ...journalOf(config, redis.url), keepMs: config.keepMs });
		const opinion =
			brought.opinion ??
			(config.opinion === null ? null : (await import('./opinions/openai-opinion.ts')).openaiOpinion(config.opinion));
		const app = openApp({
			config,
			redisUrl: redis.url,
			policy,
			registry: brought.registry ?? (await registryFrom(config.handlersPath)),
			channels,
			publicUrl: brought.publicUrl ?? config.publicUrl ?? `http://${config.host}:${config.port}`,
			log,
			...(opinion !== null && { opinion }),
			...(journal !== null && { journal }),
			...(brought.devClock !== undefined && { devClock: brought.devClock }),
			...(brought.signal !== undefined && { signal: brought.signal }),
			...(brought.digestEveryMs !== undefined && { digestEveryMs: brought.digestEveryMs }),
		});
		// Last: whatever fails above must leave nothing open that keeps the process alive.
		policy.follow();
		return {
			config,
			redis,
			app,
			async close(graceMs) {
				await app.close(graceMs);
				await Promise.all(Object.values(channels).map((channel) => channel?.close()));
				await redis.stop();
			},
		};
	} catch (error) {
		await redis.stop();
		throw error;
	}
}

/** What is amiss with an application that serves all the same. */
export function alertsOf({ storage, parts }: App): readonly Problem[] {
	const problem = parts.policy.problem();
	const broken: Problem = {
		code: 'policy_invalid',
		message: `the policy file is not in force, the one before is: ${(problem ?? '').split('\n').slice(0, 2).join(' ').slice(0, 200)}`,
	};
	return [...storage.alerts(), ...(problem === null ? [] : [broken])];
}

/** Where the journal of an installation is. */
export const journalOf = (config: Pick<Config, 'dataFolder' | 'prefix'>, url: string) => ({
	folder: join(config.dataFolder, 'journal'),
	prefix: config.prefix,
	place: placeOf(url),
	writer: `${hostname()}-${process.pid}`,
});

/** Host, port and database, without the password. */
const placeOf = (url: string): string => {
	const { host, pathname } = new URL(url);
	return `${host}${pathname}`;
};

/**
 * Logs are JSON lines on standard error, so that standard output stays data. Secrets, addresses and payloads are not logged, and
 * what an agent or a mail server said is shown and not obeyed by the terminal of whoever follows them.
 */
export const openLog = (config: Pick<Config, 'logLevel'>, to: DestinationStream = pino.destination(2)): Logger =>
	pino(
		{
			level: config.logLevel,
			redact: ['*.secret', '*.authToken', '*.email', '*.phone', 'url'],
			serializers: { err: withoutCommand },
		},
		{ write: (line) => to.write(terminalJson(line)) },
	);

/** An error of Redis carries the command that failed, and with it whole proposals: they are no business of the log. */
export function withoutCommand(error: unknown): unknown {
	const { command, ...told } = pino.stdSerializers.err(error as Error) as { command?: { name?: unknown } };
	return command?.name === undefined ? told : { ...told, command: command.name };
}

/** A Redis that may throw records away is refused: an approval queue that forgets is worse than none. */
async function refuseUnfit({ url, kind }: OpenRedis, { production, accepted }: Config, log: Logger): Promise<void> {
	const client = new Redis(url, { maxRetriesPerRequest: 1 });
	client.on('error', () => undefined);
	try {
		const findings = accepting(await checkRedis(client, { url, production }), accepted).filter(({ level }) => level !== 'ok');
		const failed = findings.filter(({ level }) => level === 'fail');
		if (failed.length > 0)
			throw new Fault('config_invalid', `this Redis is not fit for approvals:\n${failed.map(refusal).join('\n')}`);
		// What the Redis that comes along cannot do has been said when it started.
		if (kind === 'external') for (const { code, message, fix } of findings) log.warn({ code, fix }, message);
	} finally {
		client.disconnect();
	}
}

const refusal = ({ code, message, fix }: Finding): string => `  ${code}: ${message}; ${fix}`;

function channelsOf(config: Config): Partial<Record<Channel, ChannelPort>> {
	return {
		...(config.smtp !== null && { email: emailChannel({ url: config.smtp.url, from: config.smtp.from }) }),
		...(config.slack !== null && {
			slack: slackChannel({
				token: config.slack.token,
				...(config.slack.apiUrl !== null && { baseUrl: config.slack.apiUrl }),
			}),
		}),
		...(config.twilio !== null && {
			sms: smsChannel({
				accountSid: config.twilio.accountSid,
				authToken: config.twilio.authToken,
				...(config.twilio.from !== null && { from: config.twilio.from }),
				...(config.twilio.messagingServiceSid !== null && { messagingServiceSid: config.twilio.messagingServiceSid }),
				...(config.twilio.apiUrl !== null && { baseUrl: config.twilio.apiUrl }),
				// Without a public address nobody can report anything, and Twilio refuses one that it cannot reach.
				...(config.publicUrl !== null && { statusCallback: `${config.publicUrl}${hookPaths.textStatus}` }),
				abilities: { ...config.sms.abilities, ...(config.sms.regions !== null && { regions: config.sms.regions }) },
				templates: config.sms.templates,
			}),
		}),
	};
}

const callable = z.custom<(...args: never[]) => unknown>((value) => typeof value === 'function', 'must be a function');
const handlersModule = z.object({
	operations: z.record(z.string(), z.object({ run: callable, reconcile: callable.optional() })).default({}),
	fallbacks: z.record(z.string(), callable).default({}),
});

/** The user's handlers: a module with `operations` and `fallbacks`. Without one, nothing can run here, and approved actions wait. */
export async function registryFrom(path: string | null): Promise<Registry> {
	if (path === null) return { operations: {}, fallbacks: {} };
	let loaded: unknown;
	try {
		loaded = await import(pathToFileURL(path).href);
	} catch (error) {
		throw new Fault(
			'config_invalid',
			`the handlers \`${path}\` cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
			{ cause: error },
		);
	}
	const read = handlersModule.safeParse({ ...(loaded as object) });
	if (!read.success) {
		const [issue] = read.error.issues;
		throw new Fault('config_invalid', `the handlers \`${path}\` do not fit: ${issue?.path.join('.')} ${issue?.message}`);
	}
	return read.data as unknown as Registry;
}

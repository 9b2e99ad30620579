/**
 * The environment, read once into a frozen value. Every problem is named at once. `NAME_FILE` may stand for `NAME` where the
 * value is a secret that lies in a file. Nothing happens at import. It is over 300 lines because every setting of the product stands
 * here, once, with what it may be.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Fault } from './domain/errors.ts';

const url = (protocols: RegExp, example: string) => z.url({ protocol: protocols, error: `must be a URL such as ${example}` });

/** One API key: `id:tenant:agent:sha256-of-the-secret`. */
const apiKey = z
	.string()
	.regex(/^[A-Za-z0-9]{4,32}:[^:]{1,128}:[^:]{1,200}:[0-9a-f]{64}$/, 'must be id:tenant:agent:sha256 (see `countersign key`)')
	.transform((text) => {
		const [id, tenant, agent, secretHash] = text.split(':') as [string, string, string, string];
		return { id, tenant, agent, secretHash };
	});

const apiKeys = z
	.string()
	.transform((text) => text.split(/[\s,]+/).filter(Boolean))
	.pipe(z.array(apiKey));

/** `one-way,no-links` as what a text can do. */
const abilities = z.string().transform((text, context) => abilitiesIn(text, context));

const flags: Readonly<Record<string, Abilities>> = {
	'one-way': { twoWay: false },
	'two-way': { twoWay: true },
	'no-links': { links: false },
	links: { links: true },
	'templates-only': { templatesOnly: true },
};

function abilitiesIn(text: string, context: z.RefinementCtx): Abilities {
	const words = text.split(/[\s,]+/).filter(Boolean);
	const unknown = words.find((word) => !Object.hasOwn(flags, word));
	if (unknown !== undefined) {
		const known = Object.keys(flags).join(', ');
		context.addIssue({ code: 'custom', message: `does not know \`${unknown.slice(0, 40)}\`; choose from ${known}`, input: text });
	}
	return Object.assign({}, ...words.map((word) => flags[word]));
}

/** `a=x; b=y` as pairs. */
function pairsIn(text: string, context: z.RefinementCtx): [string, string][] {
	return text
		.split(/[;\n]+/)
		.map((pair) => pair.trim())
		.filter(Boolean)
		.map((pair) => {
			const sign = pair.indexOf('=');
			if (sign < 1) context.addIssue({ code: 'custom', message: 'must be pairs such as `a=b; c=d`', input: text });
			return [pair.slice(0, sign).trim(), pair.slice(sign + 1).trim()];
		});
}

const regions = z.string().transform((text, context) => {
	const pairs = pairsIn(text, context);
	const wrong = pairs.find(([start]) => !/^\+\d{1,15}$/.test(start));
	if (wrong) context.addIssue({ code: 'custom', message: 'needs beginnings of numbers, such as +86', input: text });
	return Object.fromEntries(pairs.map(([start, words]) => [start, abilitiesIn(words, context)]));
});

const templates = z.string().transform((text, context) => {
	const pairs = pairsIn(text, context);
	const wrong = pairs.find(([kind, sid]) => !/^(review|case|note|bundle)$/.test(kind) || !/^HX[0-9a-fA-F]{32}$/.test(sid));
	if (wrong) context.addIssue({ code: 'custom', message: 'needs review, case, note or bundle = content SID', input: text });
	return Object.fromEntries(pairs);
});

const environment = z.object({
	NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
	/** Absent: the Redis that comes along is started. */
	REDIS_URL: url(/^rediss?$/, 'redis://localhost:6379').optional(),
	COUNTERSIGN_PREFIX: z
		.string()
		.regex(/^\{[^{}:]+\}$/, 'must be a hash tag such as {countersign}')
		.default('{countersign}'),
	COUNTERSIGN_POLICY: z.string().default('policies/support.yaml'),
	COUNTERSIGN_API_KEYS: apiKeys.default([]),
	/** Handlers of the operations and fallbacks: a module with `export const operations, fallbacks`. */
	COUNTERSIGN_HANDLERS: z.string().optional(),
	COUNTERSIGN_DATA: z.string().default('.countersign'),
	/** `1` starts paused: set it where a backup was restored, and take it out once a person has resumed. */
	COUNTERSIGN_PAUSED: z.enum(['0', '1']).default('0'),
	/** Codes of `countersign doctor` that the operator accepts: the start goes on with a warning. */
	COUNTERSIGN_I_KNOW: z
		.string()
		.transform((text) => text.split(/[\s,]+/).filter(Boolean))
		.default([]),
	HOST: z.string().default('127.0.0.1'),
	PORT: z.coerce.number().int().min(0).max(65_535).default(4400),
	/** Where reviewers reach the pages; links in messages begin with it. */
	PUBLIC_URL: url(/^https?$/, 'https://countersign.example.com').optional(),
	/** How many proxies of ours stand before us: whose `X-Forwarded-For` is believed. */
	TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
	/** Sign-in to the inbox by OpenID Connect, besides links by mail. */
	OIDC_ISSUER: url(/^https?$/, 'https://login.example.com').optional(),
	OIDC_CLIENT_ID: z.string().optional(),
	OIDC_CLIENT_SECRET: z.string().optional(),
	/** `1` takes the address of an issuer that never says whether it verified it. */
	OIDC_TRUST_EMAIL: z.enum(['0', '1']).default('0'),
	SMTP_URL: url(/^smtps?$/, 'smtp://localhost:1025').optional(),
	MAIL_FROM: z.string().default('Countersign <countersign@localhost.localdomain>'),
	TWILIO_ACCOUNT_SID: z.string().optional(),
	TWILIO_AUTH_TOKEN: z.string().optional(),
	TWILIO_FROM: z.string().optional(),
	/** Instead of TWILIO_FROM. */
	TWILIO_MESSAGING_SERVICE_SID: z.string().optional(),
	/** What a text can do: `one-way`, `no-links`, `templates-only`, or several joined by commas. */
	SMS_ABILITIES: abilities.default({}),
	/** The same by the beginning of the number: `+86=one-way,no-links; +91=templates-only`. */
	SMS_REGIONS: regions.optional(),
	/** Approved content templates by the kind of message: `review=HX…; case=HX…`. */
	SMS_TEMPLATES: templates.default({}),
	/** How long a text waits for others to the same number, in ms. */
	SMS_GATHER_MS: z.coerce.number().int().min(0).max(60_000).default(3000),
	/** Domain of the addresses that mails are replied to. Without it, replies to mails are not read. */
	REPLY_DOMAIN: z
		.string()
		.regex(/^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/i, 'must be a domain name')
		.transform((name) => name.toLowerCase())
		.optional(),
	/** Port of the mail server that takes the replies; 25 is what other servers send to. */
	INBOUND_SMTP_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
	/** Its certificate and key, in PEM; without them it offers no STARTTLS. */
	INBOUND_SMTP_CERT: z.string().optional(),
	INBOUND_SMTP_KEY: z.string().optional(),
	/** Secret of whoever posts raw mails to `/hooks/email`. */
	INBOUND_MAIL_SECRET: z.string().min(24, 'must be at least 24 characters').optional(),
	/** Name under which a mail server of yours reports what it verified, in `Authentication-Results`. It must strip forged ones. */
	TRUSTED_AUTHSERV_ID: z.string().min(1).max(253).optional(),
	/** Addresses that this server hands mails on from: whoever else connects may write under its name. */
	TRUSTED_AUTHSERV_PEERS: z
		.string()
		.transform((text) => text.split(/[\s,]+/).filter(Boolean))
		.pipe(z.array(z.union([z.ipv4(), z.ipv6()], { error: 'must be IP addresses' })))
		.optional(),
	TWILIO_API_URL: url(/^https?$/, 'https://api.twilio.com').optional(),
	SLACK_BOT_TOKEN: z
		.string()
		.regex(/^xox[a-z]-[A-Za-z0-9-]+$/, 'must be a bot token: xoxb-…')
		.optional(),
	/** Whose interactions are ours. */
	SLACK_APP_ID: z
		.string()
		.regex(/^A[A-Z0-9]{2,20}$/, 'must be the id of a Slack app, such as A012AB3CD')
		.optional(),
	SLACK_SIGNING_SECRET: z.string().min(16, 'must have at least 16 characters').optional(),
	/** Socket Mode: interactions without a public address. */
	SLACK_APP_TOKEN: z
		.string()
		.regex(/^xapp-[A-Za-z0-9-]+$/, 'must be an app-level token: xapp-…')
		.optional(),
	SLACK_API_URL: url(/^https?$/, 'https://slack.com/api/').optional(),
	/** Signs outcomes and webhook executions: `whsec_` and base64 of at least 24 bytes; two of them while receivers change over. */
	WEBHOOK_SECRET: z
		.string()
		.transform((text) =>
			text
				.split(/[\s,]+/)
				.filter(Boolean)
				.join(' '),
		)
		.pipe(z.string().regex(/^(whsec_[A-Za-z0-9+/]{32,}={0,2}( |$))+$/, 'must be whsec_ and base64 of at least 24 bytes'))
		.optional(),
	/** `1` lets webhooks reach private addresses and plain http. */
	WEBHOOK_ALLOW_PRIVATE: z.enum(['0', '1']).default('0'),
	WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(500).default(50),
	/** Second opinions: base URL of an endpoint that speaks OpenAI's chat completions. */
	OPINION_URL: url(/^https?$/, 'https://api.openai.com/v1').optional(),
	OPINION_API_KEY: z.string().optional(),
	OPINION_MODEL: z.string().min(1).max(200).optional(),
	/** Dollars for a million tokens in and out: `0.40,1.60`; `0,0` for a model of one's own. */
	OPINION_PRICE: z
		.string()
		.regex(/^\d{1,6}(\.\d{1,6})?,\d{1,6}(\.\d{1,6})?$/, 'must be dollars for a million tokens in and out, such as 0.40,1.60')
		.transform((text) => text.split(',').map(Number) as [number, number])
		.optional(),
	OPINION_FORMAT: z.enum(['json_schema', 'json_object', 'text']).default('json_schema'),
	KEEP_DAYS: z.coerce.number().min(1).max(3650).default(90),
	LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** The names of all settings. */
export const settings: readonly string[] = Object.keys(environment.shape);

export type ApiKey = z.output<typeof apiKey>;

/** What a text can do where it goes; absent: as usual. */
export interface Abilities {
	readonly twoWay?: boolean;
	readonly links?: boolean;
	readonly templatesOnly?: boolean;
}

export interface Config {
	readonly production: boolean;
	readonly redisUrl: string | null;
	readonly prefix: string;
	readonly policyPath: string;
	readonly apiKeys: readonly ApiKey[];
	readonly handlersPath: string | null;
	readonly dataFolder: string;
	readonly paused: boolean;
	/** Findings at the start that the operator accepts. */
	readonly accepted: readonly string[];
	readonly host: string;
	readonly port: number;
	readonly publicUrl: string | null;
	readonly trustedProxies: number;
	readonly oidc: {
		readonly issuer: string;
		readonly clientId: string;
		readonly clientSecret: string;
		readonly trustEmail: boolean;
	} | null;
	readonly smtp: { readonly url: string; readonly from: string } | null;
	readonly twilio: {
		readonly accountSid: string;
		readonly authToken: string;
		/** One of the two is set. */
		readonly from: string | null;
		readonly messagingServiceSid: string | null;
		readonly apiUrl: string | null;
	} | null;
	readonly sms: {
		readonly abilities: Abilities;
		/** By the beginning of the number; null: as the channel ships. */
		readonly regions: Readonly<Record<string, Abilities>> | null;
		readonly templates: Readonly<Record<string, string>>;
		readonly gatherMs: number;
	};
	/** Where replies to mails come in; null: they are not read. */
	readonly replies: {
		readonly domain: string;
		readonly smtp: { readonly port: number; readonly tls: { readonly cert: string; readonly key: string } | null } | null;
		readonly secret: string | null;
		/** A mail server whose word about senders is taken, and where it connects from. */
		readonly authserv: { readonly id: string; readonly peers: readonly string[] } | null;
	} | null;
	readonly slack: {
		readonly token: string;
		readonly appId: string;
		readonly signingSecret: string | null;
		readonly appToken: string | null;
		readonly apiUrl: string | null;
	} | null;
	/** Who is asked for second opinions; null: nobody. */
	readonly opinion: {
		readonly url: string;
		readonly apiKey: string;
		readonly model: string;
		readonly price: { readonly input: number; readonly output: number };
		readonly format: 'json_schema' | 'json_object' | 'text';
	} | null;
	readonly webhook: { readonly secret: string; readonly allowPrivate: boolean } | null;
	readonly concurrency: number;
	readonly keepMs: number;
	readonly logLevel: string;
}

/** Reads the configuration, or throws a `config_invalid` fault that names every problem. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
	const problems: string[] = [];
	const given: Record<string, string> = {};
	for (const name of settings) {
		const file = env[`${name}_FILE`];
		const value = file === undefined ? env[name] : secretOf(name, file, problems);
		if (value !== undefined && value !== '') given[name] = value;
	}
	const read = environment.safeParse(given);
	if (!read.success) problems.push(...read.error.issues.map((issue) => `${issue.path.join('.')}: ${whatToFix(issue)}`));
	else {
		problems.push(...twilioProblems(given), ...replyProblems(given));
		const slack = ['SLACK_BOT_TOKEN', 'SLACK_APP_ID', 'SLACK_SIGNING_SECRET', 'SLACK_APP_TOKEN'].filter((name) => name in given);
		const lacking = ['SLACK_BOT_TOKEN', 'SLACK_APP_ID'].filter((name) => !(name in given));
		if (slack.length > 0 && lacking.length > 0) problems.push(`${lacking.join(', ')}: must be set where any SLACK setting is`);
		// Without either, a card would have buttons that nobody hears.
		if (slack.length > 0 && !('SLACK_SIGNING_SECRET' in given) && !('SLACK_APP_TOKEN' in given))
			problems.push('SLACK_SIGNING_SECRET: must be set where any SLACK setting is, or SLACK_APP_TOKEN for Socket Mode');
		// Without a price the day's cap would hold nothing.
		const opinion = ['OPINION_URL', 'OPINION_MODEL', 'OPINION_PRICE'].filter((name) => given[name] === undefined);
		if (opinion.length === 1 || opinion.length === 2)
			problems.push(`${opinion.join(', ')}: must be set where any OPINION setting is`);
		const oidc = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'].filter((name) => given[name] === undefined);
		if (oidc.length === 1 || oidc.length === 2) problems.push(`${oidc.join(', ')}: must be set where any OIDC setting is`);
		if (read.data.NODE_ENV === 'production' && read.data.OIDC_ISSUER?.startsWith('http:'))
			problems.push('OIDC_ISSUER: must be https in production');
		if (read.data.NODE_ENV === 'production' && read.data.PUBLIC_URL === undefined)
			problems.push('PUBLIC_URL: must be set in production: links in messages begin with it');
	}
	if (problems.length > 0 || !read.success)
		throw new Fault('config_invalid', `the configuration does not validate:\n  ${problems.join('\n  ')}`);
	const { data } = read;
	return Object.freeze({
		production: data.NODE_ENV === 'production',
		redisUrl: data.REDIS_URL ?? null,
		prefix: data.COUNTERSIGN_PREFIX,
		policyPath: data.COUNTERSIGN_POLICY,
		apiKeys: data.COUNTERSIGN_API_KEYS,
		handlersPath: data.COUNTERSIGN_HANDLERS ?? null,
		dataFolder: data.COUNTERSIGN_DATA,
		paused: data.COUNTERSIGN_PAUSED === '1',
		accepted: data.COUNTERSIGN_I_KNOW,
		host: data.HOST,
		port: data.PORT,
		publicUrl: data.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
		trustedProxies: data.TRUSTED_PROXIES,
		oidc:
			data.OIDC_ISSUER === undefined || data.OIDC_CLIENT_ID === undefined || data.OIDC_CLIENT_SECRET === undefined
				? null
				: {
						issuer: data.OIDC_ISSUER,
						clientId: data.OIDC_CLIENT_ID,
						clientSecret: data.OIDC_CLIENT_SECRET,
						trustEmail: data.OIDC_TRUST_EMAIL === '1',
					},
		smtp: data.SMTP_URL === undefined ? null : { url: data.SMTP_URL, from: data.MAIL_FROM },
		twilio:
			data.TWILIO_ACCOUNT_SID === undefined || data.TWILIO_AUTH_TOKEN === undefined
				? null
				: {
						accountSid: data.TWILIO_ACCOUNT_SID,
						authToken: data.TWILIO_AUTH_TOKEN,
						from: data.TWILIO_FROM ?? null,
						messagingServiceSid: data.TWILIO_MESSAGING_SERVICE_SID ?? null,
						apiUrl: data.TWILIO_API_URL ?? null,
					},
		sms: {
			abilities: data.SMS_ABILITIES,
			regions: data.SMS_REGIONS ?? null,
			templates: data.SMS_TEMPLATES,
			gatherMs: data.SMS_GATHER_MS,
		},
		replies: data.REPLY_DOMAIN === undefined ? null : repliesOf(data, data.REPLY_DOMAIN),
		slack:
			data.SLACK_BOT_TOKEN === undefined || data.SLACK_APP_ID === undefined
				? null
				: {
						token: data.SLACK_BOT_TOKEN,
						appId: data.SLACK_APP_ID,
						signingSecret: data.SLACK_SIGNING_SECRET ?? null,
						appToken: data.SLACK_APP_TOKEN ?? null,
						apiUrl: data.SLACK_API_URL ?? null,
					},
		webhook:
			data.WEBHOOK_SECRET === undefined
				? null
				: { secret: data.WEBHOOK_SECRET, allowPrivate: data.WEBHOOK_ALLOW_PRIVATE === '1' },
		opinion: opinionOf(data),
		concurrency: data.WORKER_CONCURRENCY,
		keepMs: data.KEEP_DAYS * 86_400_000,
		logLevel: data.LOG_LEVEL,
	});
}

function opinionOf(data: z.output<typeof environment>): Config['opinion'] {
	const { OPINION_URL: address, OPINION_MODEL: model, OPINION_PRICE: price } = data;
	if (address === undefined || model === undefined || price === undefined) return null;
	const [input, output] = price;
	return { url: address, apiKey: data.OPINION_API_KEY ?? 'none', model, price: { input, output }, format: data.OPINION_FORMAT };
}

/** Every value is a text: what has the wrong type is no number. */
function whatToFix(issue: z.core.$ZodIssue): string {
	if (issue.code !== 'invalid_type') return issue.message;
	return issue.expected === 'int' ? 'must be a whole number' : 'must be a number';
}

function repliesOf(data: z.output<typeof environment>, domain: string): Config['replies'] {
	const { INBOUND_SMTP_PORT: port, INBOUND_SMTP_CERT: cert, INBOUND_SMTP_KEY: key, TRUSTED_AUTHSERV_ID: id } = data;
	return {
		domain,
		smtp: port === undefined ? null : { port, tls: cert === undefined || key === undefined ? null : { cert, key } },
		secret: data.INBOUND_MAIL_SECRET ?? null,
		authserv: id === undefined ? null : { id, peers: data.TRUSTED_AUTHSERV_PEERS ?? [] },
	};
}

/** All or nothing, and one sender. */
function twilioProblems(given: Readonly<Record<string, string>>): string[] {
	const senders = ['TWILIO_FROM', 'TWILIO_MESSAGING_SERVICE_SID'].filter((name) => given[name] !== undefined);
	const account = ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'];
	const missing = account.filter((name) => given[name] === undefined);
	if (missing.length === account.length && senders.length === 0) return [];
	if (missing.length === 0 && senders.length === 1) return [];
	if (senders.length === 2) return ['TWILIO_FROM: cannot stand beside TWILIO_MESSAGING_SERVICE_SID; set one of them'];
	const needed = [...missing, ...(senders.length === 0 ? ['TWILIO_FROM'] : [])];
	return [`${needed.join(', ')}: must be set where any TWILIO setting is`];
}

function replyProblems(given: Readonly<Record<string, string>>): string[] {
	const parts = [
		'INBOUND_SMTP_PORT',
		'INBOUND_SMTP_CERT',
		'INBOUND_SMTP_KEY',
		'INBOUND_MAIL_SECRET',
		'TRUSTED_AUTHSERV_ID',
		'TRUSTED_AUTHSERV_PEERS',
	];
	const set = parts.filter((name) => given[name] !== undefined);
	if (given.REPLY_DOMAIN === undefined)
		return set.length === 0 ? [] : [`REPLY_DOMAIN: must be set where ${set.join(', ')} ${set.length === 1 ? 'is' : 'are'}`];
	const problems: string[] = [];
	if (given.INBOUND_SMTP_PORT === undefined && given.INBOUND_MAIL_SECRET === undefined)
		problems.push('INBOUND_SMTP_PORT: set it, or INBOUND_MAIL_SECRET, where REPLY_DOMAIN is: replies must come in somewhere');
	if ((given.INBOUND_SMTP_CERT === undefined) !== (given.INBOUND_SMTP_KEY === undefined))
		problems.push('INBOUND_SMTP_CERT, INBOUND_SMTP_KEY: set both or none');
	if (
		given.TRUSTED_AUTHSERV_ID !== undefined &&
		given.INBOUND_SMTP_PORT !== undefined &&
		given.TRUSTED_AUTHSERV_PEERS === undefined
	)
		problems.push('TRUSTED_AUTHSERV_PEERS: must be set beside TRUSTED_AUTHSERV_ID: anybody else could write under its name');
	return problems;
}

function secretOf(name: string, file: string, problems: string[]): string | undefined {
	try {
		return readFileSync(file, 'utf8').trim();
	} catch {
		problems.push(`${name}_FILE: cannot read \`${file.slice(0, 100)}\``);
		return undefined;
	}
}

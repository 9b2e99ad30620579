/** The product as the benchmarks run it: the real application with the shipped policy; only the handlers do nothing. */
import { readFile } from 'node:fs/promises';
import { pino } from 'pino';
import { parse, stringify } from 'yaml';
import { type App, openApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { Handler } from '../../src/execution/registry.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { parsePolicy } from '../../src/policy/load.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { PolicyFile } from '../../src/policy-file.ts';

const shipped = new URL('../../policies/support.yaml', import.meta.url);

/** Prefix of all its keys. */
export const benchPrefix = '{bench}';

/** The reviewer who says yes. */
export const benchReviewer = 'ana';

/** The policy that `npm start` uses, as it is. */
export async function shippedPolicy(): Promise<Policy> {
	return policyOf(await readFile(shipped, 'utf8')).current();
}

/**
 * The shipped policy with two changes: reviews open in the inbox, so that parking does not measure a mail server, and
 * deadlines may be a second away, so that a storm of them need not be waited for.
 */
async function benchPolicy(): Promise<PolicyFile> {
	const document = parse(await readFile(shipped, 'utf8')) as {
		plans: { route: string; channels?: string[] }[];
		deadlines?: unknown;
	};
	for (const plan of document.plans) if (plan.route === 'approval') plan.channels = ['inbox'];
	document.deadlines = { min: '1s' };
	return policyOf(stringify(document));
}

function policyOf(text: string): PolicyFile {
	const read = parsePolicy(text, 'bench');
	if (!read.ok) throw new Error(JSON.stringify(read.problems, null, 1));
	const { policy } = read;
	return {
		current: () => policy,
		text: () => text,
		problem: () => null,
		reload: async () => false,
		follow: () => undefined,
		close: () => undefined,
	};
}

const nothing: Handler = { run: async () => ({ status: 'done' }) };

/** Opens the application; `signal` is told what its workers have just done, `journal` keeps their starts, as every worker does. */
export async function openOurApp(
	redisUrl: string,
	working: { readonly signal?: (what: string, id: string) => void; readonly journal?: Journal } = {},
): Promise<App> {
	return openApp({
		config: readConfig({ COUNTERSIGN_PREFIX: benchPrefix, LOG_LEVEL: 'warn' }),
		redisUrl,
		policy: await benchPolicy(),
		registry: {
			operations: { refund: nothing },
			fallbacks: { send_holding_reply: async () => ({ status: 'done', note: 'sent' }) },
		},
		channels: {},
		publicUrl: 'http://127.0.0.1:4400',
		log: pino({ level: 'warn' }),
		...working,
	});
}

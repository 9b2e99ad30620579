/** Whether the configured channels can be reached: the providers are asked who we are; no message is sent. */
import type { Config } from '../config.ts';
import { type Finding, ok } from '../domain/finding.ts';
import type { Channel } from '../domain/verdict.ts';
import type { Policy } from '../policy/policy.ts';

const patienceMs = 5_000;

/** One finding for each channel that is configured, and for each that policy counts on and nobody has configured. */
export async function checkChannels(config: Config, policy: Policy | null): Promise<Finding[]> {
	const reach: Readonly<Partial<Record<Channel, () => Promise<void>>>> = {
		...(config.smtp !== null && { email: () => mailServer(config.smtp?.url ?? '') }),
		...(config.twilio !== null && { sms: () => twilio(config) }),
		...(config.slack !== null && { slack: () => slack(config) }),
	};
	const found = await Promise.all(Object.entries(reach).map(([channel, ask]) => reachable(channel, ask)));
	for (const channel of policy === null ? [] : countedOn(policy)) {
		if (channel in reach) continue;
		found.push({
			check: `channel ${channel}`,
			level: 'warn',
			code: 'channel_missing',
			message: `policy asks people by ${channel}, which is not configured: those messages fall to the next channel`,
			fix: `set ${settings[channel]}, or take ${channel} out of the policy`,
		});
	}
	return found;
}

const settings: Readonly<Record<Exclude<Channel, 'inbox'>, string>> = {
	email: 'SMTP_URL',
	sms: 'TWILIO_ACCOUNT_SID and its neighbours',
	slack: 'SLACK_BOT_TOKEN and SLACK_APP_ID',
};

/** The channels that some plan of the policy uses. */
function countedOn(policy: Policy): Exclude<Channel, 'inbox'>[] {
	const plans = [...policy.operations.values(), policy.unknown].flatMap(({ plans }) => [...plans.approval, ...plans.escalation]);
	const used = new Set(
		plans.flatMap(({ calm, urgent }) => [calm, urgent].flatMap(({ tiers }) => tiers.flatMap((t) => t.channels))),
	);
	return (['email', 'sms', 'slack'] as const).filter((channel) => used.has(channel));
}

async function reachable(channel: string, ask: () => Promise<void>): Promise<Finding> {
	const check = `channel ${channel}`;
	try {
		await ask();
		return ok(check, 'answers, and knows us');
	} catch (error) {
		const why = (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 120);
		return {
			check,
			level: 'warn',
			code: 'channel_unreachable',
			message: `cannot be used: ${why}`,
			fix: 'mend its settings or the network; until then messages fall to the next channel',
		};
	}
}

async function mailServer(url: string): Promise<void> {
	const { createTransport } = await import('nodemailer');
	const transport = createTransport({
		url,
		connectionTimeout: patienceMs,
		greetingTimeout: patienceMs,
		socketTimeout: patienceMs,
	});
	try {
		await transport.verify();
	} finally {
		transport.close();
	}
}

async function twilio({ twilio: given }: Config): Promise<void> {
	if (given === null) return;
	const base = given.apiUrl ?? 'https://api.twilio.com';
	const answer = await fetch(`${base.replace(/\/+$/, '')}/2010-04-01/Accounts/${given.accountSid}.json`, {
		headers: { authorization: `Basic ${Buffer.from(`${given.accountSid}:${given.authToken}`).toString('base64')}` },
		signal: AbortSignal.timeout(patienceMs),
	});
	if (answer.status === 401 || answer.status === 403)
		throw new Error(`the provider answers ${answer.status}: check the account and its token`);
	if (answer.status >= 500) throw new Error(`the provider answers ${answer.status}`);
}

async function slack({ slack: given }: Config): Promise<void> {
	if (given === null) return;
	const base = given.apiUrl ?? 'https://slack.com/api/';
	const answer = await fetch(new URL('auth.test', base.endsWith('/') ? base : `${base}/`), {
		method: 'POST',
		headers: { authorization: `Bearer ${given.token}` },
		signal: AbortSignal.timeout(patienceMs),
	});
	const said = (await answer.json().catch(() => ({}))) as { ok?: boolean; error?: string };
	if (said.ok !== true) throw new Error(`Slack answers \`${String(said.error ?? answer.status).slice(0, 60)}\``);
}

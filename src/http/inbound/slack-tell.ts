/** What the person who pressed a button is told, so that only they see it: by the address that Slack gave for it, or by its API. */
import type { Logger } from 'pino';
import type { SlackApi, Whisper } from '../../channels/slack-api.ts';
import { button, escaped, outside, section } from '../../channels/slack-blocks.ts';

/** Where to say it. */
export interface Hearer {
	readonly channel: string;
	readonly user: string;
	/** As Slack gave it; used only where it is Slack's (R-C6). */
	readonly responseUrl?: string | undefined;
}

export interface Telling {
	readonly lines: readonly string[];
	/** A page to go on with, and what its button says. */
	readonly page?: { readonly url: string; readonly label: string };
}

export interface Teller {
	tell(hearer: Hearer, telling: Telling): Promise<void>;
}

const timeoutMs = 3000;

/** `origins`: what a `response_url` may begin with. */
export function tellerOn(api: SlackApi, origins: readonly string[], log: Logger): Teller {
	return {
		async tell(hearer, { lines, page }) {
			const message: Whisper = {
				text: escaped(lines.join(' ')),
				blocks: [
					section(lines.map(outside)),
					...(page === undefined
						? []
						: [{ type: 'actions' as const, elements: [button({ id: 'open', label: page.label, url: page.url })] }]),
				],
			};
			if (isSlacks(hearer.responseUrl, origins) && (await answered(hearer.responseUrl, message))) return;
			const receipt = await api.whisper(hearer.channel, hearer.user, message);
			if (!receipt.ok) log.warn({ reason: receipt.reason }, 'slack: could not tell the person who answered');
		},
	};
}

/** Whether it is an address of Slack's own: anything else would send what we know to whoever put it there. */
export function isSlacks(url: string | undefined, origins: readonly string[]): url is string {
	if (url === undefined || !URL.canParse(url)) return false;
	const { origin, username, password } = new URL(url);
	return username === '' && password === '' && origins.includes(origin);
}

async function answered(url: string, { text, blocks }: Whisper): Promise<boolean> {
	try {
		const response = await fetch(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json; charset=utf-8' },
			body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, unfurl_links: false, text, blocks }),
			redirect: 'error',
			signal: AbortSignal.timeout(timeoutMs),
		});
		return response.ok;
	} catch {
		return false;
	}
}

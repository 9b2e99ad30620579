/** A shop whose people have hours, leave and limits: what the stories about who is asked have in common. */
import { onTestFinished } from 'vitest';
import { httpRoutes } from '../../src/http/server.ts';
import type { TestAppOptions } from '../support/app.ts';
import { openPort } from '../support/open-port.ts';
import type { TestRedis } from '../support/redis.ts';
import { openShop, type Shop } from './shop.ts';

/** A policy of refunds that are asked about above 500. `given`: the rest of the document, as YAML. */
export const peoplePolicy = (given: string): string => `
version: 1
currency: USD
operations:
  refund: { risk_class: financial, fallback: { handler: null } }
amounts:
  - { above: "500.00", route: approval }
  - { above: "50000.00", route: escalation }
near_limit: false
urgent_above: "100000.00"
notify_digest: false
${given}`;

/** Four people with addresses; `more` adds fields of a reviewer by id, as YAML flow entries. */
export const reviewers = (more: Readonly<Record<string, string>> = {}): string =>
	`reviewers:\n${['ana', 'ben', 'cai', 'dee']
		.map((id, i) => {
			const name = `${id.charAt(0).toUpperCase()}${id.slice(1)}`;
			const extra = more[id] === undefined ? '' : `, ${more[id]}`;
			return `  ${id}: { name: ${name}, email: ${id}@shop.example, phone: "+1555010000${i + 1}", time_zone: Europe/Berlin${extra} }`;
		})
		.join('\n')}`;

export interface PeopleShop extends Shop {
	/** Moves the clock to an instant, which must not have passed. */
	clockTo(instant: string): Promise<void>;
	/** Whom mails have reached so far, in order, by the part of their address before the @. */
	mailed(): string[];
	/** Waits until nothing is on its way any more, neither a job nor a message. */
	settled(): Promise<void>;
}

export async function openPeople(redis: TestRedis, policy: string, options: Partial<TestAppOptions> = {}): Promise<PeopleShop> {
	const shop = await openShop(redis, { policy, ...options, env: { SMS_GATHER_MS: '0', ...options.env } });
	const { store, queues } = shop.app.back;
	return {
		...shop,
		async clockTo(instant) {
			const ahead = Date.parse(instant) - (await store.now());
			if (ahead < 0) throw new Error(`${instant} has passed`);
			await shop.advance(ahead);
		},
		mailed: () => shop.mailbox.messages().map(({ recipients }) => recipients[0]?.split('@')[0] ?? ''),
		async settled() {
			const busy = async (): Promise<number> => {
				const counts = await Promise.all(
					(['actions', 'approval', 'escalation', 'deliveries', 'auto', 'notify'] as const).map((name) =>
						queues.of(name).getJobCounts('waiting', 'active', 'prioritized'),
					),
				);
				return counts.flatMap((count) => Object.values(count)).reduce((sum, count) => sum + count, 0);
			};
			// Twice in a row: between two queues there is a moment in which a job is in neither.
			for (let quiet = 0; quiet < 2; ) quiet = (await busy()) === 0 ? quiet + 1 : 0;
		},
	};
}

/** The pages of a shop, served for real. */
export async function openPages(redis: TestRedis, policy: string): Promise<{ shop: PeopleShop; url: string }> {
	const port = await openPort();
	const { url } = port;
	const shop = await openPeople(redis, policy, { publicUrl: url });
	const routes = httpRoutes({ engine: shop.app.front, connect: shop.app.connect, apiKeys: [], publicUrl: url });
	port.serve(routes.app);
	onTestFinished(() => routes.close());
	return { shop, url };
}

/** A form of a page, as a browser would send it. */
export async function submitForm(
	url: string,
	page: string,
	fields: Readonly<Record<string, string>>,
): Promise<{ status: number; html: string; cookies: string[] }> {
	const hidden = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map((found): [string, string] => [
		found[1] ?? '',
		found[2] ?? '',
	]);
	const response = await fetch(url, {
		method: 'POST',
		headers: {
			'content-type': 'application/x-www-form-urlencoded',
			origin: new URL(url).origin,
			'sec-fetch-site': 'same-origin',
		},
		body: new URLSearchParams([...new Map([...hidden, ...Object.entries(fields)])]),
	});
	return { status: response.status, html: await response.text(), cookies: response.headers.getSetCookie() };
}

export const linkIn = (text: string): string => /https?:\/\/\S+\/r\/[0-9A-Za-z]{22}/.exec(text)?.[0] ?? '';

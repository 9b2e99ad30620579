/** An application with its inbox on a port, reviewers who are signed in, and forms sent as our own pages send them. */
import { onTestFinished } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { httpRoutes } from '../../src/http/server.ts';
import { createClient, type Proposing } from '../../src/producers/client.ts';
import type { WorkerKind } from '../../src/workers/kinds.ts';
import { shopPolicy } from '../flows/shop.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { openPort } from '../support/open-port.ts';
import type { TestRedis } from '../support/redis.ts';

/** One signed-in reviewer. */
export interface Seat {
	readonly cookie: string;
	get(path: string, headers?: Record<string, string>): Promise<Response>;
	/** The page's text; fails where it is none. */
	page(path: string): Promise<string>;
	/** Sends the form of `html` whose action is `path`, with its hidden fields. */
	send(html: string, path: string, fields?: Record<string, string | string[]>): Promise<Response>;
	post(path: string, fields: Record<string, string | string[]>, headers?: Record<string, string>): Promise<Response>;
}

export interface InboxDesk {
	readonly url: string;
	readonly shop: TestApp;
	seat(reviewer: string): Promise<Seat>;
	/** Proposes, and waits until it waits for a person. */
	propose(proposal: Proposing & { agent: string }): Promise<string>;
}

export async function openInbox(
	redis: TestRedis,
	options: { policy?: string; workers?: readonly WorkerKind[] } = {},
): Promise<InboxDesk> {
	const shop = await testApp(redis, {
		policy: options.policy ?? shopPolicy,
		...(options.workers && { workers: options.workers }),
	});
	const port = await openPort();
	const { url } = port;
	const routes = httpRoutes({
		engine: shop.app.front,
		connect: shop.app.connect,
		apiKeys: [],
		publicUrl: url,
		signIn: { mail: null, oidc: null },
	});
	port.serve(routes.app);
	const client = createClient({ redis: redis.connect(), prefix: redis.prefix });
	onTestFinished(async () => {
		await client.close();
		routes.close();
	});
	return {
		url,
		shop,
		async seat(reviewer) {
			const session = await shop.app.front.store.sessions.open(reviewer, 'link');
			const cookie = `countersign-session=${session.id}`;
			const own = { cookie, origin: url, 'sec-fetch-site': 'same-origin' };
			const post: Seat['post'] = (path, fields, headers = own) => {
				const body = new URLSearchParams();
				for (const [name, values] of Object.entries(fields)) for (const value of [values].flat()) body.append(name, value);
				return fetch(url + path, { method: 'POST', body, headers, redirect: 'manual' });
			};
			const get: Seat['get'] = (path, headers = {}) => fetch(url + path, { headers: { cookie, ...headers }, redirect: 'manual' });
			return {
				cookie,
				get,
				post,
				async page(path) {
					const answer = await get(path);
					const text = await answer.text();
					if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}: ${text.slice(-600)}`);
					return text;
				},
				send: (html, path, fields = {}) => post(path, { ...hiddenIn(html, path), ...fields }),
			};
		},
		async propose(proposal) {
			const { id } = await client.propose({ ...proposal, idempotencyKey: proposal.idempotencyKey ?? newId('act') });
			await shop.until(id, 'in_review', 'escalated');
			return id;
		},
	};
}

const unescaped = (text: string): string =>
	text
		.replaceAll('&quot;', '"')
		.replaceAll('&#39;', "'")
		.replaceAll('&lt;', '<')
		.replaceAll('&gt;', '>')
		.replaceAll('&amp;', '&');

/** The hidden fields of a form. */
export function hiddenIn(html: string, path: string): Record<string, string> {
	const form = [
		...html.matchAll(
			/<form method="post" action="([^"]+)"[^>]*>[\s\S]*?<\/form>|<form class="inline" method="post" action="([^"]+)">[\s\S]*?<\/form>/g,
		),
	].find(([, one, other]) => (one ?? other) === path)?.[0];
	if (form === undefined) throw new Error(`there is no form to ${path}`);
	const inputs = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
	const texts = [...form.matchAll(/<textarea hidden name="([^"]+)">\n?([\s\S]*?)<\/textarea>/g)];
	return Object.fromEntries([...inputs, ...texts].map(([, name = '', value = '']) => [name, unescaped(value)]));
}

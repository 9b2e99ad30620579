/** The HTTP API of a shop, as an agent with a key reaches it. */
import type { Hono } from 'hono';
import { onTestFinished } from 'vitest';
import { newApiKey } from '../../src/http/auth.ts';
import { type HttpParts, httpRoutes } from '../../src/http/server.ts';
import type { TestApp } from '../support/app.ts';

export interface Answer {
	readonly status: number;
	readonly headers: Headers;
	// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
	readonly body: any;
}

export interface ShopApi {
	readonly app: Hono;
	send(method: string, path: string, given?: { body?: unknown; key?: string; agent?: string }): Promise<Answer>;
}

/** Opens it; `agents` have a key each. */
export function apiOf({ app }: TestApp, agents: readonly string[] = ['bot'], more: Partial<HttpParts> = {}): ShopApi {
	const keys = new Map(agents.map((agent) => [agent, newApiKey({ tenant: 'default', agent })]));
	const routes = httpRoutes({
		engine: app.front,
		connect: app.connect,
		apiKeys: [...keys.values()].map(({ key }) => key),
		publicUrl: 'http://127.0.0.1:4400',
		alerts: app.storage.alerts,
		isFull: app.storage.isFull,
		...more,
	});
	onTestFinished(() => routes.close());
	return {
		app: routes.app,
		async send(method, path, { body, key, agent = agents[0] ?? '' } = {}) {
			const response = await routes.app.request(path, {
				method,
				headers: {
					authorization: `Bearer ${keys.get(agent)?.token}`,
					'content-type': 'application/json',
					...(key !== undefined && { 'idempotency-key': key }),
				},
				...(body !== undefined && { body: JSON.stringify(body) }),
			});
			const text = await response.text();
			return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
		},
	};
}

/** What the shop's agent proposes, as HTTP takes it. */
export const bodyOf = ({ agent: _agent, idempotencyKey: _key, ...rest }: { agent: string; idempotencyKey: string }): object => ({
	version: 1,
	...rest,
});

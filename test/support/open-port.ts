/** A server whose address is known before its routes are: links begin with it. */
import { Hono } from 'hono';
import { onTestFinished } from 'vitest';
import { serveOn } from '../../src/http/server.ts';

export interface OpenPort {
	readonly url: string;
	/** Serves these routes from now on. */
	serve(routes: Hono): void;
}

/** Listens on a port of its own; it is closed after the test. (A port that is looked up and opened later may be gone by then.) */
export async function openPort(): Promise<OpenPort> {
	let routes = new Hono();
	const front = new Hono();
	front.all('*', (context) => routes.fetch(context.req.raw, context.env));
	const server = await serveOn(front, { host: '127.0.0.1', port: 0 });
	onTestFinished(() => server.close());
	return {
		url: server.url,
		serve(given) {
			routes = given;
		},
	};
}

/** A server that takes signed posts, keeps what it got, and answers as it is told. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { onTestFinished } from 'vitest';

/** Signs what is sent in tests. */
export const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

export interface Got {
	readonly headers: IncomingMessage['headers'];
	/** Verified by the secret, parsed. */
	readonly body: Record<string, unknown>;
}

export interface Receiver {
	readonly url: string;
	readonly got: Got[];
	/** How many connections were opened. */
	connections(): number;
	answer(next: (response: ServerResponse, count: number) => void): void;
}

/** Starts one on loopback; it closes after the test. What is signed wrongly fails the request, and so the test. */
export async function startReceiver(): Promise<Receiver> {
	const got: Got[] = [];
	let connections = 0;
	let answer: (response: ServerResponse, count: number) => void = (response) => response.end();
	const server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const text = Buffer.concat(chunks).toString('utf8');
		const body = new Webhook(secret).verify(text, request.headers as Record<string, string>) as Record<string, unknown>;
		got.push({ headers: request.headers, body });
		answer(response, got.length);
	});
	server.on('connection', () => {
		connections++;
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		return new Promise((resolve) => server.close(() => resolve()));
	});
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/run`,
		got,
		connections: () => connections,
		answer(next) {
			answer = next;
		},
	};
}

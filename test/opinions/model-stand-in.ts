/** A model server on this machine that speaks chat completions: it answers what a test tells it to, and keeps what it was asked. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface ModelStandIn {
	readonly url: string;
	/** Bodies of the requests so far. */
	readonly asked: {
		readonly model: string;
		readonly messages: { role: string; content: string }[];
		readonly response_format?: { type: string };
	}[];
	readonly keys: string[];
	/** What it answers from now on: the content of the message, an HTTP status, or nothing at all. */
	answer: string | { readonly status: number } | 'hang';
}

export async function modelStandIn(): Promise<ModelStandIn> {
	const standIn: { -readonly [K in keyof ModelStandIn]: ModelStandIn[K] } = { url: '', asked: [], keys: [], answer: '' };
	const server = createServer((request, response) => {
		let body = '';
		request.setEncoding('utf8').on('data', (text: string) => {
			body += text;
		});
		request.on('end', () => {
			standIn.asked.push(JSON.parse(body));
			standIn.keys.push(request.headers.authorization ?? '');
			const { answer } = standIn;
			if (answer === 'hang') return;
			response.setHeader('content-type', 'application/json');
			if (typeof answer === 'object') {
				response.statusCode = answer.status;
				response.end('{"error":{"message":"no"}}');
				return;
			}
			response.end(
				JSON.stringify({
					id: 'c-1',
					object: 'chat.completion',
					created: 0,
					model: 'stand-in',
					choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: answer } }],
					usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 },
				}),
			);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	standIn.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
	onTestFinished(async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});
	return standIn;
}

/** The content of a well-formed answer. */
export const saying = (answer: 'yes' | 'no' | 'unsure', reason = 'because'): string => JSON.stringify({ answer, reason });

/** One signed POST (Standard Webhooks, https://www.standardwebhooks.com): the vetted address is pinned, redirects are not followed, the answer is bounded. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Webhook } from 'standardwebhooks';
import { retryAfterMs } from '../domain/retry-after.ts';
import { vet } from './address.ts';

export interface SignedPost {
	readonly url: string;
	/** `webhook-id`: the receiver deduplicates by it. */
	readonly id: string;
	readonly body: unknown;
	/** `whsec_` and base64; several, separated by a space, while one takes the place of another. */
	readonly secret: string;
	readonly timeoutMs: number;
	/** Call private addresses and plain http: development, and operators who say so. */
	readonly allowPrivate: boolean;
	readonly signal?: AbortSignal;
}

/** `unsent`: certainly no byte of the request left; trying again is safe. `unanswered`: nobody can tell. */
export type Posted =
	| { readonly kind: 'answered'; readonly status: number; readonly body: string; readonly retryAfterMs: number | null }
	| { readonly kind: 'unsent'; readonly reason: string }
	| { readonly kind: 'unanswered'; readonly reason: string };

const mostAnswerBytes = 64 * 1024;

/** Signs and sends. */
export async function signedPost(post: SignedPost): Promise<Posted> {
	if (!URL.canParse(post.url)) return { kind: 'unsent', reason: 'not a URL' };
	const url = new URL(post.url);
	const vetted = await vet(url, post.allowPrivate);
	if (!vetted.ok) return { kind: 'unsent', reason: vetted.reason };
	const body = JSON.stringify(post.body);
	const at = new Date();
	const headers = {
		'content-type': 'application/json',
		'content-length': Buffer.byteLength(body),
		'user-agent': 'countersign',
		'webhook-id': post.id,
		'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
		'webhook-signature': post.secret
			.split(' ')
			.map((secret) => new Webhook(secret).sign(post.id, at, body))
			.join(' '),
	};
	return new Promise((resolve) => {
		let sent = false;
		const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
		const outgoing = request(url, {
			method: 'POST',
			headers,
			// A connection of its own: on one that was kept, nobody could tell whether anything had been sent before it broke, and a
			// request taken for unsent would be sent again.
			agent: false,
			timeout: post.timeoutMs,
			maxHeaderSize: 16 * 1024,
			signal: AbortSignal.any([AbortSignal.timeout(post.timeoutMs), ...(post.signal ? [post.signal] : [])]),
			lookup: (_host, options, answer) => {
				const pinned = { address: vetted.address, family: vetted.family };
				if (options.all) answer(null, [pinned]);
				else answer(null, pinned.address, pinned.family);
			},
		});
		const give = (reason: string): void => resolve(sent ? { kind: 'unanswered', reason } : { kind: 'unsent', reason });
		outgoing.on('socket', (socket) => {
			socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
				sent = true;
			});
		});
		outgoing.on('timeout', () => outgoing.destroy(new Error('timed out')));
		outgoing.on('error', (error) => give(error.message));
		outgoing.on('response', (response) => {
			const chunks: Buffer[] = [];
			let size = 0;
			response.on('data', (chunk: Buffer) => {
				size += chunk.length;
				if (size > mostAnswerBytes) outgoing.destroy(new Error(`the answer is longer than ${mostAnswerBytes} bytes`));
				else chunks.push(chunk);
			});
			response.on('error', (error) => give(error.message));
			response.on('end', () => {
				resolve({
					kind: 'answered',
					status: response.statusCode ?? 0,
					body: Buffer.concat(chunks).toString('utf8'),
					retryAfterMs: retryAfterMs(response.headers['retry-after'], Date.now()),
				});
			});
		});
		outgoing.end(body);
	});
}

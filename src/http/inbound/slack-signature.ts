/** Whether a request comes from Slack: its signature over the raw body, and how old it is (R-C1). Everything else is refused unread. */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far Slack's clock and ours may be apart, in seconds, and for how long a body is remembered. */
export const windowSeconds = 300;

export interface Signed {
	/** `X-Slack-Request-Timestamp`. */
	readonly timestamp: string | undefined;
	/** `X-Slack-Signature`. */
	readonly signature: string | undefined;
	/** As it came over the wire: a body that was read and written again has another signature. */
	readonly body: string;
}

/** `now` in ms. */
export function isFromSlack({ timestamp, signature, body }: Signed, secret: string, now: number): boolean {
	if (secret === '') throw new Error('a Slack signing secret must not be empty: anybody could sign with it');
	if (timestamp === undefined || signature === undefined || !/^\d{1,12}$/.test(timestamp)) return false;
	if (Math.abs(now / 1000 - Number(timestamp)) > windowSeconds) return false;
	if (!/^v0=[0-9a-f]{64}$/.test(signature)) return false;
	return timingSafeEqual(Buffer.from(signature), Buffer.from(signatureOf(timestamp, body, secret)));
}

/** Slack's signature of a request. */
export const signatureOf = (timestamp: string, body: string, secret: string): string =>
	`v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;

/** Twilio's own client, loaded when the first text message is sent, and pointed at another base URL where one is configured. */
import type { Twilio } from 'twilio';

/** The account that sends, and where its REST API is. */
export interface TwilioAccount {
	readonly accountSid: string;
	readonly authToken: string;
	/** Another address of the REST API, for a stand-in or a proxy: `http://127.0.0.1:4000/phone`. */
	readonly baseUrl?: string | undefined;
	/** How long one request may take, in ms. */
	readonly timeoutMs: number;
	/** Told when the API wants to be left alone: the `Retry-After` of a refusal, as it came. */
	readonly onRetryAfter?: (value: string) => void;
}

/** Opens a client. The package takes a tenth of a second to load and is needed only where text messages are sent. */
export async function openTwilio({ accountSid, authToken, baseUrl, timeoutMs, onRetryAfter }: TwilioAccount): Promise<Twilio> {
	const { default: twilio } = await import('twilio');
	class RebasedClient extends twilio.RequestClient {
		override async request<T>(options: Parameters<typeof twilio.RequestClient.prototype.request<T>>[0]) {
			const answer = await super.request<T>(baseUrl === undefined ? options : { ...options, uri: rebased(options.uri, baseUrl) });
			// The error that the package makes of a refusal does not hold the headers.
			const wait: unknown = answer.headers?.['retry-after'];
			if (answer.statusCode >= 400 && typeof wait === 'string') onRetryAfter?.(wait);
			return answer;
		}
	}
	return twilio(accountSid, authToken, { httpClient: new RebasedClient({ timeout: timeoutMs }) });
}

/** The same path and query below another base. */
export function rebased(uri: string, baseUrl: string): string {
	const { pathname, search } = new URL(uri);
	return `${baseUrl.replace(/\/+$/, '')}${pathname}${search}`;
}

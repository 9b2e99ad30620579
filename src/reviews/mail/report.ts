/** A report about delivery (RFC 3464): whether our mail will never arrive, and why. Pure. */
import type { Email } from 'postal-mime';

export interface DeliveryReport {
	/** It will never arrive; false for a delay, a relay or a success. */
	readonly failed: boolean;
	/** The enhanced status code, such as `5.1.1`; null where none is given. */
	readonly status: string | null;
}

/** Reads the machine-readable part; words for people are not interpreted. Null where the mail is no report about delivery. */
export function readReport(email: Email): DeliveryReport | null {
	const part = email.attachments.find(({ mimeType }) => mimeType === 'message/delivery-status');
	if (part === undefined) {
		const listed = email.headers.some(({ key }) => key === 'x-failed-recipients');
		return listed ? { failed: true, status: null } : null;
	}
	const text = textOf(part.content).slice(0, 20_000);
	const action = /^action[ \t]*:[ \t]*([a-z]+)/im.exec(text)?.[1]?.toLowerCase();
	const status = /^status[ \t]*:[ \t]*([245]\.\d{1,3}\.\d{1,3})/im.exec(text)?.[1] ?? null;
	return { failed: action === 'failed' && !status?.startsWith('4'), status };
}

const textOf = (content: ArrayBuffer | Uint8Array | string): string =>
	typeof content === 'string'
		? content
		: Buffer.from(content instanceof ArrayBuffer ? new Uint8Array(content) : content).toString('latin1');

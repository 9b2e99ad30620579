/** What a button carries: which message it stands on, and what its reader was shown. Nothing that says what to do (R-C4). */
import { timingSafeEqual } from 'node:crypto';

export interface ButtonValue {
	/** Token of the link that was issued for this message. */
	readonly token: string;
	/** The beginning of the digest of what was shown. */
	readonly digestPrefix: string;
}

const prefixLength = 16;
const form = /^([0-9A-Za-z]{22})\.([0-9a-f]{16})$/;

/** The value for the card behind `url` (`https://host/r/token`), or null where the address holds no token. */
export function buttonValue(url: string, payloadDigest: string): string | null {
	const token = /\/r\/([0-9A-Za-z]{22})$/.exec(url)?.[1];
	return token === undefined ? null : `${token}.${payloadDigest.slice(0, prefixLength)}`;
}

/** Reads a value as it came back; null for anything else. */
export function readValue(text: string): ButtonValue | null {
	const match = form.exec(text);
	return match === null ? null : { token: match[1] as string, digestPrefix: match[2] as string };
}

/** Whether a value was made for this digest. */
export function isFor({ digestPrefix }: ButtonValue, payloadDigest: string): boolean {
	const wanted = Buffer.from(payloadDigest.slice(0, prefixLength));
	const given = Buffer.from(digestPrefix);
	return wanted.length === given.length && timingSafeEqual(wanted, given);
}

/** Whether a reviewer's number may decide yet: a text message is worth no more than whoever holds the number (R-N2). Pure. */
import type { PolicyDocument } from './document.ts';

/** What is known of a number. Instants in ms since the epoch. */
export interface PhoneFacts {
	readonly number: string;
	readonly since: number;
	readonly verifiedAt: number | null;
}

/** True where answers from this number count. `known`: null for a number that was never looked at. */
export function isTrusted(
	{ settle, verified }: PolicyDocument['phone_numbers'],
	known: PhoneFacts | null,
	{ number, now }: { readonly number: string; readonly now: number },
): boolean {
	if (known === null) return !verified;
	// The policy of now names another number than the one that was looked at last: it has just been changed.
	if (known.number !== number) return false;
	if (known.since > 0 && now - known.since < settle) return false;
	return !verified || (known.verifiedAt !== null && now - known.verifiedAt >= settle);
}

/** Ids carry a prefix that says what they name. None contains `:` and none is all digits: BullMQ refuses both in job ids. */
import { hash, randomFillSync } from 'node:crypto';

export type Prefix = 'act' | 'rvw' | 'dlv' | 'arm' | 'exe' | 'qrn';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's base32: no i, l, o, u to misread

function base32(bytes: Uint8Array, length: number): string {
	let text = '';
	let bits = 0;
	let held = 0;
	for (const byte of bytes) {
		held = ((held << 8) | byte) & 0xffff;
		bits += 8;
		while (bits >= 5 && text.length < length) {
			bits -= 5;
			text += alphabet[(held >> bits) & 31];
		}
	}
	return text;
}

const bytesPerId = 16;
/** Random bytes for the next ids: asking the system for 16 at a time costs more than the rest of an id. */
const pool = new Uint8Array(256 * bytesPerId);
let used = pool.length;

function randomBits(): Uint8Array {
	if (used === pool.length) {
		randomFillSync(pool);
		used = 0;
	}
	used += bytesPerId;
	return pool.subarray(used - bytesPerId, used);
}

/** A fresh random id with 125 bits. */
export const newId = (prefix: Prefix): string => `${prefix}_${base32(randomBits(), 25)}`;

/** The id that these parts always give: 125 bits of their hash. */
export function derivedId(prefix: Prefix, parts: readonly string[]): string {
	return `${prefix}_${base32(hash('sha256', JSON.stringify(parts), 'buffer'), 25)}`;
}

/**
 * The id of an action: a hash of (tenant, agent, idempotency key). Two submissions under one key therefore meet in one
 * record, without a second index that could disagree with it.
 */
export const actionId = (tenant: string, agent: string, idempotencyKey: string): string =>
	derivedId('act', [tenant, agent, idempotencyKey]);

/** The shape of an action's id, for the edges. */
export const actionIdForm = /^act_[0-9a-hjkmnp-tv-z]{25}$/;

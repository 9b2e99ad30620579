/**
 * API keys: `cs_<id>_<secret>`. The server keeps the SHA-256 of the secret only. A key says who is asking, tenant and agent, and
 * nothing that a caller sends can change that; there is no scope that decides, so a stolen key cannot approve (INVARIANT I7).
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** One key as the configuration holds it. */
export interface ApiKey {
	readonly id: string;
	readonly tenant: string;
	readonly agent: string;
	/** SHA-256 of the secret, as 64 hexadecimal digits. */
	readonly secretHash: string;
}

/** Who is asking. */
export type Caller = Pick<ApiKey, 'tenant' | 'agent'>;

const form = /^Bearer[ ]+cs_([A-Za-z0-9]{4,32})_([A-Za-z0-9_-]{20,128})$/;
const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
/** Compared with where the id is unknown, so that the answer takes as long. */
const nobody = Buffer.alloc(32);

/** The key that an `Authorization` header presents, or null. Takes the same time whether the id or the secret is wrong. */
export function authenticate(header: string | undefined, keys: readonly ApiKey[]): ApiKey | null {
	const [, id, secret] = form.exec(header ?? '') ?? [];
	if (id === undefined || secret === undefined) return null;
	const key = keys.find((each) => each.id === id);
	const equal = timingSafeEqual(hashOf(secret), key === undefined ? nobody : Buffer.from(key.secretHash, 'hex'));
	return key !== undefined && equal ? key : null;
}

/** A fresh key: the token to hand over, once, and what the configuration keeps of it. */
export function newApiKey(caller: Caller): { token: string; key: ApiKey } {
	const id = randomBytes(8).toString('hex');
	const secret = randomBytes(32).toString('base64url');
	return { token: `cs_${id}_${secret}`, key: { id, ...caller, secretHash: hashOf(secret).toString('hex') } };
}

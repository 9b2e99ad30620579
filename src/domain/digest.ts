/** Hashes over canonical JSON (RFC 8785): the same value gives the same digest whatever the order of its keys. */
import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** Canonical JSON of a value (RFC 8785). Throws on what JSON cannot say (NaN, lone surrogates): parse first. */
export function canonicalJson(value: unknown): string {
	const text = canonicalize(value);
	if (text === undefined) throw new TypeError('the value has no JSON form');
	return text;
}

/** SHA-256 over canonical JSON, as 64 lower-case hexadecimal digits. */
export const digestOf = (value: unknown): string => hash('sha256', canonicalJson(value), 'hex');

/** Which addresses this server may call: public unicast only, unless the operator allows private ones (R-X1). */
import { lookup } from 'node:dns/promises';
import { isPublicAddress } from '../domain/callback-url.ts';

export type Vetted =
	| { readonly ok: true; readonly address: string; readonly family: 4 | 6 }
	| { readonly ok: false; readonly reason: string };

/** Resolves a URL's host once. The caller must connect to this very address: a second look-up could answer differently. */
export async function vet(url: URL, allowPrivate: boolean): Promise<Vetted> {
	if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:'))
		return { ok: false, reason: 'only https is called' };
	if (url.username !== '' || url.password !== '') return { ok: false, reason: 'the URL holds credentials' };
	if (!allowPrivate && url.port !== '' && url.port !== '443' && url.port !== '8443')
		return { ok: false, reason: `port ${url.port} is not called` };
	const host = url.hostname.replace(/^\[|\]$/g, '');
	const found = await lookup(host, { all: true }).catch(() => []);
	if (found.length === 0) return { ok: false, reason: 'the host does not resolve' };
	// Every address must be public, not only the one that would be used: a mixed answer is an attack or a mistake.
	if (!allowPrivate && !found.every(({ address }) => isPublicAddress(address)))
		return { ok: false, reason: 'the host resolves to a private address' };
	const [first] = found;
	if (first === undefined) return { ok: false, reason: 'the host does not resolve' };
	return { ok: true, address: first.address, family: first.family === 6 ? 6 : 4 };
}

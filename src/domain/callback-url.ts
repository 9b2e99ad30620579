/**
 * Where outcomes may be sent. An agent chooses the URL, so it is an attempt to make this server call its own neighbours until
 * it is shown to be something else: https, the usual port, a public name or address, and one spelling only. A name may still
 * resolve to a private address; the caller checks every resolved address with `isPublicAddress` again, and connects to that one.
 */
import ipaddr from 'ipaddr.js';

/** `null` where the URL may be called, else what to fix. `allowedHosts`: hosts (`host`, `host:port`, or `*` for all) that may be private or http. */
export function callbackUrlFlaw(text: string, allowedHosts: readonly string[] = []): string | null {
	if (text.length > 2048) return 'must have at most 2048 characters';
	const url = parsed(text);
	if (url === null) return 'must be an absolute URL';
	if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must be an https URL';
	// `%2e`, an ideographic full stop, `0x7f.1` and a tab inside a name all mean a host that the eye does not read.
	if (!spellsItsHost(text, url)) return 'must spell its host plainly, in lower-case ASCII, without user name or password';
	if (allowedHosts.includes('*') || allowedHosts.includes(url.host) || allowedHosts.includes(url.hostname)) return null;
	if (url.protocol !== 'https:') return 'must be an https URL';
	if (url.port !== '' && url.port !== '8443') return 'must use port 443 or 8443';
	return hostFlaw(url.hostname);
}

/** Whether an address (v4 or v6 as text) is public unicast; anything that is no address is not. */
export function isPublicAddress(address: string): boolean {
	if (!ipaddr.isValid(address)) return false;
	return ipaddr.parse(address).range() === 'unicast';
}

function parsed(text: string): URL | null {
	try {
		return new URL(text);
	} catch {
		return null;
	}
}

function spellsItsHost(text: string, url: URL): boolean {
	const authority = /^https?:\/\/([^/?#]*)/i.exec(text)?.[1];
	if (authority === undefined || /[\s\\@\p{Cc}]/u.test(text.slice(0, text.indexOf(authority) + authority.length))) return false;
	const standardPort = url.protocol === 'https:' ? ':443' : ':80';
	return authority === url.host || authority === `${url.hostname}${standardPort}`;
}

function hostFlaw(hostname: string): string | null {
	const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
	if (ipaddr.isValid(bare)) return isPublicAddress(bare) ? null : 'must not point to a private or special address';
	if (!/^(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(hostname)) return 'must name a public host, such as hooks.example.com';
	if (/\.(localhost|local|internal|intranet|lan|home|corp|private|arpa|onion)$/.test(`.${hostname}`)) {
		return 'must name a public host, such as hooks.example.com';
	}
	return null;
}

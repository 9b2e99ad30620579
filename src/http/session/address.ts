/** Whose request this is, for counting tries. */
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import ipaddr from 'ipaddr.js';

/**
 * The client's address. Behind `trustedProxies` proxies it is the entry that the outermost of them wrote into `X-Forwarded-For`,
 * counted from the right: what stands further left was sent by the client and could be anything. An IPv6 client owns a whole /64,
 * so that is what is counted.
 */
export function addressOf(context: Context, trustedProxies: number): string {
	const hops = (context.req.header('x-forwarded-for') ?? '').split(',').map((hop) => hop.trim());
	const forwarded = trustedProxies > 0 ? hops.at(-trustedProxies) : undefined;
	const text = forwarded || socketAddress(context);
	if (!ipaddr.isValid(text)) return 'unknown';
	const address = ipaddr.process(text);
	if (address.kind() === 'ipv4') return address.toString();
	return `${(address as ipaddr.IPv6).parts
		.slice(0, 4)
		.map((part) => part.toString(16))
		.join(':')}::/64`;
}

function socketAddress(context: Context): string {
	try {
		return getConnInfo(context).remote.address ?? '';
	} catch {
		// Called without a socket, as tests of routes do.
		return '';
	}
}

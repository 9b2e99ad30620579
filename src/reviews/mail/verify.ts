/**
 * Whether a mail really comes from the domain that its `From` names: a DKIM signature of that domain, checked by us against the
 * domain's key in the DNS; or the word of a mail server of the operator's that has checked it. The address that connected is not
 * asked (SPF): behind a relay of one's own it would vouch for every forgery that the relay passes on.
 */
import { Resolver } from 'node:dns/promises';
import type { DNSResolver } from 'mailauth';
import type { Fields } from './nature.ts';
import { canonicalAddress, domainOf } from './sender.ts';

/** `later`: the DNS did not answer; the mail should be offered again. */
export type Verified = 'pass' | 'fail' | 'later';

export interface VerifySettings {
	/** The DNS; the system's where absent. */
	readonly resolver?: DNSResolver;
	/** Name under which a mail server of the operator's reports; it must remove what others write under it. */
	readonly authservId?: string | null | undefined;
	readonly timeoutMs?: number;
}

/** `vouched`: it was handed in by the operator's own server, whose word is taken. */
export type Verify = (mail: { raw: Uint8Array; fields: Fields; sender: string; vouched: boolean }) => Promise<Verified>;

/** Checks senders. */
export function senderVerifier({ resolver, authservId, timeoutMs = 10_000 }: VerifySettings): Verify {
	const dns = new Resolver({ timeout: 2000, tries: 2 });
	const resolve: DNSResolver = resolver ?? ((name, type) => dns.resolve(name, type) as Promise<string[]>);
	return async ({ raw, fields, sender, vouched }) => {
		if (vouched && authservId != null && vouchedFor(fields, authservId, domainOf(sender))) return 'pass';
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<Verified>((done) => {
			timer = setTimeout(() => done('later'), timeoutMs);
		});
		try {
			return await Promise.race([signed(raw, sender, resolve), late]);
		} finally {
			clearTimeout(timer);
		}
	};
}

/** DKIM, with the alignment that the domain asks for in its DMARC record. */
async function signed(raw: Uint8Array, sender: string, resolver: DNSResolver): Promise<Verified> {
	// A fifth of a second to load, and needed only where mails are replied to.
	const { authenticate } = await import('mailauth');
	const options = { resolver, mta: 'countersign.invalid', disableArc: true, disableBimi: true, rejectRsaSha1: true };
	const { dkim, dmarc } = await authenticate(Buffer.from(raw), options);
	// Both must have read the same sender: two readings of one header are how mails are disguised.
	const [from, ...others] = dkim.headerFrom ?? [];
	if (from === undefined || others.length > 0 || canonicalAddress(from) !== sender) return 'fail';
	const results = dkim.results ?? [];
	// A signature over a part of the body says nothing about the rest.
	if (results.some(({ status }) => status.result === 'pass' && status.aligned && !status.underSized)) return 'pass';
	const unsure = results.some(({ status }) => status.result === 'temperror');
	return unsure || (dmarc && dmarc.status.result === 'temperror') ? 'later' : 'fail';
}

/**
 * Whether the topmost `Authentication-Results` is by the server that we trust and says that the sender's domain stands behind the
 * mail. Only the topmost: whatever lies below may have come with the mail (R-E2).
 */
function vouchedFor(fields: Fields, authservId: string, domain: string): boolean {
	const value = fields.find(({ key }) => key === 'authentication-results')?.value;
	if (value === undefined || value.length > 8000) return false;
	const [id = '', ...results] = withoutComments(value).split(';');
	if (id.trim().split(/\s+/)[0]?.toLowerCase() !== authservId.toLowerCase()) return false;
	return results.some((result) => {
		const text = result.trim().toLowerCase();
		const property = (name: string): string =>
			new RegExp(`(?:^|\\s)${name.replaceAll('.', '\\.')}\\s*=\\s*"?@?([^\\s";]+)`).exec(text)?.[1] ?? '';
		if (/^dmarc\s*=\s*pass\b/.test(text)) return property('header.from') === domain;
		if (!/^dkim\s*=\s*pass\b/.test(text)) return false;
		const by = property('header.d') || property('header.i').replace(/^.*@/, '');
		return by.includes('.') && (domain === by || domain.endsWith(`.${by}`));
	});
}

/** Comments may hold anything, `dmarc=pass` too. Nested ones leave a stray parenthesis, with which nothing passes. */
const withoutComments = (value: string): string => value.replace(/\([^()]*\)/g, ' ').replace(/\(.*$/s, ';');

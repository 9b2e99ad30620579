/** Who a mail says that it is from: one person at one address, or nobody. Pure. */
import { domainToASCII } from 'node:url';
import { decodeWords } from 'postal-mime';

/** A name in front of the address: quoted, or plain words (encoded ones too). Neither can hold what would begin another address. */
const phrase = String.raw`(?:"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*"|[^<>()@,;:"\\[\]\x00-\x1f\x7f]+)`;
const address = String.raw`[A-Za-z0-9.!#$%&'*+/=?^_${'`'}{|}~-]{1,64}@[^\s<>()@,;:"\\[\]\x00-\x20\x7f]{1,253}`;
const form = new RegExp(`^(?:(?:(${phrase})\\s*)?<(${address})>|(${address}))$`, 'u');

/**
 * The address of `From`, in small letters and with its domain in ASCII, or null where that cannot be said for sure: more or fewer
 * than one header, more than one address, a group, a comment, a route, a name that pretends to be another address.
 */
export function soleSender(fromHeaders: readonly string[]): string | null {
	const [value, ...others] = fromHeaders;
	if (value === undefined || others.length > 0 || value.length > 1000) return null;
	const [, name = '', angled, bare] = form.exec(value.trim()) ?? [];
	const found = canonicalAddress(angled ?? bare ?? '');
	// An encoded word has no place inside an address: some program would show it decoded.
	if (found === null || found.includes('=?')) return null;
	const shown = decodeWords(name.replace(/^"|"$/g, ''));
	if (/[\p{Cc}\p{Cf}]/u.test(shown)) return null;
	// Some programs put the address where the name would be; any other address there is a disguise.
	if (shown.includes('@') && canonicalAddress(shown.trim()) !== found) return null;
	return found;
}

/** An address in the form in which addresses are compared; null where it is none. */
export function canonicalAddress(text: string): string | null {
	const at = text.lastIndexOf('@');
	if (at < 1) return null;
	const given = text.slice(at + 1);
	// The conversion reads a host out of a URL: behind `?`, `/` or `#` it would not look.
	if (/[^A-Za-z0-9.\u0080-\u{10ffff}-]/u.test(given)) return null;
	const domain = domainToASCII(given);
	return domain === '' ? null : `${text.slice(0, at).toLowerCase()}@${domain.toLowerCase()}`;
}

/** The domain of a canonical address. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** The token that says which of our mails a reply belongs to, and the addresses that carry it. Pure. */
import type { Envelope, Fields } from './nature.ts';

/** Why somebody writes to one of our addresses. */
export type Purpose = 'reply' | 'bounce';

export interface FoundToken {
	readonly purpose: Purpose;
	readonly token: string;
}

/** `ambiguous`: it carries tokens of several mails, so that nobody can say which one is meant. */
export type TokenSearch = FoundToken | 'ambiguous' | null;

const tokenIn = '([0-9a-z]{26})';
/** Domains are compared by their text, which is the only thing of ours that a regular expression is made from. */
const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The address forms of a reply domain: `reply+token@domain`, `bounce+token@domain`. */
export function addressToken(address: string, domain: string): FoundToken | null {
	const match = new RegExp(`^(reply|bounce)\\+${tokenIn}@${literal(domain)}$`, 'i').exec(address.trim());
	return match === null ? null : { purpose: match[1]?.toLowerCase() as Purpose, token: (match[2] ?? '').toLowerCase() };
}

/** Whether our mail server takes mail for an address: one with a token, or the plain address of the domain. */
export const isOurs = (address: string, domain: string): boolean =>
	addressToken(address, domain) !== null || new RegExp(`^(reply|postmaster)@${literal(domain)}$`, 'i').test(address.trim());

/**
 * The token of a mail. What it was addressed to comes first: a header that the sender signed, then the envelope. Mail systems
 * that know no plus addresses leave the references, of which the last one is what was replied to.
 */
export function tokenOf(fields: Fields, envelope: Envelope, domain: string): TokenSearch {
	const given = valuesOf(fields, ['to', 'cc']).flatMap((value) => found(value, `(reply|bounce)\\+${tokenIn}@${literal(domain)}`));
	const sent = envelope.to.flatMap((address) => addressToken(address, domain) ?? []);
	const addressed = distinct([...given, ...sent]);
	if (addressed.length > 1) return 'ambiguous';
	if (addressed[0] !== undefined) return addressed[0];
	const references = valuesOf(fields, ['references', 'in-reply-to']).flatMap((value) =>
		[...value.matchAll(new RegExp(`<${tokenIn}\\.reply@${literal(domain)}>`, 'gi'))].map((match) =>
			(match[1] ?? '').toLowerCase(),
		),
	);
	const last = references.at(-1);
	return last === undefined ? null : { purpose: 'reply', token: last };
}

const valuesOf = (fields: Fields, names: readonly string[]): string[] =>
	fields.filter(({ key }) => names.includes(key)).map(({ value }) => value.slice(0, 8000));

const found = (value: string, form: string): FoundToken[] =>
	[...value.matchAll(new RegExp(`(?<![a-z0-9.+_-])${form}(?![a-z0-9.-])`, 'gi'))].map((match) => ({
		purpose: match[1]?.toLowerCase() as Purpose,
		token: (match[2] ?? '').toLowerCase(),
	}));

const distinct = (all: readonly FoundToken[]): FoundToken[] => [
	...new Map(all.map((each) => [`${each.purpose}${each.token}`, each])).values(),
];

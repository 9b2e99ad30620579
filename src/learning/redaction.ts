/**
 * Takes personal data out of examples before they leave the house. What is taken out leaves a name that is the same wherever it
 * stood in one export, and differs between exports: who talks about whom stays readable, who it is does not. Pure.
 */
import { createHmac } from 'node:crypto';

export interface Redaction {
	/** A text without addresses, telephone numbers, and long numbers of any kind. */
	text(given: string): string;
	/** The name that stands for a person. */
	person(id: string): string;
	/** Any JSON value, keys included; values under names such as `password` go altogether. */
	value(given: unknown): unknown;
}

const email = /[^\s<>"'(),;:]{1,64}@[^\s<>"'(),;:@]{1,253}\.[^\s<>"'(),;:@.]{2,63}/gu;
const link = /\bhttps?:\/\/[^\s<>"']+/giu;
/** Letters and digits of an account number such as an IBAN. */
const account = /\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,9}\b/giu;
/** Six digits or more, with what people put between them: cards, telephones, identity and bank numbers, birthdays. */
const number = /\+?\p{Nd}(?:[\s\-_./()·]{0,2}\p{Nd}){5,}/gu;
const secretName =
	/pass(word|wd|code|phrase)|secret|token|authori[sz]ation|credential|api[-_]?key|cookie|\bcvv\b|\bcvc\b|\bpin\b/i;
/** A value's nesting is bounded where it comes in; deeper than that nothing is kept. */
const mostDepth = 24;

/** `key`: made for one export and thrown away. */
export function redactionWith(key: string): Redaction {
	const named = (kind: string, value: string): string =>
		`[${kind}:${createHmac('sha256', key).update(value.normalize('NFKC').trim().toLowerCase()).digest('hex').slice(0, 6)}]`;
	const digits = (found: string): string => found.replaceAll(/\P{Nd}/gu, '');
	const text = (given: string): string =>
		given
			.replaceAll(/[\p{Cf}\u00ad]/gu, '')
			.replaceAll(link, (found) => named('link', found))
			.replaceAll(email, (found) => named('email', found))
			.replaceAll(account, (found) => named('account', found.replaceAll(/[ -]/g, '')))
			.replaceAll(number, (found) => named('number', digits(found)));
	const value = (given: unknown, depth = 0): unknown => {
		if (depth > mostDepth) return '[left out]';
		if (typeof given === 'string') return text(given);
		if (typeof given === 'number')
			return Number.isInteger(given) && Math.abs(given) >= 1e8 ? named('number', String(Math.abs(given))) : given;
		if (Array.isArray(given)) return given.map((each) => value(each, depth + 1));
		if (typeof given !== 'object' || given === null) return given;
		return Object.fromEntries(
			Object.entries(given).map(([name, each]) => [text(name), secretName.test(name) ? '[left out]' : value(each, depth + 1)]),
		);
	};
	return { text, person: (id) => named('person', id), value: (given) => value(given) };
}

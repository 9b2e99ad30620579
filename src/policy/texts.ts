/** The texts of a proposal that are searched: who wrote each, and no more of them than can be searched at once. */
import type { Proposal } from '../domain/action.ts';
import type { PolicyDocument } from './document.ts';

/** More characters than an entrance lets in; what is over it would go unsearched, and so asks for approval instead. */
const mostCharacters = 400_000;
/** Numbers in arguments that are long enough to be an identifier. */
const longNumber = 1e12;

/** Texts by author: the end user's words, what the agent writes, everything else (tools, system, context). */
export interface Texts {
	readonly customer: readonly string[];
	readonly prose: readonly string[];
	readonly other: readonly string[];
	/** Whether there was more than can be searched. */
	readonly cut: boolean;
}

/** Gathers the texts that `scan` names. */
export function textsOf(proposal: Proposal, scan: ReadonlySet<PolicyDocument['scan'][number]>): Texts {
	const customer: string[] = [];
	const prose: string[] = [];
	const other: string[] = [];
	if (scan.has('arguments')) stringsIn(proposal.arguments, prose);
	if (scan.has('reasoning') && proposal.reasoning !== undefined) prose.push(proposal.reasoning);
	if (scan.has('conversation') && proposal.conversation !== undefined) {
		for (const message of proposal.conversation) {
			(message.role === 'user' ? customer : message.role === 'agent' ? prose : other).push(message.text);
		}
	}
	if (scan.has('context')) stringsIn(proposal.context, other);
	let left = mostCharacters;
	for (const texts of [customer, prose, other]) for (const text of texts) left -= text.length;
	if (left >= 0) return { customer, prose, other, cut: false };
	const short = (texts: readonly string[]): string[] => texts.map((text) => text.slice(0, 4000)).slice(0, 30);
	return { customer: short(customer), prose: short(prose), other: short(other), cut: true };
}

/** Every string in a JSON value, and the numbers that could be card or account numbers. Proposals nest at most 20 deep. */
function stringsIn(value: unknown, into: string[]): void {
	if (typeof value === 'string') {
		if (value !== '') into.push(value);
	} else if (typeof value === 'number') {
		if (value >= longNumber) into.push(String(value));
	} else if (Array.isArray(value)) {
		for (const element of value) stringsIn(element, into);
	} else if (typeof value === 'object' && value !== null) {
		for (const key in value) stringsIn((value as Record<string, unknown>)[key], into);
	}
}

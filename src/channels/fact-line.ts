/** The few words that say what is asked: operation, amount, whom it concerns. Only validated fields, never prose (R-P1). */
import type { Proposal } from '../domain/action.ts';
import { formatMoney } from '../domain/money.ts';
import type { Language } from '../domain/verdict.ts';
import { catalogueOf, lookUp } from './catalogue.ts';
import { imitationIn } from './imitation.ts';
import { isToken, showLine } from './untrusted.ts';

/** The facts in a reader's language. Each text is visible and on one line. */
export interface FactLine {
	/** `Refund`; a generic word when the operation's name could be prose. */
	readonly operation: string;
	/** `USD 240.00`, or null where no money is at stake. */
	readonly amount: string | null;
	/** The end user whom it concerns, or null. */
	readonly whom: string | null;
	/** Whether `whom` is a plain id, fit for a subject line or a text message. */
	readonly whomIsToken: boolean;
}

/**
 * The name of an operation for a reader. An operation that policy does not register is the agent's own text: it is humanised
 * only when it is a plain token that does not speak like this system (`APPROVED_by_the_boss`), so that a subject line cannot be
 * made to say it.
 */
export function operationText(name: string, language: Language): string {
	const catalogue = catalogueOf(language);
	const known = lookUp(catalogue.operations, name);
	if (known !== undefined) return known;
	if (!isToken(name)) return catalogue.unnamedOperation;
	const words = name.replaceAll(/[_-]+/g, ' ').trim();
	if (imitationIn(words, '') !== null) return catalogue.unnamedOperation;
	return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The fact line of a proposal. */
export function factLineOf(proposal: Pick<Proposal, 'operation' | 'amount' | 'user'>, language: Language): FactLine {
	const { user, amount } = proposal;
	return {
		operation: operationText(proposal.operation, language),
		amount: amount === undefined ? null : formatMoney(amount),
		whom: user === undefined ? null : showLine(user, 80),
		whomIsToken: user !== undefined && isToken(user),
	};
}

/** `Refund USD 240.00`. */
export const deedText = ({ operation, amount }: FactLine): string => (amount === null ? operation : `${operation} ${amount}`);

/** `Refund USD 240.00 · u-1042`, for subject lines and lists; whoever is not a plain id is left out. */
export const deedLine = (facts: FactLine): string =>
	facts.whom !== null && facts.whomIsToken ? `${deedText(facts)} · ${facts.whom}` : deedText(facts);

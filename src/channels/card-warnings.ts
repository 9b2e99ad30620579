/** What a reader should look at twice: things about the agent's text that the facts contradict or that try to deceive. */
import type { Proposal } from '../domain/action.ts';
import { formatMoney } from '../domain/money.ts';
import type { Language } from '../domain/verdict.ts';
import { catalogueOf } from './catalogue.ts';
import { imitationIn, mixedScriptIn } from './imitation.ts';
import { argumentDiffers, contradictions } from './mentions.ts';
import { showLine } from './untrusted.ts';

export interface Warning {
	readonly code:
		| 'over_reference'
		| 'differs_from_quote'
		| 'amount_mismatch'
		| 'argument_mismatch'
		| 'imitation'
		| 'mixed_script'
		| 'hidden';
	readonly text: string;
}

/** What the warnings are worked out from. `hidden`: how many hidden characters all shown texts held together. */
export interface Suspect {
	readonly proposal: Proposal;
	readonly hidden: number;
	/** Host name of our own links, which an agent's text has no business to name. */
	readonly host: string;
}

const aboutMoney = /(?:^|[._])(?:amount|total|sum|refund_amount|value|price|金额|总额)$/i;

/** Warnings, the ones about money first. */
export function warningsOf({ proposal, hidden, host }: Suspect, language: Language): Warning[] {
	const { warnings: say } = catalogueOf(language);
	const found: Warning[] = moneyWarnings(proposal, language);
	for (const text of textsOf(proposal)) {
		const imitation = imitationIn(text, host);
		if (imitation !== null) found.push({ code: 'imitation', text: say.imitation(showLine(imitation, 60)) });
		const mixed = mixedScriptIn(text);
		if (mixed !== null) found.push({ code: 'mixed_script', text: say.mixedScript(showLine(mixed, 40)) });
	}
	if (hidden > 0) found.push({ code: 'hidden', text: say.hidden(hidden) });
	return firstOfEach(found);
}

/** One warning of the deceptive kinds is enough; several contradicted amounts are not the same news. */
function firstOfEach(found: readonly Warning[]): Warning[] {
	const once = new Set<Warning['code']>(['imitation', 'mixed_script']);
	return found.filter(
		(warning, index) => !once.has(warning.code) || found.findIndex((other) => other.code === warning.code) === index,
	);
}

const textsOf = ({ reasoning, operation, user, payee, arguments: given }: Proposal): string[] =>
	[reasoning, operation, user, payee, ...Object.values(given)].filter((text): text is string => typeof text === 'string');

function moneyWarnings(proposal: Proposal, language: Language): Warning[] {
	const { card, warnings: say } = catalogueOf(language);
	const { amount, referenceAmount: reference = null, quotedAmount: quoted = null, reasoning = '' } = proposal;
	if (amount === undefined) return [];
	const found: Warning[] = [];
	const real = formatMoney(amount);
	const over = overReference(proposal, language);
	if (over !== null) found.push({ code: 'over_reference', text: `${real}: ${over}` });
	if (quoted !== null && (quoted.minor !== amount.minor || quoted.currency !== amount.currency))
		found.push({ code: 'differs_from_quote', text: `${real}: ${card.differsFromQuote(formatMoney(quoted))}` });
	for (const piece of contradictions(reasoning, { amount, reference, quoted }))
		found.push({ code: 'amount_mismatch', text: say.amountMismatch(showLine(piece, 40), real) });
	for (const [name, value] of Object.entries(proposal.arguments))
		if (aboutMoney.test(name) && argumentDiffers(value, amount))
			found.push({
				code: 'argument_mismatch',
				text: say.argumentMismatch(showLine(name, 40), showLine(String(value), 24), real),
			});
	return found;
}

/** `10 times the reference amount of USD 240.00`, or null where the amount is within its reference or there is none. */
export function overReference({ amount, referenceAmount: reference }: Proposal, language: Language): string | null {
	const { card } = catalogueOf(language);
	if (amount === undefined || reference === undefined || amount.currency !== reference.currency) return null;
	if (Math.abs(amount.minor) <= Math.abs(reference.minor)) return null;
	const times = reference.minor === 0 ? Number.POSITIVE_INFINITY : Math.abs(amount.minor / reference.minor);
	if (times < 2 || times > 1e6) return card.aboveReference(formatMoney(reference));
	return card.overReference(String(Math.floor(times * 10) / 10), formatMoney(reference));
}

/** What is at stake, in the policy's currency, and the amount rules over it: above 5000 escalates, above 500 asks. */
import type { Proposal } from '../domain/action.ts';
import { formatMoney, type Money, parseMoney } from '../domain/money.ts';
import type { Reason } from '../domain/verdict.ts';
import type { AmountRuleEntry } from './document-condition.ts';
import { brief, type Grounds, reason, say } from './grounds.ts';
import type { Operation } from './policy.ts';
import { type Rates, toBase } from './rates.ts';
import type { Scene } from './scene.ts';
import type { StrictRoute } from './vocabulary.ts';

/** The money that an action puts at stake. */
export interface Stake {
	/** The larger of the amount proposed and the one inside the arguments, absolute, in minor units of the base; null: unknown or none. */
	readonly minor: number | null;
	/** A currency without a rate: nothing can be compared. */
	readonly unconvertible: string | null;
	/** The amount inside the arguments: money, null where there is none, `unreadable` where it is no amount. */
	readonly argument: Money | 'unreadable' | null;
	/** Whether a rate of the table was needed. */
	readonly converted: boolean;
}

const nothing: Stake = { minor: null, unconvertible: null, argument: null, converted: false };

/** Works out what is at stake. An amount that hides in the arguments counts even where none was proposed. */
export function stakeOf(proposal: Proposal, operation: Operation, rates: Rates): Stake {
	const argument = operation.amountArgument === null ? null : amountArgument(proposal, operation.amountArgument, rates.base);
	const inside = argument === 'unreadable' ? null : argument;
	if (proposal.amount === undefined && inside === null) return argument === null ? nothing : { ...nothing, argument };
	let minor: number | null = null;
	let unconvertible: string | null = null;
	let converted = false;
	for (const money of [proposal.amount, inside]) {
		if (money === undefined || money === null) continue;
		const base = toBase(money, rates);
		if (base === null) unconvertible = money.currency;
		else minor = Math.max(minor ?? 0, base);
		converted ||= money.currency !== rates.base;
	}
	return { minor, unconvertible, argument, converted };
}

function amountArgument(proposal: Proposal, path: readonly string[], base: string): Stake['argument'] {
	let value: unknown = proposal.arguments;
	for (const key of path) {
		if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null;
		value = (value as Record<string, unknown>)[key];
	}
	if (value === null || value === undefined) return null;
	if (typeof value !== 'string' && typeof value !== 'number') return 'unreadable';
	const money = parseMoney(value, proposal.amount?.currency ?? base);
	return typeof money === 'string' ? 'unreadable' : money;
}

/** One amount rule, compiled. */
export interface AmountRule {
	readonly id: string;
	/** In minor units of the base. */
	readonly above: number;
	readonly route: StrictRoute;
	readonly reason: Reason;
}

/** The id of an amount rule in explanations: its own, or one made from the amount (`above_500`). */
export const amountRuleId = (entry: AmountRuleEntry): string =>
	entry.id ?? `above_${entry.above.replace(/\.0*$/, '').replace('.', '_')}`;

export function compileAmountRule(entry: AmountRuleEntry, above: Money): AmountRule {
	const shown = formatMoney(above);
	const text = {
		approval: say(`above ${shown} a person is asked, whatever the confidence`, `超过 ${shown} 必须审批，不论置信度`),
		escalation: say(`above ${shown} the action is handed over, whatever the confidence`, `超过 ${shown} 一律转人工，不论置信度`),
		block: say(`above ${shown} the action is refused`, `超过 ${shown} 一律拒绝`),
	}[entry.route];
	const id = amountRuleId(entry);
	return { id, above: above.minor, route: entry.route, reason: reason(`amount.${id}`, entry.route, text) };
}

/** Amount rules, and what stands in the way of applying them. */
export function judgeAmount({ stake, operation, policy, now }: Scene, grounds: Grounds): void {
	if (stake.unconvertible !== null) {
		const currency = brief(stake.unconvertible, 8);
		grounds.add(
			reason(
				'amount.currency_unknown',
				'approval',
				say(`the policy has no rate for ${currency}`, `策略中没有 ${currency} 的汇率`),
			),
		);
	}
	if (stake.converted && now > policy.rates.staleAt) grounds.add(ratesStale);
	if (stake.minor === null) return;
	for (const rule of operation.amounts) {
		// Written so that an amount which is no number counts as above.
		if (!(stake.minor <= rule.above)) grounds.add(rule.reason, 'high');
	}
}

const ratesStale = reason(
	'amount.rates_stale',
	'approval',
	say('the exchange rates of the policy are too old', '策略中的汇率已过期'),
);

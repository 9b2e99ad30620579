/** Sanity checks of an action against its own context: is this plausible at all, however sure the agent is? */
import type { Proposal } from '../domain/action.ts';
import { formatMoney, type Money } from '../domain/money.ts';
import type { Text } from '../domain/verdict.ts';
import { brief, type Grounds, reason, say } from './grounds.ts';
import { isAbove } from './rates.ts';
import type { Scene } from './scene.ts';
import type { CheckName } from './vocabulary.ts';

type Check = (scene: Scene) => Text | null;

/** In the order in which they are told. */
const checks: readonly (readonly [CheckName, Check])[] = [
	['arguments_invalid', argumentsInvalid],
	['amount_missing', amountMissing],
	['amount_negative', amountNegative],
	['amount_contradiction', amountContradiction],
	['over_reference', overReference],
	['quoted_mismatch', quotedMismatch],
	['repeat', repeated],
	['prior_refusal', refusedBefore],
];

/** Runs every check that the operation has on. */
export function judgeChecks(scene: Scene, grounds: Grounds): void {
	for (const [name, check] of checks) {
		const route = scene.operation.checks[name];
		if (route === null) continue;
		const text = check(scene);
		if (text !== null) grounds.add(reason(`check.${name}`, route, text), 'medium');
	}
}

function argumentsInvalid({ operation, proposal }: Scene): Text | null {
	if (operation.arguments === null) return null;
	const result = operation.arguments.safeParse(proposal.arguments);
	if (result.success) return null;
	const fields = new Set<string>();
	for (const issue of result.error.issues) {
		const keys = issue.code === 'unrecognized_keys' ? issue.keys : [''];
		for (const key of keys) fields.add([...issue.path, key].filter((part) => part !== '').join('.'));
	}
	const shown = brief([...fields].filter((field) => field !== '').join(', '), 50);
	const named = shown === '' ? '' : `: ${shown}`;
	return say(`the arguments do not fit the schema${named}`, `参数不符合模式${named}`);
}

function amountMissing({ operation, proposal }: Scene): Text | null {
	if (operation.amount === 'required' && proposal.amount === undefined)
		return say('the operation needs an amount', '该操作必须给出金额');
	if (operation.amount === 'forbidden' && proposal.amount !== undefined)
		return say('the operation takes no amount', '该操作不应带有金额');
	return null;
}

function amountNegative({ operation, proposal, stake }: Scene): Text | null {
	if (operation.negativeAmounts) return null;
	const inside = typeof stake.argument === 'object' ? stake.argument : null;
	const negative = [proposal.amount, inside].find((money) => money !== undefined && money !== null && money.minor < 0);
	return negative ? say(`the amount ${formatMoney(negative)} is negative`, `金额 ${formatMoney(negative)} 为负数`) : null;
}

function amountContradiction({ stake, proposal }: Scene): Text | null {
	const { argument } = stake;
	if (argument === null) return null;
	if (argument === 'unreadable') return say('the amount in the arguments cannot be read', '参数中的金额无法读取');
	const { amount } = proposal;
	if (amount === undefined || Math.abs(amount.minor) === Math.abs(argument.minor)) return null;
	return say(
		`the arguments say ${formatMoney(argument)}, the amount is ${formatMoney(amount)}`,
		`参数中为 ${formatMoney(argument)}，金额为 ${formatMoney(amount)}`,
	);
}

function overReference({ proposal, stake, policy }: Scene): Text | null {
	const { referenceAmount } = proposal;
	if (referenceAmount === undefined) return null;
	for (const money of amounts(proposal, stake.argument)) {
		const above = isAbove(money, referenceAmount, policy.rates);
		if (above === null) return say('the amount cannot be compared with its reference', '金额无法与参考值比较');
		if (!above) continue;
		return say(
			`${formatMoney(money)} is over the reference of ${formatMoney(referenceAmount)}`,
			`${formatMoney(money)} 超过参考值 ${formatMoney(referenceAmount)}`,
		);
	}
	return null;
}

function amounts({ amount }: Proposal, argument: Scene['stake']['argument']): Money[] {
	const found = amount === undefined ? [] : [amount];
	if (argument !== null && argument !== 'unreadable') found.push(argument);
	return found;
}

function quotedMismatch({ proposal: { amount, quotedAmount } }: Scene): Text | null {
	if (amount === undefined || quotedAmount === undefined) return null;
	// The absolute values: who pays whom is not what a quote is about. Another currency is another price.
	if (amount.currency === quotedAmount.currency && Math.abs(amount.minor) === Math.abs(quotedAmount.minor)) return null;
	return say(
		`${formatMoney(amount)} is not the ${formatMoney(quotedAmount)} quoted`,
		`${formatMoney(amount)} 与报价 ${formatMoney(quotedAmount)} 不符`,
	);
}

function repeated({ facts }: Scene): Text | null {
	if (facts.repeatOf === null || facts.repeatOf === undefined) return null;
	const id = brief(facts.repeatOf, 40);
	return say(`repeats ${id} exactly`, `与 ${id} 完全相同`);
}

function refusedBefore({ facts, proposal }: Scene): Text | null {
	const told = proposal.context.prior_refusals;
	// Written so that what is no number counts as a refusal.
	const clean =
		facts.refusals <= 0 && (told === undefined || told === null || told === false || (typeof told === 'number' && told <= 0));
	return clean ? null : say('an action in this conversation was refused before', '本次会话中曾有操作被拒绝执行');
}

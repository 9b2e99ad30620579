/** Checks of money, amounts, rules, limits, escalation and signals. */
import { isCurrency, type MoneyError, parseMoney } from '../domain/money.ts';
import { routes } from '../domain/verdict.ts';
import { amountRuleId } from './amounts.ts';
import { didYouMean } from './did-you-mean.ts';
import type { PolicyDocument } from './document.ts';
import { compileRate } from './rates.ts';
import type { Report } from './semantics.ts';
import { builtInSignals } from './vocabulary.ts';
import { fold, isFindable, mostCharacters } from './word-finder.ts';
import type { Path } from './yaml-source.ts';

interface Context {
	readonly document: PolicyDocument;
	readonly report: Report;
}

export function checkConditions(document: PolicyDocument, report: Report): void {
	const context = { document, report };
	checkMoney(context);
	checkAmounts(context);
	checkRules(context);
	const limits = new Map<string, number>();
	for (const [i, limit] of document.limits.entries()) {
		checkScope(limit, ['limits', i], context);
		checkUnique(limit.id, limits, { path: ['limits', i, 'id'], report });
		if (limit.max_sum !== undefined) checkAmount(limit.max_sum, ['limits', i, 'max_sum'], context);
	}
	checkSignals(context);
}

function checkMoney({ document, report }: Context): void {
	if (!isCurrency(document.currency)) report.problem(['currency'], `\`${document.currency}\` is not an ISO 4217 code`);
	for (const [code, decimal] of Object.entries(document.rates?.to_base ?? {})) {
		const path = ['rates', 'to_base', code];
		if (!isCurrency(code)) report.problem(path, `\`${code}\` is not an ISO 4217 code`, 'key');
		else if (code === document.currency) report.problem(path, 'is the currency of the policy itself; leave it out', 'key');
		else if (compileRate(code, 'USD', decimal) === null) report.problem(path, 'must be a decimal above zero such as `"1.08"`');
	}
	checkAmount(document.urgent_above, ['urgent_above'], { document, report });
	for (const [channel, { max_amount }] of Object.entries(document.channel_limits))
		if (max_amount !== null) checkAmount(max_amount, ['channel_limits', channel, 'max_amount'], { document, report });
	if (document.step_up_above !== null) checkAmount(document.step_up_above, ['step_up_above'], { document, report });
	if (document.bulk !== false) checkAmount(document.bulk.max_sum, ['bulk', 'max_sum'], { document, report });
}

const moneyMessages: Record<MoneyError, string> = {
	amount_type: 'must be a decimal such as `"500.00"`',
	amount_range: 'is too large or has too many digits',
	currency_unknown: 'has no currency: `currency` is not an ISO 4217 code',
	currency_decimals: 'has more decimals than the currency',
};

export function checkAmount(amount: string, path: Path, { document, report }: Context): void {
	const money = parseMoney(amount, document.currency);
	// An unknown currency is told once, where it stands.
	if (typeof money === 'string' && money !== 'currency_unknown') report.problem(path, moneyMessages[money]);
	else if (typeof money !== 'string' && money.minor >= Number.MAX_SAFE_INTEGER) report.problem(path, moneyMessages.amount_range);
}

interface Scoped {
	readonly operations?: readonly string[] | undefined;
	readonly risk_classes?: readonly string[] | undefined;
}

/** Names of operations and risk classes exist: a misspelt one would make a rule that never applies. */
export function checkScope(scope: Scoped, path: Path, { document, report }: Context): void {
	for (const [field, known] of [
		['operations', document.operations],
		['risk_classes', document.thresholds],
	] as const) {
		for (const [i, name] of (scope[field] ?? []).entries()) {
			if (Object.hasOwn(known, name)) continue;
			const what = field === 'operations' ? 'operation' : 'risk class';
			report.problem([...path, field, i], `unknown ${what} \`${name}\`${didYouMean(name, Object.keys(known))}`);
		}
	}
}

function checkUnique(id: string, seen: Map<string, number>, { path, report }: { path: Path; report: Report }): void {
	const first = seen.get(id);
	if (first === undefined) seen.set(id, Number(path[1]));
	else report.problem(path, `the id \`${id}\` is used by \`${String(path[0])}[${first}]\` as well`);
}

const sameScope = (a: Scoped, b: Scoped): boolean =>
	JSON.stringify([a.operations, a.risk_classes]) === JSON.stringify([b.operations, b.risk_classes]);

function checkAmounts(context: Context): void {
	const { document, report } = context;
	const seen = new Map<string, number>();
	for (const [i, entry] of document.amounts.entries()) {
		checkAmount(entry.above, ['amounts', i, 'above'], context);
		checkScope(entry, ['amounts', i], context);
		const scopes = [...(entry.operations ?? []), ...(entry.risk_classes ?? [])];
		checkUnique(amountRuleId(entry), seen, { path: ['amounts', i, ...(entry.id === undefined ? [] : ['id'])], report });
		for (const [j, other] of document.amounts.entries()) {
			const covered =
				sameScope(entry, other) &&
				Number(other.above) <= Number(entry.above) &&
				routes.indexOf(other.route) >= routes.indexOf(entry.route);
			if (j === i || !covered || (Number(other.above) === Number(entry.above) && other.route === entry.route && j > i)) continue;
			report.warning(
				['amounts', i],
				`can never matter${scopes.length > 0 ? ' for its operations' : ''}: \`amounts[${j}]\` asks for \`${other.route}\` above ${other.above} already`,
			);
			break;
		}
	}
}

function checkRules(context: Context): void {
	const { document, report } = context;
	const seen = new Map<string, number>();
	const conditions = new Map<string, number>();
	const consulted =
		document.mode !== 'confidence' || Object.values(document.operations).some(({ mode }) => mode === 'both' || mode === 'rules');
	if (!consulted && document.rules.length > 0) {
		report.problem(['rules'], 'mode `confidence` consults no rules; remove them or use `mode: both`', 'key');
	}
	for (const [i, entry] of document.rules.entries()) {
		checkScope(entry, ['rules', i], context);
		checkUnique(entry.id, seen, { path: ['rules', i, 'id'], report });
		const when = entry.when.trim();
		const everything = when === 'true' && entry.operations === undefined && entry.risk_classes === undefined;
		if (everything || when === 'false') report.warning(['rules', i, 'when'], `is always ${when}`);
		const key = JSON.stringify([when, entry.operations, entry.risk_classes]);
		const first = conditions.get(key);
		if (first === undefined) conditions.set(key, i);
		else report.warning(['rules', i], `overlaps \`rules[${first}]\`: the same condition; the strictest wins`);
	}
	if (
		document.otherwise !== 'approval' &&
		document.mode !== 'rules' &&
		Object.values(document.operations).every(({ mode }) => mode !== 'rules')
	) {
		report.warning(['otherwise'], 'is only read in mode `rules`');
	}
}

function checkSignals({ document, report }: Context): void {
	const own = Object.keys(document.signals);
	for (const [i, name] of document.escalation.hard.signals.entries()) {
		if ((builtInSignals as readonly string[]).includes(name) || own.includes(name)) continue;
		report.problem(
			['escalation', 'hard', 'signals', i],
			`unknown signal \`${name}\`${didYouMean(name, [...builtInSignals, ...own])}`,
		);
	}
	let phrases = 0;
	const characters = new Set<string>();
	for (const [name, signal] of Object.entries(document.signals)) {
		if ((builtInSignals as readonly string[]).includes(name))
			report.problem(['signals', name], `\`${name}\` is built in; choose another name`, 'key');
		for (const [i, phrase] of signal.phrases.entries()) {
			phrases++;
			const folded = fold(phrase);
			for (const character of folded) characters.add(character);
			if (!isFindable(folded))
				report.problem(['signals', name, 'phrases', i], 'holds characters that cannot be looked for, such as emoji');
		}
	}
	if (phrases > 500) report.problem(['signals'], 'must hold at most 500 phrases in all', 'key');
	// The built-in patterns need some of the classes that a finder has.
	if (characters.size > mostCharacters - 150)
		report.problem(['signals'], 'use too many different characters in their phrases', 'key');
}

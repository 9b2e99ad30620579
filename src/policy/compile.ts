/** From a checked document to a policy that only reads. Nothing here can fail for a document that the checks have passed. */
import type { z } from 'zod';
import { digestOf } from '../domain/digest.ts';
import { type Money, parseMoney } from '../domain/money.ts';
import { type Executor, type Fallback, type Reason, type Route, stricter } from '../domain/verdict.ts';
import { type AmountRule, compileAmountRule } from './amounts.ts';
import { compileArguments } from './argument-schema.ts';
import { rostersOf } from './availability.ts';
import { compileAnswerLimits } from './channel-limits.ts';
import { defaultThresholds, type PolicyDocument } from './document.ts';
import { type OperationEntry, operation as operationSchema } from './document-operation.ts';
import { reason, say } from './grounds.ts';
import { compileLimit, compileNearLimit } from './limits.ts';
import { compilePlans } from './plan.ts';
import { appliesTo, type Operation, type Policy } from './policy.ts';
import { compileRate, type Rates } from './rates.ts';
import type { Rule } from './rules.ts';
import { compileSignals } from './signals.ts';
import { compileBands } from './thresholds.ts';
import { builtInSignals, type CheckName, checkNames, type StrictRoute } from './vocabulary.ts';
import type { PolicyProblem } from './yaml-source.ts';

/** Operations that no document registers are judged as this class at best. */
export const unknownClass = 'high_risk_write';

/** What the checks found out on the way. */
export interface CheckedDocument {
	readonly document: PolicyDocument;
	readonly source: string;
	/** In the order of `document.rules`. */
	readonly rules: readonly Rule[];
	readonly warnings: readonly PolicyProblem[];
}

export function compilePolicy({ document, source, rules, warnings }: CheckedDocument): Policy {
	const rates = compileRates(document);
	const context = { document, rules, amounts: compileAmounts(document) };
	const operations = new Map<string, Operation>();
	for (const [name, entry] of Object.entries(document.operations))
		operations.set(name, compileOperation({ name, entry, known: true }, context));
	const unknown = compileOperation(
		{ name: '', entry: operationSchema.parse({ risk_class: unknownClass }), known: false },
		context,
	);
	const general = unknown.plans.escalation.at(-1);
	if (general === undefined) throw new TypeError('a policy always has a general plan');
	return {
		document,
		digest: digestOf(document),
		source,
		warnings,
		rates,
		operations,
		unknown,
		signals: compileSignals(document, wantedSignals(document)),
		signalReasons: signalReasons(document),
		otherwise: otherwise(document.otherwise),
		rosters: rostersOf(document),
		answerLimits: compileAnswerLimits(document, (amount) => minorOf(amount, document)),
		lastResort: general.urgent,
	};
}

/** Minor units of an amount of the document; the checks have seen that it is one. */
export function minorOf(amount: string, document: PolicyDocument): number {
	return moneyOf(amount, document).minor;
}

function moneyOf(amount: string, { currency }: PolicyDocument): Money {
	const money = parseMoney(amount, currency);
	if (typeof money === 'string') throw new TypeError(`the amount ${amount} was not checked: ${money}`);
	return money;
}

function compileRates({ currency, rates }: PolicyDocument): Rates {
	const byCurrency: Map<string, NonNullable<ReturnType<typeof compileRate>>> = new Map();
	for (const [from, decimal] of Object.entries(rates?.to_base ?? {})) {
		const rate = compileRate(from, currency, decimal);
		if (rate !== null) byCurrency.set(from, rate);
	}
	const staleAt =
		rates?.max_age === undefined ? Number.POSITIVE_INFINITY : Date.parse(`${rates.as_of}T00:00:00Z`) + rates.max_age;
	return { base: currency, byCurrency, staleAt };
}

interface Context {
	readonly document: PolicyDocument;
	readonly rules: readonly Rule[];
	readonly amounts: readonly AmountRule[];
}

/** In the order of the document: `document.amounts[i]` is compiled to `[i]`. */
const compileAmounts = (document: PolicyDocument): AmountRule[] =>
	document.amounts.map((entry) => compileAmountRule(entry, moneyOf(entry.above, document)));

function compileOperation(
	given: { name: string; entry: OperationEntry; known: boolean },
	{ document, rules, amounts }: Context,
): Operation {
	const { name, entry, known } = given;
	const self = { name, known, riskClass: entry.risk_class };
	const mode = entry.mode ?? document.mode;
	const fallback: Fallback = Object.freeze({ handler: entry.fallback.handler, maxAttempts: entry.fallback.max_attempts });
	// The strictest first, whatever the order in the document: the reasons are told in this order.
	const applying = amounts.filter((_, i) => appliesTo(document.amounts[i] ?? {}, self)).sort((a, b) => b.above - a.above);
	const near = document.near_limit;
	const plansOf = (route: 'approval' | 'escalation') =>
		compilePlans(route, { operation: known ? name : '', fallback }, { document, minorOf: (amount) => minorOf(amount, document) });
	return {
		...self,
		mode,
		bands: compileBands(
			entry.thresholds === undefined ? entry.risk_class : name,
			entry.thresholds ?? document.thresholds[entry.risk_class] ?? defaultThresholds.financial,
		),
		floor: floorOf(given, document),
		arguments: entry.arguments === undefined ? null : (compileArguments(entry.arguments) as z.ZodType),
		amount: entry.amount ?? (entry.risk_class === 'financial' ? 'required' : 'optional'),
		amountArgument: entry.amount_argument?.split('.') ?? null,
		negativeAmounts: entry.negative_amounts,
		checks: checksOf(entry, document),
		amounts: applying,
		rules: mode === 'confidence' ? [] : rules.filter((_, i) => appliesTo(document.rules[i] ?? {}, self)),
		limits: document.limits
			.filter((limit) => appliesTo(limit, self))
			.map((limit) => compileLimit(limit, limit.max_sum === undefined ? null : moneyOf(limit.max_sum, document))),
		nearLimits:
			near === false
				? []
				: applying.map((rule) => compileNearLimit(near, rule, { minor: rule.above, currency: document.currency })),
		executor: executorOf(entry),
		plans: { approval: plansOf('approval'), escalation: plansOf('escalation') },
	};
}

const executorOf = ({ executor }: OperationEntry): Executor =>
	Object.freeze({
		kind: executor.kind,
		url: executor.url ?? null,
		timeoutMs: executor.timeout,
		lapseMs: executor.lapse,
		writeOffMs: executor.write_off,
	});

function floorOf(
	{ name, entry, known }: { name: string; entry: OperationEntry; known: boolean },
	document: PolicyDocument,
): Reason | null {
	if (!known) {
		return reason(
			'operation.unknown',
			document.unknown_operation,
			say('the policy does not know this operation', '策略中没有登记该操作'),
		);
	}
	if (entry.at_least === undefined) return null;
	return reason(
		'operation.at_least',
		entry.at_least,
		say(`${name} always gets ${entry.at_least} at least`, `${name} 至少为 ${entry.at_least}`),
	);
}

/** Looking something up twice, or after a refusal, harms nobody. */
const offForReads: ReadonlySet<CheckName> = new Set(['repeat', 'prior_refusal']);

function checksOf(entry: OperationEntry, document: PolicyDocument): Operation['checks'] {
	const routeOf = (check: CheckName): StrictRoute | null => {
		const route =
			entry.checks[check] ??
			(entry.risk_class === 'read_only' && offForReads.has(check) ? 'off' : (document.checks[check] ?? 'approval'));
		return route === 'off' ? null : route;
	};
	return Object.fromEntries(checkNames.map((check) => [check, routeOf(check)])) as Record<CheckName, StrictRoute | null>;
}

/** Signals that something in the document asks about; the others are not looked for. */
function wantedSignals(document: PolicyDocument): ReadonlySet<string> {
	const wanted = new Set<string>(document.escalation.hard.signals);
	for (const [name, { route }] of Object.entries(document.signals)) if (route !== undefined) wanted.add(name);
	// A rule may ask for any signal, in ways that only running it would tell.
	if (document.rules.some((rule) => rule.when.includes('signals'))) {
		for (const name of [...builtInSignals, ...Object.keys(document.signals)]) wanted.add(name);
	}
	return wanted;
}

const signalTexts: Record<string, readonly [en: string, zh: string]> = {
	legal_matter: ['a legal or compliance matter', '涉及法律或合规事项'],
	asks_for_person: ['the customer asks for a person', '客户要求人工服务'],
	sensitive_data: ['personal identifiers or bank data in the text', '文本中含有个人身份或银行卡信息'],
};

function signalReasons(document: PolicyDocument): Policy['signalReasons'] {
	const hard = new Set(document.escalation.hard.signals);
	const found = new Map<string, { reason: Reason; hard: boolean }>();
	for (const name of new Set([...hard, ...Object.keys(document.signals)])) {
		const own = document.signals[name];
		const route: Route | undefined = hard.has(name) ? stricter('escalation', own?.route ?? 'escalation') : own?.route;
		if (route === undefined) continue;
		const [en, zh] = signalTexts[name] ?? [`signal ${name}`, `信号 ${name}`];
		found.set(name, { reason: reason(`signal.${name}`, route, own?.text ?? say(en, zh)), hard: hard.has(name) });
	}
	return found;
}

const otherwiseTexts: Record<Route, readonly [en: string, zh: string]> = {
	auto: ['no rule forbids it', '没有规则禁止'],
	notify: ['no rule forbids it; it is reported', '没有规则禁止，执行并告知'],
	approval: ['no rule allows it; a person is asked', '没有规则允许，需要审批'],
	escalation: ['no rule allows it; it is handed over', '没有规则允许，转人工'],
	block: ['no rule allows it; it is refused', '没有规则允许，拒绝'],
};

const otherwise = (route: Route): Reason => reason('rules.otherwise', route, say(...otherwiseTexts[route]));

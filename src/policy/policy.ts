/**
 * A compiled policy: everything that the document fixes is worked out when it is loaded (programs, bands, the rules of each
 * operation, whole plans), so that judging an action only reads.
 */
import type { z } from 'zod';
import type { ConfidenceMapping } from '../domain/confidence.ts';
import type { Executor, Plan, Reason } from '../domain/verdict.ts';
import type { AmountRule } from './amounts.ts';
import type { Rosters } from './availability.ts';
import type { AnswerLimits } from './channel-limits.ts';
import type { PolicyDocument } from './document.ts';
import type { Limit, NearLimit } from './limits.ts';
import type { PlanChoice } from './plan.ts';
import type { Rates } from './rates.ts';
import type { Rule } from './rules.ts';
import type { SignalDetector } from './signals.ts';
import type { Bands } from './thresholds.ts';
import type { CheckName, Mode, StrictRoute } from './vocabulary.ts';
import type { PolicyProblem } from './yaml-source.ts';

/** One operation with all that applies to it. */
export interface Operation {
	readonly name: string;
	/** False for the one that stands for every operation that the document does not register. */
	readonly known: boolean;
	readonly riskClass: string;
	readonly mode: Mode;
	readonly bands: Bands;
	/** The least it gets, whatever happens: `at_least`, or the treatment of unknown operations. */
	readonly floor: Reason | null;
	readonly arguments: z.ZodType | null;
	readonly amount: 'required' | 'optional' | 'forbidden';
	/** Path of the amount inside the arguments. */
	readonly amountArgument: readonly string[] | null;
	readonly negativeAmounts: boolean;
	/** Null: switched off. */
	readonly checks: Readonly<Record<CheckName, StrictRoute | null>>;
	readonly amounts: readonly AmountRule[];
	readonly rules: readonly Rule[];
	readonly limits: readonly Limit[];
	/** One for each amount rule, where near-limit clustering is on. */
	readonly nearLimits: readonly NearLimit[];
	readonly executor: Executor;
	readonly plans: Readonly<Record<'approval' | 'escalation', readonly PlanChoice[]>>;
}

export interface Policy {
	readonly document: PolicyDocument;
	/** SHA-256 of the document with its defaults: the version of the policy. */
	readonly digest: string;
	/** Where it came from, for messages. */
	readonly source: string;
	/** What is allowed but surely not meant. */
	readonly warnings: readonly PolicyProblem[];
	readonly rates: Rates;
	/** The map that the document names, where whoever loaded it brought it along. */
	readonly confidenceMap?: ConfidenceMapping;
	readonly operations: ReadonlyMap<string, Operation>;
	/** What every other operation gets. */
	readonly unknown: Operation;
	readonly signals: SignalDetector;
	/** Signal -> the reason and route it forces. */
	readonly signalReasons: ReadonlyMap<string, { readonly reason: Reason; readonly hard: boolean }>;
	/** In mode `rules`, what an action gets that no allow-list rule matches. */
	readonly otherwise: Reason;
	/** Who is on which schedule. */
	readonly rosters: Rosters;
	/** What may be approved by which channel. */
	readonly answerLimits: AnswerLimits;
	/** The plan of a case where no amount is known: what is left when judging itself fails. */
	readonly lastResort: Plan;
}

/** The operation of that name, or what unknown ones get. */
export const operationOf = (policy: Policy, name: string): Operation => policy.operations.get(name) ?? policy.unknown;

/** Whether something with a scope applies to an operation. */
export function appliesTo(
	scope: { readonly operations?: readonly string[] | undefined; readonly risk_classes?: readonly string[] | undefined },
	operation: { readonly name: string; readonly riskClass: string; readonly known: boolean },
): boolean {
	if (scope.operations !== undefined && !(operation.known && scope.operations.includes(operation.name))) return false;
	return scope.risk_classes === undefined || scope.risk_classes.includes(operation.riskClass);
}

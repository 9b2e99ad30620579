/** The small words that every part of a policy document uses: names, texts, routes, amounts, scopes. */
import { z } from 'zod';
import { routes, type Text } from '../domain/verdict.ts';

/** Names of operations, risk classes, signals, groups, rules. */
export const name = z
	.string()
	.regex(/^[A-Za-z][\w.:-]{0,127}$/, 'must be a name: a letter, then letters, digits, `_`, `.`, `:` or `-` (at most 128)');

/** Names of risk classes, operations and groups in lists. */
export const names = z.array(name).min(1, 'must name at least one').max(2000);

const words = z.string().min(1).max(120);

/** A text shown to people: one string for every language, or `en` with `zh-CN`. Output is always both. */
export const text = z
	.union([words, z.strictObject({ en: words, 'zh-CN': words.optional() })])
	.transform(
		(given): Text =>
			typeof given === 'string' ? { en: given, 'zh-CN': given } : { en: given.en, 'zh-CN': given['zh-CN'] ?? given.en },
	);

/** Every route. */
export const route = z.enum(routes);
/** The routes that hold an action; checks, amounts and limits may ask for nothing laxer. */
export const strictRoutes = ['approval', 'escalation', 'block'] as const;
export const strictRoute = z.enum(strictRoutes);
export type StrictRoute = (typeof strictRoutes)[number];

/**
 * An amount in the policy's currency, as a decimal string or a number. Numbers stop where a binary double could no longer
 * hold three decimals exactly, so that nothing is rounded on the way in.
 */
export const amount = z
	.union([
		z.string().regex(/^\d{1,15}(\.\d{1,6})?$/, 'must be a decimal such as `"500.00"`'),
		z.number('must be a decimal such as `"500.00"`').min(0).max(999_999_999_999),
	])
	.transform(String);

/** A share of confidence, 0 to 1. */
export const share = z.number().min(0).max(1);

/** Which operations something is about. Both given: both must hold. Neither: all. */
export const scope = {
	operations: names.optional().describe('Only for these operations; left out, for all.'),
	risk_classes: names.optional().describe('Only for operations of these risk classes; left out, for all.'),
};

/** Checks of arguments against context that a policy can route. */
export const checkNames = [
	'arguments_invalid',
	'amount_missing',
	'amount_negative',
	'amount_contradiction',
	'over_reference',
	'quoted_mismatch',
	'repeat',
	'prior_refusal',
] as const;
export type CheckName = (typeof checkNames)[number];

/** The signals that come with English and Chinese patterns or detectors. */
export const builtInSignals = ['legal_matter', 'asks_for_person', 'sensitive_data'] as const;
export type BuiltInSignal = (typeof builtInSignals)[number];

/** What `sensitive_data` looks for. */
export const sensitiveKinds = ['bank_card', 'resident_id', 'iban', 'us_ssn'] as const;
export type SensitiveKind = (typeof sensitiveKinds)[number];

/** What the verdict may depend on: thresholds, rules, or both. Checks, amounts, limits and hard escalation hold in every mode. */
export const modes = ['both', 'confidence', 'rules'] as const;
export type Mode = (typeof modes)[number];

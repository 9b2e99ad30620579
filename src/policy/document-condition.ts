/** Conditions of a policy document that force a route: amounts, rules, limits, escalation, signals. */
import { z } from 'zod';
import { positiveDuration } from './duration.ts';
import { amount, builtInSignals, name, route, scope, share, strictRoute, text } from './vocabulary.ts';

/** Above an amount, a route; whatever the confidence. The order in the document means nothing: the strictest wins. */
export const amountRule = z.strictObject({
	id: name.optional().describe('Name in explanations; made from the amount where left out (`above_500`).'),
	above: amount.describe(
		'In the policy\'s currency, as `"500.00"` or a number; amounts above it match, the amount itself does not.',
	),
	route: strictRoute.describe('Where such an action goes at least.'),
	...scope,
});
export type AmountRuleEntry = z.output<typeof amountRule>;

/** A rule in CEL. */
export const rule = z.strictObject({
	id: name.describe('Name in explanations; unique.'),
	when: z
		.string()
		.min(1)
		.max(2000)
		.describe(
			'CEL over `action`, `facts` and `now`, giving true or false. A rule that fails to evaluate counts against the action.',
		),
	route: route.describe(
		'Where a matching action goes. `auto` and `notify` (allow-list) take the place of the thresholds and loosen nothing else; the rest force.',
	),
	...scope,
	text: text.optional().describe('Why, for people; one text, or `en` with `zh-CN`.'),
});
export type RuleEntry = z.output<typeof rule>;

/** What a limit counts by. */
export const limitKeys = ['agent', 'user', 'payee', 'operation', 'currency'] as const;
export type LimitKey = (typeof limitKeys)[number];
const per = z.array(z.enum(limitKeys)).max(limitKeys.length);

/** A sliding window that bounds how many and how much. */
export const limit = z
	.strictObject({
		id: name.describe('Name in explanations; unique.'),
		per: per
			.default(['user'])
			.describe(
				'What is counted apart: any of agent, user, payee, operation, currency together; an empty list counts all in one.',
			),
		window: positiveDuration.describe('Length of the sliding window.'),
		max_sum: amount.optional().describe("Most money in the window, this action included, in the policy's currency."),
		max_count: z.number().int().min(0).max(1_000_000_000).optional().describe('Most actions in the window, this one included.'),
		route: strictRoute.default('approval').describe('Where an action goes that is over the limit.'),
		...scope,
	})
	.refine((given) => given.max_sum !== undefined || given.max_count !== undefined, 'needs `max_sum` or `max_count`');
export type LimitEntry = z.output<typeof limit>;

/** Amounts that keep just under an amount rule: somebody may be splitting. */
export const nearLimit = z.strictObject({
	within: share.default(0.1).describe('How near, as a share of the amount rule: 0.1 with 500 means from 450 to 500.'),
	at_least: z.number().int().min(2).max(1000).default(3).describe('How many in the window, this action included.'),
	window: positiveDuration.default(86_400_000).describe('Length of the window. Default 24h.'),
	per: per.default(['user']).describe('What is counted apart.'),
	route: strictRoute.default('escalation').describe('Where such an action goes.'),
});

const orNever = z.literal(false);

/** Rules that hand an action to a person whatever the confidence. */
export const hardEscalation = z.strictObject({
	signals: z
		.array(name)
		.max(50)
		.default([...builtInSignals])
		.describe('Signals that escalate, detected or sent: `legal_matter`, `asks_for_person`, `sensitive_data`, or your own.'),
	rejections_in_a_row: z
		.union([z.number().int().min(1).max(10), orNever])
		.default(2)
		.describe("How many of the agent's last reviewed actions were all rejected. Default 2; false switches it off."),
	approvals_in_24h: z
		.union([z.number().int().min(1).max(100), orNever])
		.default(3)
		.describe(
			'The how-manieth action of one end user within 24 h that needs approval is handed over. Default 3; false switches it off.',
		),
});

/** Rules that hand an action over with medium priority. */
export const softEscalation = z.strictObject({
	low_confidences: z
		.union([
			z.strictObject({
				below: share.default(0.6).describe('All of them are below this.'),
				at_least: z
					.number()
					.int()
					.min(1)
					.max(100)
					.default(3)
					.describe("How many of the end user's confidences in the last hour, this one included."),
			}),
			orNever,
		])
		.prefault({})
		.describe("All of an end user's confidences in the last hour are low. Default: three below 0.6; false switches it off."),
});

/** A signal of the user's own, found by phrases. */
export const customSignal = z.strictObject({
	phrases: z
		.array(z.string().min(2).max(60))
		.max(200)
		.default([])
		.describe('Words and phrases, in any language, that mean it; letter case does not matter. None: it is only ever sent along.'),
	route: strictRoute
		.optional()
		.describe('Where an action with this signal goes; left out, only rules and `escalation` look at it.'),
	text: text.optional().describe('Why, for people.'),
});
export type CustomSignal = z.output<typeof customSignal>;

/** Operations of a policy document: what an agent may propose, how risky it is, what it needs, how it runs. */
import { z } from 'zod';
import { argumentSchema } from './argument-schema.ts';
import { positiveDuration } from './duration.ts';
import { type checkNames, modes, name, share, strictRoutes, text } from './vocabulary.ts';

/** What a failed check asks for; `off` switches the check off. Nothing laxer than approval can be asked for. */
export const checkRoute = z.enum(['off', ...strictRoutes]);

/** Routes by check, all optional. */
export const checkRoutes = z.strictObject({
	arguments_invalid: checkRoute.optional().describe('The arguments do not fit the schema of the operation.'),
	amount_missing: checkRoute.optional().describe('The operation needs an amount and has none.'),
	amount_negative: checkRoute.optional().describe('The amount is negative where the operation does not allow it.'),
	amount_contradiction: checkRoute
		.optional()
		.describe('The amount differs from the one inside the arguments (see `amount_argument`).'),
	over_reference: checkRoute.optional().describe('The amount is over `referenceAmount`: the $2,400 refund on an order of $240.'),
	quoted_mismatch: checkRoute
		.optional()
		.describe('The amount differs from `quotedAmount`, the price that the customer was told.'),
	repeat: checkRoute.optional().describe('The same action was proposed before in the same conversation.'),
	prior_refusal: checkRoute.optional().describe('The environment refused an action in this conversation before.'),
} satisfies Record<(typeof checkNames)[number], z.ZodType>);

/** How an approved action runs. */
export const executor = z
	.strictObject({
		kind: z
			.enum(['handler', 'webhook', 'claim'])
			.default('handler')
			.describe('`handler`: code in the worker; `webhook`: a signed call to `url`; `claim`: the agent fetches it and runs it.'),
		url: z
			.url({ protocol: /^https?$/, error: 'must be an http or https URL' })
			.max(2048)
			.optional()
			.describe('Where a `webhook` is sent; only for that kind.'),
		timeout: positiveDuration.default(30_000).describe('How long one call may take. Default 30s.'),
		lapse: positiveDuration.default(3_600_000).describe('How long an approval stays good when nobody can run it. Default 1h.'),
		write_off: positiveDuration
			.default(86_400_000)
			.describe('How long an unknown outcome may wait for reconciliation before it is written off. Default 24h.'),
	})
	.superRefine((given, context) => {
		if (given.kind === 'webhook' && given.url === undefined) {
			context.addIssue({ code: 'custom', path: ['kind'], message: 'needs a `url` for a webhook' });
		}
		if (given.kind !== 'webhook' && given.url !== undefined) {
			context.addIssue({ code: 'custom', path: ['url'], message: 'is only for `kind: webhook`' });
		}
	});

/** What runs when nobody answers: a safe action, never the proposed one (INVARIANT I4). */
export const fallback = z.strictObject({
	handler: name
		.nullable()
		.default(null)
		.describe(
			'Operation to run when nobody answered in time; it must be one that policy lets run by itself. Null: nothing runs.',
		),
	max_attempts: z
		.number()
		.int()
		.min(1)
		.max(20)
		.default(3)
		.describe('How often it may fail before the action expires with the failure on record.'),
});

/** Lowest confidence for each route; below `approval` an action is escalated. */
export const threshold = z.strictObject({
	auto: share.describe('From this confidence on it runs.'),
	notify: share.describe('From this confidence on it runs and a person is told.'),
	approval: share.describe('From this confidence on a person is asked first; below, the action is handed over.'),
});
export type Threshold = z.output<typeof threshold>;

/** One operation. */
export const operation = z.strictObject({
	title: text.optional().describe('Name for people.'),
	impact: text.optional().describe('What it changes, for the card that a reviewer reads.'),
	risk_class: name.describe(
		'`read_only`, `low_risk_write`, `high_risk_write`, `financial`, or one of your own under `thresholds`.',
	),
	thresholds: threshold.optional().describe('Confidence thresholds of this operation alone. Default: those of its risk class.'),
	arguments: argumentSchema.optional().describe('JSON Schema (a strict subset) of the arguments; `type: object`.'),
	amount: z
		.enum(['required', 'optional', 'forbidden'])
		.optional()
		.describe('Whether an amount must come along. Default: required for `financial`, optional for every other class.'),
	amount_argument: z
		.string()
		.regex(/^[^.\s]+(\.[^.\s]+)*$/, 'must be a path of field names joined by `.`')
		.max(200)
		.optional()
		.describe(
			'Path of the amount inside the arguments, such as `amount` or `refund.amount`; it must agree with the amount proposed.',
		),
	negative_amounts: z
		.boolean()
		.default(false)
		.describe('Whether the amount may be below zero. What is at stake is its absolute value.'),
	at_least: z
		.enum(['notify', ...strictRoutes])
		.optional()
		.describe('The laxest route this operation can ever take.'),
	mode: z.enum(modes).optional().describe('Overrides the `mode` of the policy for this operation.'),
	checks: checkRoutes.default({}).describe('Overrides the routes of checks for this operation.'),
	executor: executor.prefault({}).describe('How it runs once approved. Default: a handler in the worker.'),
	fallback: fallback.prefault({}).describe('What runs when nobody answers. Default: nothing runs, and the action expires.'),
});
export type OperationEntry = z.output<typeof operation>;

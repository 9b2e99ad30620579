/** What a policy document says of learning from people. Every section is off where it is absent, and none can override a rule, a check or an amount. */
import { z } from 'zod';
import { positiveDuration } from './duration.ts';
import { name, scope, share } from './vocabulary.ts';

/** People look afterwards at a random part of what ran by itself. */
export const spotChecks = z.strictObject({
	share: z
		.number()
		.min(0.0001)
		.max(1)
		.default(0.02)
		.describe('The share of what ran by `auto` and `notify` that a person is asked about afterwards. Default 0.02.'),
	at_least: z
		.number()
		.int()
		.min(0)
		.max(1000)
		.default(5)
		.describe(
			'In each operation and band of confidence, the first so many of a week are all looked at, and those after them less and ' +
				'less, down to `share`. Default 5.',
		),
	to: z
		.array(name)
		.min(1)
		.max(200)
		.default(['everyone'])
		.describe('Groups, roles and reviewers who are asked. Default: everyone.'),
	...scope,
});
export type SpotChecksEntry = z.output<typeof spotChecks>;

/** What people said of similar actions moves the confidence, within bounds. */
export const memory = z.strictObject({
	max_gain: z
		.number()
		.min(0)
		.max(0.3)
		.default(0.05)
		.describe('Approvals of similar actions raise the confidence by at most this. Default 0.05.'),
	max_loss: share.default(0.5).describe('Rejections of similar actions lower the confidence by at most this. Default 0.5.'),
	features: z
		.array(
			z
				.string()
				.regex(
					/^(arguments|context)\.[^.\s]+(\.[^.\s]+)*$/,
					'must be a path such as `arguments.reason` or `context.order.status`',
				)
				.max(200),
		)
		.max(10)
		.default([])
		.describe('What must be equal besides operation, agent and band of the amount: paths into the arguments or the context.'),
	same_agent: z
		.boolean()
		.default(true)
		.describe(
			'Whether only what the same agent proposed is similar. Default true; false: no agent counts for more than `one_source`.',
		),
	at_least: z
		.strictObject({
			people: z.number().int().min(2).max(50).default(2).describe('Different people who approved. Default 2.'),
			clusters: z
				.number()
				.int()
				.min(1)
				.max(1000)
				.default(5)
				.describe('Different conversations or end users; however many approvals there are in one, they count once. Default 5.'),
		})
		.prefault({})
		.describe('Approvals count from here on. A rejection counts at once.'),
	one_source: z
		.number()
		.min(0.5)
		.max(0.9)
		.default(0.5)
		.describe('The largest part of the approvals that one person, or one agent, can make up. Default 0.5.'),
	prior: z
		.number()
		.min(1)
		.max(1000)
		.default(20)
		.describe('How many approvals the reported confidence weighs as much as. Default 20.'),
	half_life: positiveDuration.default(2_592_000_000).describe('After this long an example counts half. Default 30d.'),
	...scope,
});
export type MemoryEntry = z.output<typeof memory>;

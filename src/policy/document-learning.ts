/** What a policy document says of learning from people. Every section is off where it is absent, and none can override a rule, a check or an amount. */
import { z } from 'zod';
import { positiveDuration } from './duration.ts';
import { amount, name, scope, share, strictRoute } from './vocabulary.ts';

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

/** A candidate policy is rolled out by stages, each behind guards. */
export const rollout = z.strictObject({
	stages: z
		.array(z.number().min(0.001).max(1))
		.min(1)
		.max(20)
		.default([0.05, 0.25, 1])
		.describe('Shares of the traffic that a candidate judges, one stage after the other. Default 5 %, 25 %, all.')
		.refine((given) => given.every((each, i) => i === 0 || each > (given[i - 1] ?? 0)), 'must grow from stage to stage'),
	stay: positiveDuration.default(86_400_000).describe('How long a candidate stays at a stage at least. Default 24h.'),
	at_least: z
		.number()
		.int()
		.min(1)
		.max(100_000)
		.default(60)
		.describe('How many actions that it would let run people must have judged, before each stage. Default 60.'),
	max_error: z
		.number()
		.min(0)
		.max(0.5)
		.default(0.05)
		.describe('Of those, at most this part may have been wrong, with the confidence below. Default 0.05.'),
	confidence: z.number().min(0.5).max(0.999).default(0.95).describe('Confidence of the bound on that part. Default 0.95.'),
});

/** When what runs by itself goes wrong too often, people are asked again. Never the other way round. */
export const demotion = z.strictObject({
	max_error: z
		.number()
		.min(0.0001)
		.max(1)
		.default(0.02)
		.describe('Error rate of what ran by itself, from spot checks, that is too much. Default 0.02.'),
	max_rejections: z
		.number()
		.min(0.01)
		.max(1)
		.default(0.5)
		.describe('Share of what people were asked about and rejected that is too much. Default 0.5.'),
	max_reports: z
		.number()
		.int()
		.min(1)
		.max(10_000)
		.default(5)
		.describe(
			'More actions than this reported as wrong are too many; people report what they notice, so it is a count. Default 5.',
		),
	window: positiveDuration.default(604_800_000).describe('How far back these look. Default 7d.'),
	confidence: z
		.number()
		.min(0.5)
		.max(0.999)
		.default(0.9)
		.describe('How sure it must be that a rate is above its bound. Default 0.9.'),
	to: z
		.enum(['approval', 'escalation'])
		.default('approval')
		.describe('Where the operation goes at least from then on, until a person restores it. Default approval.'),
	...scope,
});
export type DemotionEntry = z.output<typeof demotion>;
export type RolloutEntry = z.output<typeof rollout>;

/** One question to a language model about an action that would run. */
export const question = z.strictObject({
	id: name.describe('Name in explanations; unique.'),
	ask: z.string().min(10).max(2000).describe('The question, answered with yes, no or unsure: yes means that it may run.'),
	within: share
		.optional()
		.describe('Only where the confidence is at most this far above the threshold that lets it run; left out: always.'),
	above: amount.optional().describe("Only for amounts above this, in the policy's currency; left out: for all."),
	on_no: strictRoute.default('approval').describe('Where the action goes at least where the answer is no. Default approval.'),
	on_unsure: z
		.enum(['approval', 'escalation'])
		.default('approval')
		.describe('Where it goes at least where the answer is unsure, or nobody could be asked. Default approval.'),
	...scope,
});
export type QuestionEntry = z.output<typeof question>;

/** Asks a language model about actions that would run by themselves. It can only make a route stricter. */
export const secondOpinion = z.strictObject({
	questions: z.array(question).min(1).max(5).describe('What is asked, each by itself.'),
	send: z
		.array(z.enum(['arguments', 'context', 'reasoning', 'conversation']))
		.default(['arguments', 'reasoning'])
		.describe('What the model is sent besides operation and amounts, without personal data. Default arguments and reasoning.'),
	timeout: positiveDuration.default(8_000).describe('How long one answer may take; later counts as unsure. Default 8s.'),
	daily_cost: z
		.number()
		.min(0)
		.max(100_000)
		.default(5)
		.describe('Dollars that one day (UTC) may cost; beyond it, nobody is asked and the answer is unsure. Default 5.'),
	daily_asks: z.number().int().min(1).max(10_000_000).default(2000).describe('Questions that one day may ask. Default 2000.'),
	cache: positiveDuration.default(86_400_000).describe('How long an answer about equal data stays good. Default 24h.'),
});
export type SecondOpinionEntry = z.output<typeof secondOpinion>;

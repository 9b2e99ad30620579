/** Who may approve what, and how often people are interrupted, in a policy document. */
import { z } from 'zod';
import { positiveDuration } from './duration.ts';
import { amount, name } from './vocabulary.ts';

const limitOf = (channel: string, fallback: string) =>
	z
		.strictObject({
			max_amount: amount
				.nullable()
				.default(fallback)
				.describe(
					`The most that may be approved ${channel} alone, in the policy's currency; null for any amount. Default ${fallback}.`,
				),
		})
		.prefault({})
		.describe(`What ${channel} may approve. Rejecting and taking over always work.`);

/** What each channel may approve by itself. Above it: a code by a second channel, or the inbox. */
export const channelLimits = z.strictObject({
	sms: limitOf('by text message', '1000.00'),
	email: limitOf('by email', '10000.00'),
	slack: limitOf('in Slack', '10000.00'),
});

/** From which numbers answers count. */
export const phoneNumbers = z.strictObject({
	settle: positiveDuration
		.default(86_400_000)
		.describe(
			'A number that takes the place of another one, or that was just verified, decides nothing for this long. Default 24h.',
		),
	verified: z
		.boolean()
		.default(false)
		.describe(
			'Only numbers decide to which a one-time code was sent that came back. Default false: policy vouches for its numbers.',
		),
});

/** How often one person is interrupted before messages that are not urgent are gathered. */
export const interruptions = z.strictObject({
	per_hour: z.number().int().min(1).max(1000).default(6).describe('Messages to one person within an hour. Default 6.'),
	per_day: z
		.number()
		.int()
		.min(1)
		.max(10_000)
		.default(12)
		.describe('Messages to one person on one day of their time zone. Default 12.'),
	bundle_every: positiveDuration
		.default(1_200_000)
		.describe(
			'Beyond either, what is not urgent is gathered for this long into one message, and for no more than half of the time until ' +
				'the next people are asked or the deadline. Default 20m.',
		),
});

/** Who cannot approve what they have a hand in. */
export const separationOfDuties = z.strictObject({
	operator: z
		.boolean()
		.default(true)
		.describe('Whoever operates the agent (`agents`) cannot approve what it proposes. Default true.'),
	requester: z
		.boolean()
		.default(true)
		.describe('Whoever the proposal names as `user` (by id, email, phone or `known_as`) cannot approve it. Default true.'),
	editor: z
		.enum(['always', 'raised_amount'])
		.default('always')
		.describe(
			'Whoever edited an action cannot approve it: `always` (default), or only where an edit raised the amount. ' +
				'A raised amount always needs a second person.',
		),
});

/** What is known of an agent. */
export const agentEntry = z.strictObject({
	operated_by: z.array(name).max(200).default([]).describe('Groups, roles and reviewers who operate this agent.'),
});

/** People in a policy document: groups, the plans of reviews and cases, where the lines of `notify` go. */
import { z } from 'zod';
import { type Reviewer, reviewer } from '../domain/review.ts';
import { clockTime, type LeaveEntry, leave, quietHours, timeZone, type WeekHours } from './document-hours.ts';
import { duration, positiveDuration } from './duration.ts';
import { amount, name } from './vocabulary.ts';

const { shape } = reviewer;

/** A reviewer as policy knows them: besides whom to reach and how, when, and in what part. */
export interface RegisteredReviewer extends Reviewer {
	readonly roles: readonly string[];
	/** Hours in which they are not interrupted, in their time zone. */
	readonly quietHours: readonly WeekHours[];
	readonly leave: readonly LeaveEntry[];
	/** Names under which proposals may speak of them as `user`. */
	readonly knownAs: readonly string[];
	/** Minute of their day at which they read their digest, instead of policy's own times; null for those. */
	readonly digestAt: number | null;
}

/** A person who may be asked. Output is the `Reviewer` of the domain, with what policy adds. */
export const reviewerEntry = z
	.strictObject({
		name: shape.name.describe('Name for people.'),
		email: shape.email.describe('Address for email.'),
		phone: shape.phone.describe('Number for SMS in E.164 form, such as `+15551230000`.'),
		slack: shape.slack.describe('Member of a Slack workspace: `{ team: T012AB3CD, user: U012AB3CD }`, the ids that Slack gives.'),
		language: shape.language.describe('Language of what this person is sent: `en` (default) or `zh-CN`.'),
		time_zone: timeZone.default('UTC').describe('IANA time zone in which instants are shown. Default UTC.'),
		active: shape.active.describe('False: this person is asked nothing and may decide nothing. Default true.'),
		roles: z.array(name).max(50).default([]).describe('Roles of this person. A role can be named wherever a group can.'),
		quiet_hours: quietHours
			.default([])
			.describe(
				'Local hours in which nothing that is not urgent is sent; it comes when they are over, and never after a deadline.',
			),
		leave: z.array(leave).max(100).default([]).describe('Days on which this person is told nothing, and who stands in.'),
		known_as: z
			.array(z.string().min(1).max(200))
			.max(50)
			.default([])
			.describe('Other names under which a proposal may speak of this person as its `user`: see `separation_of_duties`.'),
		digest_at: clockTime
			.optional()
			.describe('Local time at which this person gets the digest, once a day, instead of the times in `notify_digest`.'),
	})
	.transform(
		({ time_zone, quiet_hours, known_as, digest_at, ...rest }): RegisteredReviewer => ({
			...rest,
			timeZone: time_zone,
			quietHours: quiet_hours,
			knownAs: known_as,
			digestAt: digest_at ?? null,
		}),
	);

/** Ids of reviewers and groups. */
export const personId = name;
const people = z.array(personId).min(1, 'must name at least one group, role or reviewer').max(200);
const tell = z
	.enum(['everybody', 'needed'])
	.describe(
		'`everybody` (default), or `needed`: only as many as must approve, those first who were interrupted least; the others may answer too.',
	);
const channels = z
	.array(z.enum(['email', 'sms', 'slack', 'inbox']))
	.min(1, 'must name at least one channel')
	.max(4);

/** One step of a schedule. */
export const tier = z.strictObject({
	after: duration.describe('How long after the review opened; `0s` for at once.'),
	to: people.describe('Groups, roles and reviewers who are told, and who may then answer.'),
	channels: channels.describe('By which channels.'),
	urgent: z
		.boolean()
		.optional()
		.describe('Its messages wait for no quiet hours and count against no cap. Default: the last of several steps is urgent.'),
	tell: tell.optional(),
});
export type TierEntry = z.output<typeof tier>;

/**
 * How one kind of review goes. Either `ask` (and `next`), with the shipped schedule: at once, a reminder by SMS at a third of
 * the time, the next group at two thirds; or `tiers`, the whole schedule.
 */
export const plan = z
	.strictObject({
		route: z.enum(['approval', 'escalation']).describe('Reviews (`approval`) or cases (`escalation`).'),
		above: amount.optional().describe("Only for amounts above this, in the policy's currency; the highest that fits is taken."),
		operations: z
			.array(name)
			.min(1)
			.max(2000)
			.optional()
			.describe('Only for these operations; a plan that names an operation goes first.'),
		deadline: positiveDuration.optional().describe('From opening to the fallback. Default 30m for approval, 4h for escalation.'),
		quorum: z
			.number()
			.int()
			.min(1)
			.max(20)
			.default(1)
			.describe('How many different people must approve. One rejection ends the review.'),
		ask: people.optional().describe('Who is asked first. Default: everyone for approval, `on_call` for escalation.'),
		next: people
			.optional()
			.describe('Who is asked at two thirds of the time. Default: the same again for approval, everyone for escalation.'),
		channels: channels
			.optional()
			.describe('By which channels at once. Default email for approval, email and sms for escalation.'),
		tell: tell.optional().describe('Who of `ask` is told at once: `everybody` (default), or only as many as are `needed`.'),
		tiers: z
			.array(tier)
			.min(1)
			.max(20)
			.optional()
			.describe('The whole schedule, instead of `ask`, `next`, `channels` and `tell`.'),
	})
	.superRefine((given, context) => {
		if (given.tiers === undefined) return;
		for (const field of ['ask', 'next', 'channels', 'tell'] as const) {
			if (given[field] === undefined) continue;
			context.addIssue({ code: 'custom', path: [field], message: `cannot stand beside \`tiers\`, which is the whole schedule` });
		}
	});
export type PlanEntry = z.output<typeof plan>;

/** Bounds of deadlines: of plans, and of what a proposal asks for. */
export const deadlineBounds = z.strictObject({
	min: positiveDuration.default(60_000).describe('No shorter than this. Default 1m.'),
	max: positiveDuration.default(604_800_000).describe('No longer than this. Default 7d.'),
});

/** Where the lines of actions go that ran and are reported. */
export const notifyDigest = z
	.strictObject({
		to: people.default(['everyone']).describe('Groups, roles and reviewers who read what ran by `notify`. Default: everyone.'),
		every: positiveDuration.optional().describe('How often the lines are sent as one message. Default 1h.'),
		at: z
			.union([clockTime, z.array(clockTime).min(1).max(24)])
			.transform((given): readonly number[] => (Array.isArray(given) ? [...given].sort((a, b) => a - b) : [given]))
			.optional()
			.describe('Instead of `every`: times of the day, in the time zone of each reader, such as `"09:00"`.'),
		channels: channels.default(['email']).describe('By which channels. Default email.'),
	})
	.refine(({ every, at }) => every === undefined || at === undefined, {
		path: ['every'],
		error: 'cannot stand beside `at`; choose one',
	})
	.transform(({ every, at, ...rest }) => ({ ...rest, every: every ?? 3_600_000, at: at ?? null }));

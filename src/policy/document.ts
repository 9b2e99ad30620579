/**
 * The policy document: what a person writes in YAML, as one strict schema. Every field carries a description, so that the JSON
 * Schema made from it completes and explains in an editor. Output has durations in ms, amounts as decimal strings, defaults in.
 */
import { z } from 'zod';
import { bulk } from './bulk.ts';
import { amountRule, customSignal, hardEscalation, limit, nearLimit, rule, softEscalation } from './document-condition.ts';
import { schedule } from './document-hours.ts';
import { demotion, memory, rollout, secondOpinion, spotChecks } from './document-learning.ts';
import { checkRoutes, operation, type Threshold, threshold } from './document-operation.ts';
import { agentEntry, channelLimits, interruptions, phoneNumbers, separationOfDuties } from './document-people.ts';
import { deadlineBounds, notifyDigest, personId, plan, reviewerEntry } from './document-review.ts';
import { positiveDuration } from './duration.ts';
import { amount, modes, name, sensitiveKinds, strictRoute, text } from './vocabulary.ts';

/** Thresholds by risk class; the field report's numbers. A document adds classes of its own or overrides these. */
export const defaultThresholds = {
	read_only: { auto: 0.6, notify: 0.4, approval: 0.2 },
	low_risk_write: { auto: 0.85, notify: 0.7, approval: 0.5 },
	high_risk_write: { auto: 0.95, notify: 0.85, approval: 0.7 },
	financial: { auto: 0.99, notify: 0.95, approval: 0.8 },
} as const satisfies Record<string, Threshold>;

const currencyCode = z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as `USD`');

const rates = z.strictObject({
	as_of: z.iso.date('must be a date such as `2026-09-01`').describe('The day the rates are of.'),
	max_age: positiveDuration.optional().describe('When the rates are older than this, converted amounts ask for approval.'),
	to_base: z
		.record(
			currencyCode,
			z
				.union([
					z.string().regex(/^\d{1,12}(\.\d{1,12})?$/, 'must be a decimal such as `"1.08"`'),
					z.number().positive().max(1e9),
				])
				.transform(String),
		)
		.describe('What one unit of a currency is worth in the policy\'s currency, as a decimal string: `EUR: "1.08"`.'),
});

/** The document. */
export const policyDocument = z.strictObject({
	version: z.literal(1).describe('Version of this format.'),
	title: text.optional().describe('Name of the policy, for people.'),
	currency: currencyCode.default('USD').describe('Every amount in this document is in this currency. Default USD.'),
	rates: rates.optional().describe('Dated rates for other currencies. An amount in a currency without a rate asks for approval.'),
	mode: z
		.enum(modes)
		.default('both')
		.describe(
			'`both` (default): thresholds and rules; `confidence`: thresholds only; `rules`: allow-list and block-list only. ' +
				'Checks, amounts, limits and hard escalation hold in every mode.',
		),
	otherwise: z
		.enum(['auto', 'notify', 'approval', 'escalation', 'block'])
		.default('approval')
		.describe('In mode `rules`: where an action goes that no `auto` or `notify` rule matches. Default approval.'),
	unknown_operation: strictRoute
		.default('approval')
		.describe(
			'Where an operation goes at least that this document does not register. Default approval; thresholds of high_risk_write apply too.',
		),
	thresholds: z
		.record(name, threshold)
		.default({})
		.transform((given): Record<string, Threshold> => ({ ...defaultThresholds, ...given }))
		.describe('Confidence thresholds by risk class: yours, and overrides of the four that are built in.'),
	confidence_map: z
		.strictObject({
			file: z.string().min(1).max(500).describe('The file that `countersign calibrate` wrote, beside this one.'),
			digest: z
				.string()
				.regex(/^[0-9a-f]{64}$/, 'must be the digest that stands in the file')
				.describe('Its digest: another map is refused.'),
		})
		.optional()
		.describe('What reported confidences are worth. Left out, they count as reported. Thresholds are then those of the map.'),
	operations: z.record(name, operation).describe('The operations that agents may propose, by name.'),
	checks: checkRoutes.default({}).describe('What a failed check asks for. Default approval for each.'),
	repeat_window: positiveDuration
		.default(86_400_000)
		.describe('How long an action is remembered for the check `repeat`. Default 24h.'),
	amounts: z
		.array(amountRule)
		.max(100)
		.default([
			{ above: '500.00', route: 'approval' },
			{ above: '5000.00', route: 'escalation' },
		])
		.describe('Amounts that ask or escalate whatever the confidence. Default: above 500 asks, above 5000 escalates.'),
	rules: z
		.array(rule)
		.max(1000)
		.default([])
		.describe('Rules in CEL: allow-list, block-list, and anything else that forces a route.'),
	limits: z.array(limit).max(50).default([]).describe('How many and how much within a sliding window.'),
	near_limit: z
		.union([nearLimit, z.literal(false)])
		.prefault({})
		.describe(
			'Several amounts just under an amount rule escalate. Default: three within 10 % in 24h per user; false switches it off.',
		),
	escalation: z
		.strictObject({
			hard: hardEscalation.prefault({}).describe('High priority, whatever the confidence.'),
			soft: softEscalation.prefault({}).describe('Medium priority.'),
		})
		.prefault({})
		.describe('When an action is handed to a person.'),
	signals: z.record(name, customSignal).default({}).describe('Signals of your own, by name.'),
	sensitive: z
		.array(z.enum(sensitiveKinds))
		.default([...sensitiveKinds])
		.describe('What counts as `sensitive_data` when it stands in the arguments or the text.'),
	scan: z
		.array(z.enum(['arguments', 'reasoning', 'conversation', 'context']))
		.default(['arguments', 'reasoning', 'conversation'])
		.describe('Which texts are searched for signals.'),
	reviewers: z.record(personId, reviewerEntry).describe('The people who may be asked, by id.'),
	groups: z
		.record(personId, z.array(personId).max(200))
		.default({})
		.describe('Groups of reviewers, by name. `everyone` is built in: all active reviewers.'),
	schedules: z
		.record(personId, schedule)
		.default({})
		.describe('When people are on duty, by name. Whom no schedule names is always on duty.'),
	on_call: personId.default('everyone').describe('The group, role or reviewer that cases go to.'),
	urgent_above: amount.default('1000.00').describe('Above this amount the first message goes by SMS as well. Default 1000.'),
	plans: z.array(plan).max(200).default([]).describe('How reviews and cases go, by route, amount and operation.'),
	deadlines: deadlineBounds.prefault({}).describe('Bounds of every deadline.'),
	interruptions: z
		.union([interruptions, z.literal(false)])
		.prefault({})
		.describe('How often one person is interrupted before what is not urgent is gathered into one message; false: no caps.'),
	channel_limits: channelLimits.prefault({}).describe('What each channel may approve by itself.'),
	step_up_above: amount
		.nullable()
		.default('10000.00')
		.describe(
			'Approving more than this by a link needs a one-time code that is sent by another channel, or the inbox; null: never. Default 10000.',
		),
	phone_numbers: phoneNumbers.prefault({}).describe('From which numbers answers by text message count.'),
	typed_amount_above: amount
		.nullable()
		.default('10000.00')
		.describe('Approving more than this on the page behind a link needs the amount typed by hand; null: never. Default 10000.'),
	separation_of_duties: separationOfDuties.prefault({}).describe('Who cannot approve what they have a hand in.'),
	agents: z
		.record(z.string().min(1).max(200), agentEntry)
		.default({})
		.describe('What is known of agents, by the name under which they propose.'),
	bulk: z
		.union([bulk, z.literal(false)])
		.prefault({})
		.describe('How much can be decided at once in the inbox; false: everything by itself.'),
	notify_digest: z
		.union([notifyDigest, z.literal(false)])
		.prefault({})
		.describe('Where the lines of `notify` go. Default: everyone, every hour, by email; false: only into the log.'),
	rollout: rollout
		.prefault({})
		.optional()
		.describe('How a candidate policy takes over, by stages with guards. Left out: as by default.'),
	demotion: demotion
		.optional()
		.describe('When an operation that goes wrong too often is asked about again; left out: only people demote.'),
	memory: memory
		.optional()
		.describe('What people said of similar actions raises or lowers the confidence; left out: it does not.'),
	second_opinion: secondOpinion
		.optional()
		.describe('Asks a language model about what would run; left out: nobody is asked. Needs `OPINION_URL`.'),
	spot_checks: spotChecks
		.optional()
		.describe(
			'People look afterwards at a random part of what ran by itself; left out: nobody does, and its error rate is not known.',
		),
});

/** A policy document with its defaults filled in. */
export type PolicyDocument = z.output<typeof policyDocument>;

/** JSON Schema (draft 7) of the document for editors; shipped as `policies/policy.schema.json`. */
export function policyJsonSchema(): Record<string, unknown> {
	const schema = z.toJSONSchema(policyDocument, { io: 'input', target: 'draft-7' });
	return { ...schema, title: 'Countersign policy', description: 'How proposed actions are routed, and who is asked.' };
}

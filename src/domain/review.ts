/** People's answers. A reply is one person's; a decision is what ended the review. */
import { z } from 'zod';
import type { Channel } from './verdict.ts';

/** The Y, N and M of the card. Edits are made on the page. */
export const answers = ['approve', 'reject', 'take_over'] as const;
export type Answer = (typeof answers)[number];

/** What the owner of a case can do; `revoke` stops an approved action, `confirm_*` says what became of an unknown outcome. */
export const caseAnswers = [
	'own',
	'release',
	'dismiss',
	'resolve_by_hand',
	'revoke',
	'confirm_done',
	'confirm_not_done',
] as const;
export type CaseAnswer = (typeof caseAnswers)[number];

/**
 * How sure it is who answered. `link`: whoever holds one link, or answers from one channel; `code`: besides, a one-time code that
 * was sent by another channel; `session`: signed in to the inbox.
 */
export const assurances = ['link', 'code', 'session'] as const;
export type Assurance = (typeof assurances)[number];

/** One person's recorded answer. */
export interface Reply {
	readonly reviewer: string;
	readonly answer: Answer | 'edit';
	readonly channel: Channel | 'api';
	readonly at: number;
	readonly comment?: string;
	/** Absent: `link`. */
	readonly assurance?: Assurance;
	/** Whose seat it fills: the reviewer on leave for whom this one stands in. Absent: their own. */
	readonly standsFor?: string;
}

/** What ended a review (or let an action run without one): by whom, how, when, and for exactly which payload. */
export interface Decision {
	readonly at: number;
	/** The event of the lifecycle that won. */
	readonly event: string;
	/** Reviewer id, `policy`, `deadline`, or the agent's name. */
	readonly by: string;
	readonly channel: Channel | 'api' | 'policy' | 'clock';
	readonly payloadDigest: string;
	readonly comment?: string;
	/** Of an edit: whether what is at stake was raised, by this edit or one before it. */
	readonly raised?: boolean;
	/** Of an edit: everybody who has edited the action so far. */
	readonly editors?: readonly string[];
}

/** A member of a Slack workspace, by the ids that Slack gives; names and addresses there are no identity (R-C2). */
export const slackMember = z.strictObject({
	team: z
		.string()
		.regex(/^T[A-Z0-9]{2,20}$/, 'must be the id of a Slack workspace, such as T012AB3CD')
		.describe('Id of the workspace: T…'),
	user: z
		.string()
		.regex(/^[UW][A-Z0-9]{2,20}$/, 'must be a Slack member id, such as U012AB3CD')
		.describe('Id of the member: U… or W….'),
});
export type SlackMember = z.output<typeof slackMember>;

/** A person who may be asked, as registered in policy. */
export const reviewer = z.strictObject({
	name: z.string().min(1).max(80),
	email: z.email().max(254).optional(),
	/** E.164. */
	phone: z
		.string()
		.regex(/^\+[1-9]\d{6,14}$/, 'must be a phone number in E.164 form, such as +15551230000')
		.optional(),
	slack: slackMember.optional(),
	language: z.enum(['en', 'zh-CN']).default('en'),
	timeZone: z.string().default('UTC'),
	active: z.boolean().default(true),
});
export type Reviewer = z.output<typeof reviewer>;

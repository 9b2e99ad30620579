/** The edge of every proposal: what passes here is trusted inside. Pure, and cheap where the input is right. */
import { z } from 'zod';
import { type Proposal, proposal } from './action.ts';
import { callbackUrlFlaw } from './callback-url.ts';
import type { ErrorCode, Problem } from './errors.ts';
import { problemOf } from './issue.ts';
import { shown } from './shown.ts';
import { structuralProblem } from './structure.ts';

export { problemOf } from './issue.ts';

export type ProposalResult =
	| { readonly ok: true; readonly proposal: Proposal }
	| { readonly ok: false; readonly problem: Problem };

export interface ProposalOptions {
	/** When the sender sent it, in ms since the epoch: `deadlineAt` is held against it. Absent: the deadline is not checked. */
	readonly sentAt?: number;
	/** Hosts (`host` or `host:port`) that callbacks may go to although they are private or not https. */
	readonly callbackHosts?: readonly string[];
}

/** A deadline must leave somebody this much time, in ms. */
export const minDeadlineMs = 1000;
/** A deadline further away than this, in ms, is a mistaken unit and not a plan. */
export const maxDeadlineMs = 366 * 86_400_000;

// The structure is checked first, by one walk over the whole value; zod need not walk the free-form parts a second time.
const jsonObject = z.custom<Proposal['arguments']>(
	(value) => typeof value === 'object' && value !== null && !Array.isArray(value),
	{ error: 'must be an object', params: { code: 'field_type' } },
);
const sound = proposal.extend({
	arguments: jsonObject.default({}),
	context: jsonObject.default({}),
	correlation: jsonObject.optional(),
});
const known = Object.keys(proposal.shape);

/**
 * Parses a proposal, whether it came as text, through a queue or from a caller in this process. Codes: those of `parseJson`
 * for the structure, then `object_required`, `version_unsupported`, `unknown_field`, `field_required`, `field_type`,
 * `field_invalid`, `amount_type`, `amount_range`, `currency_unknown`, `currency_decimals`, `confidence_range`,
 * `deadline_too_short`, `deadline_too_long`, `callback_url_forbidden`.
 */
export function parseProposal(input: unknown, options: ProposalOptions = {}): ProposalResult {
	if (typeof input !== 'object' || input === null || Array.isArray(input)) {
		return { ok: false, problem: { code: 'object_required', message: 'a proposal must be a JSON object' } };
	}
	const structure = structuralProblem(input);
	if (structure !== null) return { ok: false, problem: structure };
	const parsed = sound.safeParse(input);
	if (!parsed.success) return { ok: false, problem: problemOf(parsed.error, { input, known }) };
	const problem = deadlineProblem(parsed.data, options.sentAt) ?? callbackProblem(input, options.callbackHosts);
	return problem === null ? { ok: true, proposal: parsed.data } : { ok: false, problem };
}

const refusal = (code: ErrorCode, field: string, demand: string): Problem => ({ code, message: `\`${field}\` ${demand}`, field });

/** What is wrong with a proposal's deadline for somebody who sends it at `sentAt` (ms since the epoch), or null. */
export function deadlineProblem({ deadlineAt }: Proposal, sentAt: number | undefined): Problem | null {
	if (deadlineAt === undefined || sentAt === undefined) return null;
	const instead = `not ${shown(deadlineAt)}`;
	if (deadlineAt < sentAt + minDeadlineMs) {
		return refusal(
			'deadline_too_short',
			'deadlineAt',
			`must be at least ${minDeadlineMs} ms ahead, in ms since the epoch, ${instead}`,
		);
	}
	if (deadlineAt > sentAt + maxDeadlineMs) {
		return refusal('deadline_too_long', 'deadlineAt', `must be within 366 days, in ms since the epoch, ${instead}`);
	}
	return null;
}

/** Looks at what was sent: zod trims a URL, and the platform drops tabs out of it, before either can be checked. */
function callbackProblem(input: { readonly callbackUrl?: unknown }, hosts: readonly string[] = []): Problem | null {
	const flaw = typeof input.callbackUrl === 'string' ? callbackUrlFlaw(input.callbackUrl, hosts) : null;
	return flaw === null ? null : refusal('callback_url_forbidden', 'callbackUrl', flaw);
}

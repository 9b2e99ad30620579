/** Actions as the lines of a table that auditors open in a spreadsheet. */
import type { Action } from '../domain/action.ts';
import { toDecimal } from '../domain/money.ts';
import type { Cell } from './csv.ts';

const at = (instant: number | null | undefined): string | null => (instant == null ? null : new Date(instant).toISOString());

/** The columns, in order. They are an interface: new ones come at the end. */
const columns = {
	id: ({ id }) => id,
	tenant: ({ tenant }) => tenant,
	state: ({ state }) => state,
	route: ({ verdict }) => verdict?.route ?? null,
	operation: ({ proposal }) => proposal.operation,
	amount: ({ proposal }) => (proposal.amount === undefined ? null : toDecimal(proposal.amount)),
	currency: ({ proposal }) => proposal.amount?.currency ?? null,
	agent: ({ agent }) => agent,
	user: ({ proposal }) => proposal.user ?? null,
	payee: ({ proposal }) => proposal.payee ?? null,
	confidence: ({ verdict }) => verdict?.confidence ?? null,
	reasons: ({ verdict }) => verdict?.reasons.map(({ rule }) => rule).join(' ') ?? null,
	created_at: ({ createdAt }) => at(createdAt),
	changed_at: ({ updatedAt }) => at(updatedAt),
	decision: ({ decision }) => decision?.event ?? null,
	decided_by: ({ decision }) => decision?.by ?? null,
	decided_through: ({ decision }) => decision?.channel ?? null,
	decided_at: ({ decision }) => at(decision?.at),
	comment: ({ decision }) => decision?.comment ?? null,
	owner: ({ owner }) => owner,
	outcome: ({ outcome }) => outcome?.reason ?? null,
	revision: ({ revision }) => revision,
	payload_digest: ({ payloadDigest }) => payloadDigest,
	policy_digest: ({ verdict }) => verdict?.policyDigest ?? null,
} as const satisfies Record<string, (action: Action) => Cell>;

/** The first line: names of the columns. */
export const sheetHead: readonly string[] = Object.keys(columns);

/** The line of one action. */
export const sheetRow = (action: Action): Cell[] => Object.values(columns).map((cell) => cell(action));

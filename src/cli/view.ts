/** Actions as a terminal shows them. What an agent wrote is made inert. */
import type { Action } from '../domain/action.ts';
import type { Problem } from '../domain/errors.ts';
import { formatMoney } from '../domain/money.ts';
import type { Decision } from '../domain/review.ts';
import { explain } from '../policy/explain.ts';
import type { HistoryEntry } from '../store/actions.ts';
import { Exit, exitOf } from './exit.ts';
import { inert } from './output.ts';

const at = (instant: number): string => new Date(instant).toISOString();

/** The cells of one action in a list. */
export const listCells = ({ id, state, verdict, proposal, updatedAt }: Action): string[] => [
	id,
	state,
	verdict?.route ?? '-',
	inert(proposal.operation, 32),
	proposal.amount === undefined ? '-' : formatMoney(proposal.amount),
	inert(proposal.agent, 32),
	at(updatedAt),
];

export const listHead: readonly string[] = ['ID', 'STATE', 'ROUTE', 'OPERATION', 'AMOUNT', 'AGENT', 'CHANGED'];

/** Everything about one action. */
export function detailLines(action: Action): string[] {
	const { proposal, verdict, decision, outcome } = action;
	const facts: [string, string | undefined | null][] = [
		['id', action.id],
		['state', `${action.state}, revision ${action.revision}, version ${action.version}`],
		['operation', inert(proposal.operation)],
		['amount', proposal.amount && formatMoney(proposal.amount)],
		['reference', proposal.referenceAmount && formatMoney(proposal.referenceAmount)],
		['agent', `${inert(proposal.agent)} (tenant ${inert(action.tenant)})`],
		['user', proposal.user && inert(proposal.user)],
		['payee', proposal.payee && inert(proposal.payee)],
		['confidence', proposal.confidence === undefined ? 'none given' : String(proposal.confidence)],
		['arguments', inert(JSON.stringify(proposal.arguments), 1000)],
		['agent wrote', proposal.reasoning && inert(proposal.reasoning, 500)],
		['created', at(action.createdAt)],
		['changed', at(action.updatedAt)],
		['deadline', action.deadlineAt === null ? null : at(action.deadlineAt)],
		['owner', action.owner],
		['decision', decision && decisionText(decision)],
		[
			'outcome',
			outcome &&
				[outcome.state, outcome.reason, outcome.fallback]
					.filter(Boolean)
					.map((part) => inert(String(part), 300))
					.join(': '),
		],
		['payload', action.payloadDigest],
	];
	const told = facts.flatMap(([name, value]) => (value ? [`${name.padEnd(12)}${value}`] : []));
	return [...told, ...(verdict === null ? [] : ['', ...explain(verdict).map((line) => inert(line, 400))])];
}

/** Who decided what, how and when. */
export const decisionText = ({ event, by, channel, at: when, comment }: Decision): string =>
	`${event} by ${inert(by, 80)} (${channel}) at ${at(when)}${comment ? `: ${inert(comment, 300)}` : ''}`;

/** One line of a history. */
export const historyCells = (entry: HistoryEntry): string[] => [
	at(entry.at),
	`v${entry.version}`,
	entry.event,
	entry.to,
	inert(entry.by, 60),
];

/** The exit of a refusal; a lost race names the winner. */
export function refusal(problem: Problem, winner: Decision | null): Exit {
	const message = winner === null ? problem.message : `${problem.message}: ${decisionText(winner)}`;
	return new Exit(exitOf(problem.code), message, { code: problem.code, ...(winner !== null && { details: { winner } }) });
}

/** The exit for an id that names nothing. */
export const missing = (id: string): Exit =>
	new Exit('not_found', `there is no action \`${inert(id, 60)}\``, { code: 'not_found' });

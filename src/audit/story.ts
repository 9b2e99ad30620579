/** One action's own history, held against the lifecycle table, its promises and its hash. Pure. */
import { hash } from 'node:crypto';
import { accepts, type Event, events, isEnd, row, type State } from '../domain/lifecycle.ts';
import type { RecordedAction } from './recorded.ts';

/** An entry of a history, as far as the audit reads it. */
export interface Entry {
	readonly at: number;
	readonly version: number;
	readonly event: string;
	readonly to: string;
	readonly by: string;
	readonly digest?: string;
	readonly deadlineAt?: number;
	readonly detail?: unknown;
}

/** What is wrong, by a word that tables and scripts count by. */
export type Fault =
	| 'lost'
	| 'unmatched'
	| 'started_twice'
	| 'wrong_outcome'
	| 'disagreement'
	| 'deadline'
	| 'never_ended'
	| 'gap'
	| 'altered';

export interface Finding {
	readonly fault: Fault;
	readonly id: string;
	readonly what: string;
}

export interface Story {
	readonly id: string;
	readonly entries: readonly Entry[];
	/** Starts of the executor that were meant to call it. */
	readonly starts: readonly Entry[];
	readonly findings: readonly Finding[];
	/** When each deadline passed, and by how many ms that was late. */
	readonly lateness: readonly { readonly at: number; readonly lateMs: number }[];
}

const known: ReadonlySet<string> = new Set(events);
const approving: ReadonlySet<string> = new Set(['routed_auto', 'routed_notify', 'approved_by_reviewers', 'released']);
/** Answers to what runs against a deadline: they count strictly before it. */
const inTime: ReadonlySet<string> = new Set(['person', 'owner', 'agent']);
const waits: ReadonlySet<string> = new Set(['in_review', 'escalated']);

/** Reads one action's history; linear in its entries. */
export function storyOf(action: RecordedAction): Story {
	const { id } = action;
	const findings: Finding[] = [];
	const find = (fault: Fault, what: string): void => void findings.push({ fault, id, what });
	const entries = parsed(action.history, find);
	const starts: Entry[] = [];
	const lateness: { at: number; lateMs: number }[] = [];
	let state: State | null = null;
	let version = 0;
	let deadlineAt: number | null = null;
	let approval: Entry | null = null;
	let deferrals = 0;
	for (const [i, entry] of entries.entries()) {
		// A note, such as a report that something was wrong, changes nothing.
		if (entry.event !== 'received' && !known.has(entry.event) && entry.version === version) continue;
		if (entry.version !== version + 1) find('gap', `version ${entry.version} follows ${version}`);
		version = entry.version;
		const event = entry.event as Event;
		if (entry.event === 'received' ? state !== null : state === null || !known.has(event) || !accepts(state, event))
			find('gap', `\`${entry.event}\` cannot happen to what is ${state ?? 'not there'}`);
		if (known.has(event)) {
			const { cause } = row(event);
			if (deadlineAt !== null && state !== null && waits.has(state) && inTime.has(cause) && entry.at >= deadlineAt)
				find('deadline', `\`${event}\` counted ${entry.at - deadlineAt} ms after the deadline`);
			if (event === 'deadline_passed') {
				if (deadlineAt !== null && entry.at < deadlineAt)
					find('deadline', `the deadline passed ${deadlineAt - entry.at} ms early`);
				if (deadlineAt !== null) lateness.push({ at: entry.at, lateMs: entry.at - deadlineAt });
			}
			if (approving.has(event)) approval = entry;
			if (event === 'edited') approval = null;
			if (event === 'execution_deferred') deferrals++;
			if (event === 'execution_started' && !(entry.digest === undefined && entries[i + 1]?.event === 'execution_refused')) {
				starts.push(entry);
				if (approval === null) find('unmatched', 'started without a decision that approves');
				else if (entry.digest === undefined || approval.digest !== entry.digest)
					find('unmatched', `started ${entry.digest}, but \`${approval.event}\` was about ${approval.digest}`);
				else if (deadlineAt !== null && entry.at >= deadlineAt) find('unmatched', 'started after its approval had lapsed');
			}
			deadlineAt = entry.deadlineAt ?? (row(event).to === state ? deadlineAt : null);
		}
		state = entry.to as State;
	}
	if (starts.length > 1 + deferrals) find('started_twice', `started ${starts.length} times, and put off ${deferrals} times`);
	if (action.state === null) find('lost', 'an index names it, and it has no record');
	else {
		if (state !== action.state || version !== action.version)
			find('gap', `the history ends as ${state} ${version}, the record is ${action.state} ${action.version}`);
		if (action.chain !== chainOf(action.history)) find('altered', 'the history is not the one that was written');
		if (!isEnd(action.state as State) && action.dueAt === null)
			find('never_ended', `${action.state}, and nobody will look at it`);
	}
	return { id, entries, starts, findings, lateness };
}

/** The hash that a record holds: of each entry together with all before it, as transition.lua does it. */
export const chainOf = (history: readonly string[]): string =>
	history.reduce((chain, entry) => hash('sha1', chain + entry, 'hex'), '');

function parsed(history: readonly string[], find: (fault: Fault, what: string) => void): Entry[] {
	const entries: Entry[] = [];
	for (const text of history) {
		try {
			entries.push(JSON.parse(text) as Entry);
		} catch {
			find('altered', 'an entry of the history is not JSON');
		}
	}
	return entries;
}

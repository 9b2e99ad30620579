/** The checker: takes actions one by one, with what is known of them, and says at the end what it counted and what is wrong. Pure, linear. */
import { isEnd, type State } from '../domain/lifecycle.ts';
import type { RecordedAction } from './recorded.ts';
import { type Fault, type Finding, storyOf } from './story.ts';
import { contradictions, type Testimony } from './witnesses.ts';

/** What was counted: the numbers that show whether a zero means anything. */
export interface Counts {
	actions: number;
	acknowledged: number;
	found: number;
	entries: number;
	executions: number;
	effects: number;
	fallbacks: number;
	unknown: number;
	reconciled: number;
	byPeople: number;
	reportedLate: number;
	writtenOff: number;
	unknownNow: number;
	decisions: number;
	contenders: number;
	/** Actions that at least two answers competed for. */
	races: number;
	openCalls: number;
	deadlines: number;
	unended: number;
	messages: number;
	duplicateMessages: number;
}

export interface Report {
	readonly counts: Readonly<Counts>;
	readonly faults: Readonly<Record<Fault, number>>;
	/** In ms, null where no deadline passed. */
	readonly lateness: { readonly p99: number; readonly max: number } | null;
	/** The first of what is wrong. */
	readonly findings: readonly Finding[];
	/** Whether nothing is. */
	readonly ok: boolean;
}

export interface AuditOptions {
	/** When the history was taken, by the store's clock. */
	readonly now: number;
	/** What is overdue by more than this has nobody who looks at it. */
	readonly graceMs: number;
	/** Everything must have ended. */
	readonly ended?: boolean;
}

export interface Audit {
	add(action: RecordedAction, testimony?: Partial<Testimony>): void;
	/** What was found by other means. */
	find(finding: Finding): void;
	report(): Report;
}

/** Findings that are kept in words; all are counted. */
const mostFindings = 200;
const deciding: ReadonlySet<string> = new Set([
	...['routed_auto', 'routed_notify', 'blocked', 'approved_by_reviewers', 'rejected_by_reviewer', 'edited', 'taken_over'],
	...['withdrawn', 'deadline_passed', 'released', 'dismissed', 'resolved_by_hand', 'revoked'],
]);

/** Starts a check. */
export function openAudit({ now, graceMs, ended = false }: AuditOptions): Audit {
	const counts = zero();
	const faults: Record<Fault, number> = {
		...{ lost: 0, unmatched: 0, started_twice: 0, wrong_outcome: 0, disagreement: 0 },
		...{ deadline: 0, never_ended: 0, gap: 0, altered: 0 },
	};
	const kept: Finding[] = [];
	const lateness: number[] = [];
	return {
		find(finding) {
			faults[finding.fault]++;
			if (kept.length < mostFindings) kept.push(finding);
		},
		add(action, { calls = [], deeds = null, clockMovedAt = Number.POSITIVE_INFINITY } = {}) {
			const story = storyOf(action);
			const findings = [...story.findings, ...contradictions(action, story, { calls, deeds, clockMovedAt })];
			const over = action.state !== null && isEnd(action.state as State);
			const overdue = action.dueAt !== null && action.dueAt < now - graceMs;
			if (action.state !== null && !over && (ended || overdue))
				findings.push({ fault: 'never_ended', id: action.id, what: `${action.state}${overdue ? ', overdue' : ''}` });
			// One action is one fault of a kind, however many entries show it.
			for (const fault of new Set(findings.map((each) => each.fault))) faults[fault]++;
			if (kept.length < mostFindings) kept.push(...findings);
			lateness.push(...story.lateness.filter(({ at }) => at < clockMovedAt).map(({ lateMs }) => lateMs));

			const had = (event: string): boolean => story.entries.some((entry) => entry.event === event);
			const deedsOf = (kind: string): number => deeds?.filter((each) => each.kind === kind).length ?? 0;
			counts.actions++;
			if (!over) counts.unended++;
			counts.entries += story.entries.length;
			counts.executions += story.starts.length;
			counts.effects += deedsOf('effect');
			counts.fallbacks += deedsOf('fallback');
			if (had('outcome_lost')) {
				counts.unknown++;
				const found = story.entries.find(({ event }) => event === 'reconciled_done' || event === 'reconciled_not_done');
				if (found?.detail === 'late') counts.reportedLate++;
				else if (found !== undefined && had('reconcile_failed')) counts.byPeople++;
				else if (found !== undefined) counts.reconciled++;
				else if (had('written_off')) counts.writtenOff++;
				else counts.unknownNow++;
			}
			counts.decisions += story.entries.filter(({ event }) => deciding.has(event)).length;
			counts.deadlines += story.lateness.length;
			const answers = calls.filter(({ told }) => told === null || told.what !== 'acknowledged').length;
			counts.contenders += answers;
			if (answers > 1) counts.races++;
			counts.openCalls += calls.filter(({ told }) => told === null).length;
			if (calls.some(({ told }) => told?.what === 'acknowledged')) {
				counts.acknowledged++;
				if (action.state !== null) counts.found++;
			}
			const messages = deeds?.filter(({ kind }) => kind === 'message').map(({ key }) => key) ?? [];
			counts.messages += messages.length;
			counts.duplicateMessages += messages.length - new Set(messages).size;
		},
		report() {
			const sorted = lateness.sort((a, b) => a - b);
			const ok = Object.values(faults).every((number) => number === 0);
			const late = sorted.length === 0 ? null : { p99: percentile(sorted, 0.99), max: sorted.at(-1) as number };
			return { counts, faults, lateness: late, findings: kept, ok };
		},
	};
}

/** Of sorted numbers, by nearest rank. */
export const percentile = (sorted: readonly number[], share: number): number =>
	sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;

const zero = (): Counts => ({
	...{ actions: 0, acknowledged: 0, found: 0, entries: 0, executions: 0, effects: 0, fallbacks: 0 },
	...{ unknown: 0, reconciled: 0, byPeople: 0, reportedLate: 0, writtenOff: 0, unknownNow: 0 },
	...{ decisions: 0, contenders: 0, races: 0, openCalls: 0, deadlines: 0, unended: 0, messages: 0, duplicateMessages: 0 },
});

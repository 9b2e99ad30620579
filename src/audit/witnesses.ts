/** What clients were told and what happened outside, against an action's story: a register that is written once. Pure. */
import type { Call, Deed, RecordedAction } from './recorded.ts';
import type { Entry, Finding, Story } from './story.ts';

export interface Testimony {
	readonly calls: readonly Call[];
	/** Null where nobody wrote down what happened outside. */
	readonly deeds: readonly Deed[] | null;
	/** From this instant on the store's clock was moved: what is later by it is neither late nor told too early. */
	readonly clockMovedAt?: number;
}

/** Clocks of clients and of the store may differ by so much, in ms. */
const slackMs = 1_000;
/** Ends at which the action's own effect has happened, and at which it has not. */
const happened: ReadonlySet<string> = new Set(['executed']);
const not: ReadonlySet<string> = new Set(['failed', 'rejected', 'expired', 'withdrawn', 'resolved']);

/** Events after which another answer is the second one. */
const ending: ReadonlySet<string> = new Set([
	...['routed_auto', 'routed_notify', 'approved_by_reviewers', 'rejected_by_reviewer', 'edited', 'taken_over'],
	...['withdrawn', 'deadline_passed', 'released', 'dismissed', 'resolved_by_hand', 'revoked'],
]);

/** What the calls and deeds of one action contradict; linear in them. */
export function contradictions(action: RecordedAction, story: Story, { calls, deeds, clockMovedAt }: Testimony): Finding[] {
	return [
		...ofCalls(action, story, { calls, ...(clockMovedAt !== undefined && { clockMovedAt }) }),
		...(deeds === null ? [] : ofDeeds(action, story, deeds)),
	];
}

function ofCalls(
	action: RecordedAction,
	{ id, entries }: Story,
	{ calls, clockMovedAt = Number.POSITIVE_INFINITY }: Pick<Testimony, 'calls' | 'clockMovedAt'>,
): Finding[] {
	const findings: Finding[] = [];
	// Each answer that won is one entry of the history, and no entry is two answers'.
	const unclaimed = new Map<string, Entry[]>();
	const said = new Set<string>();
	let deadlineAt = Number.NEGATIVE_INFINITY;
	let decidedAt = Number.POSITIVE_INFINITY;
	for (const entry of entries.toReversed()) {
		const key = `${entry.event}/${entry.by}`;
		const open = unclaimed.get(key);
		if (open === undefined) unclaimed.set(key, [entry]);
		else open.push(entry);
		said.add(`${key}/${entry.at}`);
		if (entry.event === 'deadline_passed') deadlineAt = Math.max(deadlineAt, entry.at);
		if (ending.has(entry.event)) decidedAt = entry.at;
	}
	const disagree = (what: string): void => void findings.push({ fault: 'disagreement', id, what });
	for (const { told, until, digest } of calls) {
		if (told === null) continue;
		if (told.what === 'acknowledged') {
			if (action.state === null) findings.push({ fault: 'lost', id, what: 'it was acknowledged, and is not there' });
		} else if (told.what === 'won') {
			const open = unclaimed.get(`${told.event}/${told.by}`);
			// Withdrawing twice is withdrawing once.
			const entry = told.event === 'withdrawn' ? open?.at(-1) : open?.pop();
			if (entry === undefined) disagree(`${told.by} was told to have made \`${told.event}\`, which the history does not say`);
			else if (entry.digest !== undefined && digest !== undefined && entry.digest !== digest)
				disagree(`${told.by} decided about ${digest}, and the decision is about ${entry.digest}`);
		} else if (told.winner === null) {
			// Who repeats an answer that is counted already is not second to anybody.
			if (told.code === 'already_decided' && until !== null && decidedAt <= until)
				disagree('somebody was told to be second, and not who was first');
		} else {
			const { event, by, at } = told.winner;
			// A deadline wins at its instant, whenever its entry is written; and it is nobody's.
			if (event === 'deadline_passed' ? deadlineAt < at : !said.has(`${event}/${by}/${at}`))
				disagree(`somebody was told that \`${event}\` by ${by} won at ${at}, which the history does not say`);
			else if (until !== null && until < clockMovedAt && at > until + slackMs)
				disagree(`\`${event}\` was told before it happened`);
		}
	}
	return findings;
}

function ofDeeds(action: RecordedAction, { id, starts, entries }: Story, deeds: readonly Deed[]): Finding[] {
	const findings: Finding[] = [];
	const effects = deeds.filter(({ kind }) => kind === 'effect');
	const digests = new Set(starts.map(({ digest }) => digest));
	for (const { digest } of effects) {
		if (starts.length === 0) findings.push({ fault: 'unmatched', id, what: 'it ran, and was never started' });
		else if (digest !== undefined && !digests.has(digest))
			findings.push({ fault: 'unmatched', id, what: `${digest} ran, which nobody approved` });
	}
	if (new Set(effects.map(({ key }) => key)).size < effects.length)
		findings.push({ fault: 'started_twice', id, what: `it ran ${effects.length} times` });
	const state = action.state ?? '';
	if (happened.has(state) && effects.length === 0)
		findings.push({ fault: 'wrong_outcome', id, what: 'it is said to have run, and did not' });
	if (not.has(state) && effects.length > 0)
		findings.push({ fault: 'wrong_outcome', id, what: `it is said to be ${state}, and has run` });
	const fellBack = entries.some(({ event, by }) => event === 'fallback_done' && by !== 'clock');
	if (fellBack && !deeds.some(({ kind }) => kind === 'fallback'))
		findings.push({ fault: 'wrong_outcome', id, what: 'its fallback is said to have run, and did not' });
	return findings;
}

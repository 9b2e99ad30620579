import { type Cause, type Effect, ends, isEnd, lifecycle, type Row, type State, states } from '../../src/domain/lifecycle.ts';

/** What each state means to a newcomer. A state without a line here does not compile. */
const stateMeanings: Record<State, string> = {
	received: 'proposed and stored; policy has not judged it yet (again, after an edit)',
	approved: 'policy or people said yes; a worker is about to start it',
	in_review: 'people have been asked and have not answered with enough votes yet',
	escalated: 'handed to a person: an open case, with or without an owner',
	rejected: 'somebody, or a blocking rule, said no',
	falling_back: 'nobody answered in time; the safe fallback is running',
	resolved: 'a person did it by hand, another way',
	expired: 'nobody answered in time, or the approval went stale; the proposed action did not run',
	executing: 'the executor was called and has not answered yet',
	executed: 'it ran, once',
	failed: 'it was tried and certainly had no (further) effect',
	outcome_unknown: 'it was started, and nobody knows whether it happened: it is never started again',
	unaccounted: 'nobody could find out whether it happened',
	withdrawn: 'the agent took it back before it started',
};

const causeMeanings: Record<Cause, string> = {
	policy: 'the verdict of the policy',
	person: 'a reviewer who was asked',
	owner: 'the owner of the case',
	clock: 'a deadline or timer, by the clock of Redis',
	worker: 'a worker that finished, failed or gave up',
	agent: 'the agent that proposed it',
};

const effectMeanings: Record<Effect, string> = {
	execute: 'start the executor',
	inform: "put a line into the reviewers' digest",
	open_review: 'ask the people of the next tier',
	open_case: 'page the on-call chain',
	publish_outcome: 'tell the agent',
	classify: 'let policy judge the new revision',
	run_fallback: 'run the safe fallback operation',
	reconcile: 'find out what happened',
	alert: 'alert the operators',
};

const rows: readonly Row[] = lifecycle;

/** docs/lifecycle.md: the table of src/domain/lifecycle.ts as a diagram and as tables. */
export function lifecyclePage(): string {
	return `# The life of an action

<!-- Generated from src/domain/lifecycle.ts by \`npm run generate\`; edit that table, not this page. -->

Every action is in exactly one state. An event moves it; what has to follow (the effects) is written in the same atomic write
as the new state. An event that the current state has no row for changes nothing, and its sender is told what happened instead.

\`\`\`mermaid
stateDiagram-v2
    [*] --> received
${arrows().join('\n')}
${ends.map((state) => `    ${state} --> [*]`).join('\n')}
\`\`\`

## States

${table(
	['state', '', 'meaning'],
	states.map((state) => [code(state), isEnd(state) ? 'end' : '', stateMeanings[state]]),
)}

## Events

${table(
	['from', 'event', 'to', 'caused by', 'effects'],
	rows.map(({ from, event, to, cause, effects }) => [
		from.map(code).join(', '),
		code(event),
		code(to),
		cause,
		effects.map(code).join(', '),
	]),
)}

## Who causes an event

${table(['cause', 'meaning'], Object.entries(causeMeanings))}

## Effects

${table(
	['effect', 'meaning'],
	Object.entries(effectMeanings).map(([effect, meaning]) => [code(effect), meaning]),
)}
`;
}

/** One arrow for each pair of states, with all its events, so that the picture stays readable. */
function arrows(): string[] {
	const labels = new Map<string, string[]>();
	for (const { from, event, to } of rows) {
		for (const state of from) {
			const arrow = `${state} --> ${to}`;
			labels.set(arrow, [...(labels.get(arrow) ?? []), event]);
		}
	}
	return [...labels].map(([arrow, events]) => `    ${arrow} : ${events.join(' / ')}`);
}

const code = (text: string): string => `\`${text}\``;

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n');
}

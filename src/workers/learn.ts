/** Learns from what people decided, answered and reported: examples of the memory, counts for reports. Each once, whoever works on it. */
import type { Action } from '../domain/action.ts';
import { answerCounts, endingCounts } from '../learning/endings.ts';
import type { Labelled } from '../learning/example.ts';
import { checked, decided, reported } from '../learning/example.ts';
import { clusterOf } from '../learning/strata.ts';
import { opinionCounts } from '../learning/tallies.ts';
import { memoryOf } from '../policy/similar.ts';
import type { Lesson } from '../store/lessons.ts';
import type { FactWrite } from '../store/transition.ts';
import { demote } from './demote.ts';
import type { WorkerDeps } from './deps.ts';
import { cellFor } from './recall.ts';

const batch = 200;
/** After so many half-lives an example weighs a thousandth, and may go. */
const fadedAfter = 10;

/** Learns from everything that has come in. */
export async function learn(deps: WorkerDeps): Promise<void> {
	const { store } = deps.engine;
	let bad = false;
	for (;;) {
		const lessons = await store.learning.lessons.waiting(batch);
		const actions = new Map((await store.actions.getAll(lessons.map(({ actionId }) => actionId))).map((each) => [each.id, each]));
		for (const lesson of lessons) {
			const action = actions.get(lesson.actionId);
			const writes = action === undefined ? [] : await lessonOf(deps, action, lesson);
			if (!(await store.learning.lessons.learned(lesson, writes))) continue;
			deps.signal('learned', lesson.actionId);
			bad ||= action !== undefined && (await speaksAgainst(deps, action, lesson));
		}
		if (lessons.length < batch) break;
	}
	// Rates rise only with what speaks against an action: nothing else can demote.
	if (bad) await demote(deps);
}

const speaksAgainst = async (deps: WorkerDeps, action: Action, lesson: Lesson): Promise<boolean> =>
	(await labelIn(deps, action, lesson))?.label === 'rejected';

async function lessonOf(deps: WorkerDeps, action: Action, lesson: Lesson): Promise<FactWrite[]> {
	const { statistics } = deps.engine.store.learning;
	const labelled = await labelIn(deps, action, lesson);
	const writes = labelled === null ? [] : exampleWrites(deps, action, labelled);
	// Reports are no random sample, and say nothing of how often an opinion is right.
	if (labelled !== null && labelled.source !== 'report' && action.verdict !== null)
		writes.push(...statistics.counted(action.createdAt, opinionCounts(action.proposal, action.verdict, labelled.label)));
	// A person who stops what was approved has answered no question.
	if (lesson.kind !== 'decided' || action.decision?.event === 'revoked') return writes;
	const before = await statistics.lastAnswers([...action.replies.map(({ reviewer }) => reviewer), action.decision?.by ?? '']);
	const { counts, last } = answerCounts(action, (reviewer) => before.get(reviewer) ?? null);
	const counted = statistics.counted(action.createdAt, [...endingCounts(action), ...counts]);
	return [...writes, ...counted, ...statistics.answered(last)];
}

async function labelIn({ engine }: WorkerDeps, action: Action, { kind, actionId }: Lesson): Promise<Labelled | null> {
	switch (kind) {
		case 'decided':
			return decided(action);
		case 'checked':
			return checked(await engine.store.learning.spotChecks.get(actionId));
		case 'reported':
			return reported(await engine.store.reports.of(actionId));
	}
}

/** What was edited says nothing for or against what the agent proposed; it is a line of the export. */
function exampleWrites({ engine }: WorkerDeps, action: Action, { label, people, at }: Labelled): FactWrite[] {
	const { examples } = engine.store.learning;
	const policy = engine.policy();
	const writes = [...examples.labelled(action.tenant, action.id, at)];
	const memory = memoryOf(policy, action.proposal.operation);
	const cell = cellFor(policy, action.proposal);
	if (memory === null || cell === null || label === 'edited') return writes;
	const cluster = clusterOf(action.proposal);
	for (const person of people) {
		const example = { approved: label === 'approved', person, agent: action.agent, cluster, at };
		writes.push(...examples.added(cell, example, fadedAfter * memory.half_life));
	}
	return writes;
}

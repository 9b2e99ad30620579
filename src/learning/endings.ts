/** How something that went to people ended, as counts. Pure. */
import type { Action } from '../domain/action.ts';
import { decided } from './example.ts';
import { decidedCounts, type Ending, placeOf, type Tally } from './tallies.ts';

/** The counts of an action that people have ended, or nobody has. */
export function endingCounts(action: Action): Tally[] {
	const { verdict, proposal } = action;
	// What policy let run and a person stopped is no answer to a question.
	if (verdict === null || (verdict.route !== 'approval' && verdict.route !== 'escalation')) return [];
	// Stopped after it was approved: it was counted when it was approved.
	if (action.decision?.event === 'revoked') return [];
	return decidedCounts(proposal, verdict, endingOf(action));
}

function endingOf(action: Action): Ending {
	const labelled = decided(action);
	if (labelled !== null) return labelled.label;
	if (action.decision?.event === 'resolved_by_hand') return 'by_hand';
	return action.state === 'withdrawn' ? 'withdrawn' : 'unanswered';
}

/** Bands of a duration, each a quarter longer than the one before, from a second on. */
const growth = Math.log(1.25);
export const bandOfWait = (ms: number): number => Math.max(0, Math.ceil(Math.log(Math.max(1, ms / 1000)) / growth));
/** The upper end of a band, in ms. */
export const waitOfBand = (band: number): number => Math.round(1000 * Math.exp(band * growth));

/** Answers this close to the one before, in ms, were not read. */
export const fastMs = 5_000;

/** What people answered and how long it took; `before`: when each of them answered last, by reviewer. */
export function answerCounts(
	action: Action,
	before: (reviewer: string) => number | null,
): { counts: Tally[]; last: Map<string, number> } {
	const { verdict, proposal, createdAt, decision } = action;
	const counts: Tally[] = [];
	const last = new Map<string, number>();
	if (verdict === null || (verdict.route !== 'approval' && verdict.route !== 'escalation')) return { counts, last };
	const answers: { reviewer: string; answer: string; at: number }[] = action.replies.map(({ reviewer, answer, at }) => ({
		reviewer,
		answer,
		at,
	}));
	if (decision !== null && caseAnswers.has(decision.event))
		answers.push({ reviewer: decision.by, answer: decision.event, at: decision.at });
	for (const { reviewer, answer, at } of answers) {
		const who = ['reviewer', proposal.tenant, reviewer];
		const earlier = last.get(reviewer) ?? before(reviewer);
		counts.push(
			{ words: [...who, 'answer', answer], by: 1 },
			{ words: [...who, 'took', String(bandOfWait(at - createdAt))], by: 1 },
		);
		if (earlier !== null && at >= earlier)
			counts.push({ words: [...who, 'pace', at - earlier < fastMs ? 'fast' : 'slow'], by: 1 });
		last.set(reviewer, at);
	}
	const end = answers.at(-1);
	if (end !== undefined) {
		const place = placeOf(proposal, verdict.policyDigest);
		counts.push(
			{ words: ['wait', ...place, String(bandOfWait(end.at - createdAt))], by: 1 },
			{ words: ['wait_ms', ...place], by: Math.max(0, end.at - createdAt) },
		);
	}
	return { counts, last };
}

const caseAnswers: ReadonlySet<string> = new Set(['released', 'dismissed', 'resolved_by_hand']);

/** The upper end of the band in which a share of the waits has ended. */
export function percentile(bands: ReadonlyMap<number, number>, share: number): number | null {
	const all = [...bands.values()].reduce((sum, each) => sum + each, 0);
	let seen = 0;
	for (const [band, count] of [...bands].sort((a, b) => a[0] - b[0])) {
		seen += count;
		if (seen >= share * all) return waitOfBand(band);
	}
	return null;
}

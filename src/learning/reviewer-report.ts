/** Reviewers in the report: how much each answered, how, how fast, and what looks like approving without reading. Pure. */
import { percentile } from './endings.ts';
import type { Tally } from './tallies.ts';

/** `approves_everything`: nearly nothing else in many answers; `too_fast`: many answers within seconds of the one before. */
export type Signal = 'approves_everything' | 'too_fast';

export interface ReviewerLine {
	readonly reviewer: string;
	readonly answers: number;
	readonly approved: number;
	readonly rejected: number;
	/** Middle of the times from the proposal to the answer, in ms: the upper end of its band. */
	readonly medianMs: number | null;
	/** Share of the answers that came within five seconds of the one before. */
	readonly fast: number | null;
	readonly signals: readonly Signal[];
}

/** Fewer answers than this say nothing about how somebody works. */
const leastAnswers = 30;
const everything = 0.98;
const often = 0.5;

interface Sums {
	readonly answers: Map<string, number>;
	readonly took: Map<number, number>;
	fast: number;
	paced: number;
}

/** The reviewers of some counts, the busiest first. */
export function reviewersOf(counts: readonly Tally[]): ReviewerLine[] {
	const people = new Map<string, Sums>();
	for (const { words, by } of counts) {
		const [kind, , reviewer = '', what, value = ''] = words;
		if (kind !== 'reviewer') continue;
		const sums = people.get(reviewer) ?? { answers: new Map(), took: new Map(), fast: 0, paced: 0 };
		people.set(reviewer, sums);
		if (what === 'answer') sums.answers.set(value, (sums.answers.get(value) ?? 0) + by);
		if (what === 'took') sums.took.set(Number(value), (sums.took.get(Number(value)) ?? 0) + by);
		if (what === 'pace') {
			sums.paced += by;
			if (value === 'fast') sums.fast += by;
		}
	}
	return [...people].map(([reviewer, sums]) => lineOf(reviewer, sums)).sort((a, b) => b.answers - a.answers);
}

function lineOf(reviewer: string, { answers, took, fast, paced }: Sums): ReviewerLine {
	const all = [...answers.values()].reduce((sum, each) => sum + each, 0);
	const approved = (answers.get('approve') ?? 0) + (answers.get('released') ?? 0);
	const share = paced === 0 ? null : fast / paced;
	const signals: Signal[] = [];
	if (all >= leastAnswers && approved / all >= everything) signals.push('approves_everything');
	if (paced >= leastAnswers && (share ?? 0) >= often) signals.push('too_fast');
	return {
		reviewer,
		answers: all,
		approved,
		rejected: (answers.get('reject') ?? 0) + (answers.get('dismissed') ?? 0),
		medianMs: percentile(took, 0.5),
		fast: share,
		signals,
	};
}

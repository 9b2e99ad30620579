/** When policy wants a second opinion, and what an opinion does to a verdict: it can hold an action, and never let one run. Pure. */
import type { Proposal } from '../domain/action.ts';
import type { Opinion, OpinionAnswer } from '../domain/opinion.ts';
import type { Verdict } from '../domain/verdict.ts';
import { stakeOf } from './amounts.ts';
import { minorOf } from './compile.ts';
import type { QuestionEntry } from './document-learning.ts';
import { brief, type Grounds, say } from './grounds.ts';
import { appliesTo, operationOf, type Policy } from './policy.ts';
import type { Scene } from './scene.ts';

/** The questions to ask about an action: only where policy would let it run. */
export function questionsFor(policy: Policy, proposal: Proposal, verdict: Verdict): readonly QuestionEntry[] {
	const { second_opinion: section } = policy.document;
	if (section === undefined || (verdict.route !== 'auto' && verdict.route !== 'notify')) return [];
	const operation = operationOf(policy, proposal.operation);
	const { minor } = stakeOf(proposal, operation, policy.rates);
	const reached = operation.bands.threshold[verdict.route];
	return section.questions.filter(
		(question) =>
			appliesTo(question, operation) &&
			(question.within === undefined || verdict.confidence - reached <= question.within + 1e-9) &&
			// An amount that nobody can compare is asked about.
			(question.above === undefined || minor === null || minor > minorOf(question.above, policy.document)),
	);
}

const sayings: Readonly<Record<Exclude<OpinionAnswer, 'yes'>, readonly [en: string, zh: string]>> = {
	no: ['a second opinion says no', '模型意见：否'],
	unsure: ['a second opinion is not sure', '模型意见：不确定'],
};

/** Counts what was said against an action; a yes counts for nothing. */
export function judgeOpinions({ facts, policy }: Scene, grounds: Grounds): void {
	for (const opinion of facts.opinions ?? []) {
		const question = policy.document.second_opinion?.questions.find(({ id }) => id === opinion.question);
		if (question === undefined || opinion.answer === 'yes') continue;
		const route = opinion.answer === 'no' ? question.on_no : question.on_unsure;
		const [en, zh] = sayings[opinion.answer];
		const why = brief(opinion.reason, 140);
		grounds.add({ rule: `opinion.${question.id}`, route, text: say(`${en}: ${why}`, `${zh}：${why}`) });
	}
}

/** What was asked and said, for the record. */
export const opinionsIn = ({ facts }: Scene): { readonly opinions?: readonly Opinion[] } =>
	facts.opinions === undefined || facts.opinions.length === 0 ? {} : { opinions: facts.opinions };

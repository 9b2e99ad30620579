/** Checks of what a document says of learning: that the people and operations it names exist. */
import type { PolicyDocument } from './document.ts';
import type { Report } from './semantics.ts';
import { checkAmount, checkScope } from './semantics-conditions.ts';
import { checkNames } from './semantics-people.ts';

export function checkLearning(document: PolicyDocument, report: Report): void {
	const context = { document, report };
	const { demotion, memory, second_opinion: opinion, spot_checks: checks } = document;
	if (demotion !== undefined) checkScope(demotion, ['demotion'], context);
	if (demotion !== undefined && checks === undefined)
		report.warning(['demotion'], 'knows no error rate without `spot_checks`; only rejections and reports can demote');
	if (memory !== undefined) checkScope(memory, ['memory'], context);
	if (checks !== undefined) {
		checkNames(checks.to, ['spot_checks', 'to'], context);
		checkScope(checks, ['spot_checks'], context);
	}
	const ids = new Set<string>();
	for (const [i, question] of (opinion?.questions ?? []).entries()) {
		const path = ['second_opinion', 'questions', i];
		checkScope(question, path, context);
		if (ids.has(question.id)) report.problem([...path, 'id'], `the id \`${question.id}\` is used twice`);
		ids.add(question.id);
		if (question.above !== undefined) checkAmount(question.above, [...path, 'above'], context);
	}
}

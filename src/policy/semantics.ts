/** What a schema cannot say about a document: that names name something, that numbers agree with each other, that people can be reached. */
import type { PolicyDocument } from './document.ts';
import { checkConditions } from './semantics-conditions.ts';
import { checkLearning } from './semantics-learning.ts';
import { checkOperations } from './semantics-operations.ts';
import { checkPeople } from './semantics-people.ts';
import type { Path, PolicyProblem, YamlSource } from './yaml-source.ts';

/** Where checks report. A problem refuses the document; a warning stands beside it. */
export interface Report {
	problem(path: Path, message: string, at?: 'key' | 'value'): void;
	warning(path: Path, message: string): void;
}

export interface Findings {
	readonly problems: PolicyProblem[];
	readonly warnings: PolicyProblem[];
	readonly report: Report;
}

/** An empty report for a document. */
export function findingsOn(source: YamlSource): Findings {
	const problems: PolicyProblem[] = [];
	const warnings: PolicyProblem[] = [];
	return {
		problems,
		warnings,
		report: {
			problem: (path, message, at) => void problems.push(source.problem(path, message, at)),
			warning: (path, message) => void warnings.push(source.problem(path, message)),
		},
	};
}

/** Every check of meaning that needs no compiled policy. */
export function checkSemantics(document: PolicyDocument, report: Report): void {
	checkPeople(document, report);
	checkOperations(document, report);
	checkConditions(document, report);
	checkLearning(document, report);
}

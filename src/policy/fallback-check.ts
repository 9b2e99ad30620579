/** INVARIANT I4: what runs when nobody answered must be something that policy lets run by itself; here policy is asked. */
import { noFacts } from '../domain/facts.ts';
import { parseProposal } from '../domain/parse.ts';
import { evaluate } from './evaluate.ts';
import type { Policy } from './policy.ts';
import type { Report } from './semantics.ts';

/** Judges every fallback as if an agent proposed it with full confidence. Its arguments, and rules that fail for want of them, are left out. */
export function checkFallbacks(policy: Policy, report: Report): void {
	const judged = new Map<string, string | null>();
	for (const [name, { fallback }] of Object.entries(policy.document.operations)) {
		const { handler } = fallback;
		if (handler === null) continue;
		if (!judged.has(handler)) judged.set(handler, objection(handler, policy));
		const problem = judged.get(handler);
		if (problem === null || problem === undefined) continue;
		report.problem(
			['operations', name, 'fallback', 'handler'],
			`\`${handler}\` does not run by itself (${problem}); a fallback must`,
		);
	}
}

function objection(operation: string, policy: Policy): string | null {
	const read = parseProposal({ version: 1, agent: 'fallback', idempotencyKey: 'fallback', operation, confidence: 1 });
	if (!read.ok) return read.problem.message;
	const verdict = evaluate(read.proposal, noFacts(0), policy, 0);
	const reasons = verdict.reasons.filter(
		({ rule, route, error }) => error === undefined && rule !== 'check.arguments_invalid' && route !== 'auto',
	);
	const [first] = reasons;
	return first === undefined ? null : `${first.rule}: ${first.text.en}`;
}

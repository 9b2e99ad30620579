/** From YAML text to a policy in force, or every reason why not, each with its line and column. */
import { compilePolicy } from './compile.ts';
import { type PolicyDocument, policyDocument, policyJsonSchema } from './document.ts';
import { checkFallbacks } from './fallback-check.ts';
import type { Policy } from './policy.ts';
import { compileRule, type Rule, ruleCompiler } from './rules.ts';
import { schemaProblems } from './schema-problems.ts';
import { checkSemantics, findingsOn, type Report } from './semantics.ts';
import { type PolicyProblem, readYaml } from './yaml-source.ts';

export { policyJsonSchema } from './document.ts';
export type { PolicyProblem } from './yaml-source.ts';

export type PolicyReading =
	| { readonly ok: true; readonly policy: Policy }
	| { readonly ok: false; readonly problems: readonly PolicyProblem[] };

/** More than this nobody reads; fixing the first ones usually mends the rest. */
const mostProblems = 50;

/**
 * Reads and compiles a policy. `input` is the text, or the bytes of its file; `source` names it in messages. A policy that is
 * given back may carry warnings. Code `policy_invalid` stands for a refusal wherever one is answered over HTTP.
 */
export function parsePolicy(input: string | Uint8Array, source = 'policy'): PolicyReading {
	const yaml = readYaml(input);
	if (!yaml.ok) return yaml;
	const { value } = yaml.source;
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		return refused([yaml.source.problem([], 'the file must hold a mapping such as `version: 1` and the rest')]);
	}
	if (Object.keys(value).length === 0) return refused([yaml.source.problem([], 'the file is empty')]);
	const parsed = policyDocument.safeParse(value, { reportInput: true });
	if (!parsed.success) return refused(schemaProblems(parsed.error, yaml.source, policyJsonSchema()));
	const document = parsed.data;
	const { problems, warnings, report } = findingsOn(yaml.source);
	checkSemantics(document, report);
	const rules = compileRules(document, report);
	if (problems.length > 0) return refused(problems);
	const policy = compilePolicy({ document, source, rules, warnings });
	checkFallbacks(policy, report);
	return problems.length > 0 ? refused(problems) : { ok: true, policy };
}

function compileRules(document: PolicyDocument, report: Report): Rule[] {
	const compiler = ruleCompiler();
	const rules: Rule[] = [];
	for (const [i, entry] of document.rules.entries()) {
		const compiled = compiler.compile(entry.when);
		if ('problem' in compiled) report.problem(['rules', i, 'when'], compiled.problem);
		else rules.push(compileRule(entry, compiled.program));
	}
	return rules;
}

function refused(problems: readonly PolicyProblem[]): PolicyReading {
	const ordered = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
	return { ok: false, problems: ordered.slice(0, mostProblems) };
}

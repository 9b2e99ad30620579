/** The work of `countersign policy`. */
import { noFacts } from '../domain/facts.ts';
import { parseJson } from '../domain/json.ts';
import { parseProposal } from '../domain/parse.ts';
import { casesJsonSchema, parseCases, runCases } from '../policy/cases.ts';
import { evaluate } from '../policy/evaluate.ts';
import { explain } from '../policy/explain.ts';
import { policyJsonSchema } from '../policy/load.ts';
import { Exit, exitCodes } from './exit.ts';
import { bytesOf } from './lines.ts';
import { inert, type Output } from './output.ts';
import { policyOf } from './replay-file.ts';

export async function check(file: string, output: Output): Promise<void> {
	const policy = await policyOf(file);
	if (output.json) {
		output.data({ ok: true, digest: policy.digest, operations: [...policy.operations.keys()], warnings: policy.warnings });
		return;
	}
	for (const { line, column, path, message } of policy.warnings)
		output.say(inert(`warning: ${file}:${line}:${column} ${path}: ${message}`, 400));
	output.line(`${file} is valid: ${policy.operations.size} operations, digest ${policy.digest}`);
}

export async function test({ file, cases }: { file: string; cases?: string }, output: Output): Promise<void> {
	const policy = await policyOf(file);
	const path = cases ?? file.replace(/\.ya?ml$/, '.cases.yaml');
	const read = parseCases(await bytesOf(path));
	if (!read.ok) {
		const lines = read.problems.map(
			(problem) => `  ${path}:${problem.line}:${problem.column} ${problem.path}: ${problem.message}`,
		);
		throw new Exit('invalid', `the cases do not validate\n${lines.join('\n')}`, { details: read.problems });
	}
	const results = runCases(policy, read.cases);
	const failed = results.filter(({ ok }) => !ok);
	if (output.json)
		output.data({
			cases: results.length,
			failed: failed.length,
			results: results.map(({ name, ok, problems, verdict }) => ({ name, ok, problems, route: verdict?.route ?? null })),
		});
	else {
		for (const { name, problems } of failed)
			for (const problem of problems) output.line(inert(`failed: ${name}: ${problem}`, 400));
		output.line(`${results.length - failed.length} of ${results.length} cases passed`);
	}
	if (failed.length > 0) process.exitCode = exitCodes.findings;
}

export async function explainProposal(
	asked: { file: string; proposal: string; language: string },
	output: Output,
): Promise<void> {
	const { language } = asked;
	if (language !== 'en' && language !== 'zh-CN') throw new Exit('usage', 'the language must be en or zh-CN', { code: 'usage' });
	const policy = await policyOf(asked.file);
	const text = parseJson(new TextDecoder().decode(await bytesOf(asked.proposal)));
	const read = text.ok ? parseProposal(text.value) : text;
	if (!read.ok) throw new Exit('invalid', `the proposal does not parse: ${read.problem.message}`, { code: read.problem.code });
	// Nothing is known of the past here; the live system knows it.
	const now = Date.now();
	const verdict = evaluate(read.proposal, noFacts(now), policy, now);
	if (output.json) output.data(verdict);
	else for (const line of explain(verdict, language)) output.line(inert(line, 1000));
}

export async function schema(cases: boolean, output: Output): Promise<void> {
	output.line(JSON.stringify(cases ? casesJsonSchema() : policyJsonSchema(), null, 2));
}

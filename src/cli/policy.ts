/** `countersign policy`: check, test and explain policies, and the JSON Schemas for editors. */
import type { Command } from 'commander';
import { run } from './output.ts';
import { addRollout } from './rollout.ts';

export function addPolicy(program: Command): void {
	const policy = program.command('policy').description('check, test and explain policies, and roll them out');
	policy
		.command('check')
		.argument('<file>', 'the policy')
		.description('say whether a policy validates, and what is surely not meant')
		.option('--json', 'print the findings as JSON')
		.addHelpText('after', '\nExamples:\n  countersign policy check policies/support.yaml')
		.action((file: string, options: { json?: boolean }) =>
			run(options, async (output) => (await import('./policy-work.ts')).check(file, output)),
		);
	policy
		.command('test')
		.argument('<file>', 'the policy')
		.description('judge the test cases of a policy; exit code 6 where one fails')
		.option('--cases <file>', 'the cases; the policy’s name with `.cases.yaml` by default')
		.option('--json', 'print the results as JSON')
		.addHelpText('after', '\nExamples:\n  countersign policy test policies/support.yaml')
		.action((file: string, options: { cases?: string; json?: boolean }) =>
			run(options, async (output) => (await import('./policy-work.ts')).test({ file, ...options }, output)),
		);
	policy
		.command('explain')
		.argument('<file>', 'the policy')
		.argument('<proposal>', 'a file with one proposal as JSON')
		.description('say where a policy would send an action, and every reason why')
		.option('--language <language>', 'en or zh-CN', 'en')
		.option('--json', 'print the verdict as JSON')
		.addHelpText('after', '\nExamples:\n  countersign policy explain policies/support.yaml refund.json --language zh-CN')
		.action((file: string, proposal: string, options: { language: string; json?: boolean }) =>
			run(options, async (output) =>
				(await import('./policy-work.ts')).explainProposal({ file, proposal, language: options.language }, output),
			),
		);
	policy
		.command('schema')
		.description('print the JSON Schema of policies, for editors')
		.option('--cases', 'of case files instead')
		.addHelpText('after', '\nExamples:\n  countersign policy schema > policy.schema.json')
		.action((options: { cases?: boolean }) =>
			run({ json: true }, async (output) => (await import('./policy-work.ts')).schema(options.cases ?? false, output)),
		);
	addRollout(policy);
}

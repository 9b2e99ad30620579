/** `countersign examples export`: what people decided, as training data. */
import { type Command, Option } from 'commander';
import { run } from './output.ts';

interface Options {
	readonly tenant: string;
	readonly format: 'jsonl' | 'chat';
	readonly label?: string;
	readonly operation?: string;
}

export function addExamples(program: Command): void {
	program
		.command('examples')
		.description('what people said of actions')
		.command('export')
		.description('write what people decided as training data, one JSON object a line, without personal data')
		.option('-t, --tenant <name>', 'of this tenant', 'default')
		.addOption(
			new Option('--format <format>', '`chat`: conversations for fine-tuning a chat model')
				.choices(['jsonl', 'chat'])
				.default('jsonl'),
		)
		.addOption(new Option('--label <label>', 'only those with this label').choices(['approved', 'edited', 'rejected']))
		.option('--operation <name>', 'only those of this operation')
		.addHelpText(
			'after',
			'\nExamples:\n  countersign examples export > examples.jsonl\n  countersign examples export --format chat --label approved > tuning.jsonl',
		)
		.action((options: Options) =>
			run({ json: true }, async (output) => (await import('./examples-work.ts')).exportAll(options, output)),
		);
}

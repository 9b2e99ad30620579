/** `countersign report`: what ran by itself, what people were asked, how long they took, and how much was wrong. */
import type { Command } from 'commander';
import { run } from './output.ts';

interface Options {
	readonly tenant: string;
	readonly since?: string;
	readonly until?: string;
	readonly compare?: string;
	readonly json?: boolean;
}

export function addReport(program: Command): void {
	program
		.command('report')
		.description('how many actions ran by themselves, were asked about and went wrong; by operation, agent, reviewer and policy')
		.option('-t, --tenant <name>', 'of this tenant', 'default')
		.option('--since <date>', 'from this day on, UTC, such as 2026-11-01; 30 days ago by default')
		.option('--until <date>', 'up to and with this day; today by default')
		.option('--compare <since..until>', 'beside another span: 2026-09-01..2026-09-30')
		.option('--json', 'print the report as JSON')
		.addHelpText(
			'after',
			'\nExamples:\n  countersign report\n  countersign report --since 2026-11-01 --compare 2026-10-01..2026-10-31 --json',
		)
		.action((options: Options) =>
			run(options, async (output) => (await import('./report-work.ts')).printReport(options, output)),
		);
}

/** `countersign audit`: holds the history of every action against the lifecycle, its promises and its hash; or writes it to a file. */
import type { Command } from 'commander';
import { columns, inert, type Output, run } from './output.ts';

interface Options {
	readonly json?: boolean;
	readonly against?: string;
}

/** Findings that are printed. */
const mostShown = 50;

export function addAudit(program: Command): void {
	const audit = program.command('audit').description('check that the history of every action is whole and lawful');
	audit
		.command('verify')
		.argument('[FILE]', 'a history that was written before; the store as it is now where left out')
		.option('--against <FILE>', 'an earlier `audit export`: tells also of actions that are gone, and of histories written anew')
		.option('--json', 'print one JSON object')
		.description('check a history; exits with 6 and names what is wrong')
		.addHelpText(
			'after',
			'\nExamples:\n  countersign audit verify\n  countersign audit verify --against yesterday.jsonl\n  countersign audit verify history.jsonl --json',
		)
		.action((file: string | undefined, options: Options) =>
			run(options, async (output) => {
				const [{ readHistory, verifyFile, verifyStore }, { readConfig }] = await Promise.all([
					import('./audit-history.ts'),
					import('../config.ts'),
				]);
				const earlier = options.against === undefined ? null : await readHistory(options.against);
				const report =
					file === undefined
						? await (await import('./operator.ts')).withStore(({ store }) => verifyStore(store, earlier))
						: await verifyFile(file, earlier, readConfig(process.env).keepMs);
				const { tableLines, tableOf } = await import('../audit/table.ts');
				const rows = tableOf(report);
				if (output.json) output.data({ ...report, rows });
				else {
					for (const line of tableLines(rows)) output.line(line);
					for (const line of findingLines(report.findings)) output.line(line);
				}
				if (report.ok) return;
				const { Exit } = await import('./exit.ts');
				throw new Exit('findings', 'the history is not as it should be');
			}),
		);
	audit
		.command('export')
		.description('print the history of every action as JSON Lines, for `audit verify` and for keeping elsewhere')
		.addHelpText('after', '\nExamples:\n  countersign audit export > today.jsonl')
		.action(() => run({ json: true }, exportHistory));
}

const findingLines = (findings: readonly { fault: string; id: string; what: string }[]): string[] =>
	findings.length === 0
		? []
		: [
				'',
				...columns(findings.slice(0, mostShown).map(({ fault, id, what }) => [fault, inert(id, 60), inert(what, 300)])),
				...(findings.length > mostShown ? [`and ${findings.length - mostShown} more`] : []),
			];

async function exportHistory(output: Output): Promise<void> {
	const [{ recordedIn }, { withStore }] = await Promise.all([import('./audit-history.ts'), import('./operator.ts')]);
	await withStore(async ({ store }) => {
		output.data({ kind: 'head', format: 1, takenAt: await store.now(), deeds: false });
		for await (const action of recordedIn(store)) output.data(action);
	});
}

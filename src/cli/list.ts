/** `countersign list`: actions, newest change first. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { columns, run } from './output.ts';

interface Options {
	readonly state?: string;
	readonly tenant: string;
	readonly limit?: number;
	readonly cursor?: string;
	readonly json?: boolean;
	readonly csv?: boolean;
}

const shownAtMost = 20;

export function addList(program: Command): void {
	program
		.command('list')
		.description('list actions, newest change first')
		.option('-s, --state <state>', 'only those in this state')
		.option('-t, --tenant <name>', 'of this tenant', 'default')
		.option('-n, --limit <n>', `at most so many (default: ${shownAtMost}; with --csv all)`, limitOf)
		.option('--cursor <cursor>', 'the page after this one')
		.addOption(new Option('--json', 'print one JSON object: actions, and the cursor of the next page').conflicts('csv'))
		.option('--csv', 'print all of them as CSV, for a spreadsheet')
		.addHelpText(
			'after',
			'\nExamples:\n  countersign list\n  countersign list --state in_review --json\n  countersign list --csv > actions.csv',
		)
		.action((options: Options) =>
			run(options, async (output) => {
				const [{ states }, { publicAction }, { withStore }, { listCells, listHead }, { Exit }] = await Promise.all([
					import('../domain/lifecycle.ts'),
					import('../domain/public-action.ts'),
					import('./operator.ts'),
					import('./view.ts'),
					import('./exit.ts'),
				]);
				const state = states.find((each) => each === options.state);
				if (options.state !== undefined && state === undefined)
					throw new Exit('usage', `there is no state \`${options.state}\`; choose from ${states.join(', ')}`, { code: 'usage' });
				if (options.cursor !== undefined && !/^\d{1,16}-act_[0-9a-z]{25}$/.test(options.cursor))
					throw new Exit('usage', 'the cursor is none that a page gave', { code: 'usage' });
				if (options.csv && options.limit === undefined && options.cursor === undefined) {
					const [{ printSheet }, { walk }] = await Promise.all([import('./sheet.ts'), import('../store/walk.ts')]);
					return withStore(({ store }) => printSheet(walk(store, { tenant: options.tenant, state })));
				}
				const listing = {
					tenant: options.tenant,
					limit: options.limit ?? shownAtMost,
					...(state && { state }),
					...(options.cursor && { cursor: options.cursor }),
				};
				const { actions, cursor } = await withStore(({ store }) => store.actions.list(listing));
				if (output.json) return output.data({ actions: actions.map(publicAction), cursor });
				if (options.csv) {
					const { printSheet } = await import('./sheet.ts');
					await printSheet([actions]);
				} else {
					for (const line of columns([listHead, ...actions.map(listCells)])) output.line(line);
				}
				if (cursor !== null) output.say(`more: --cursor ${cursor}`);
			}),
		);
}

function limitOf(text: string): number {
	if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('must be a whole number from 1 to 9999');
	return Number(text);
}

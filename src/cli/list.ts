/** `countersign list`: actions, newest change first. */
import { type Command, InvalidArgumentError } from 'commander';
import { columns, run } from './output.ts';

interface Options {
	readonly state?: string;
	readonly tenant: string;
	readonly limit: number;
	readonly cursor?: string;
	readonly json?: boolean;
}

export function addList(program: Command): void {
	program
		.command('list')
		.description('list actions, newest change first')
		.option('-s, --state <state>', 'only those in this state')
		.option('-t, --tenant <name>', 'of this tenant', 'default')
		.option('-n, --limit <n>', 'at most so many', limitOf, 20)
		.option('--cursor <cursor>', 'the page after this one')
		.option('--json', 'print one JSON object: actions, and the cursor of the next page')
		.addHelpText('after', '\nExamples:\n  countersign list\n  countersign list --state in_review --json')
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
				const listing = {
					tenant: options.tenant,
					limit: options.limit,
					...(state && { state }),
					...(options.cursor && { cursor: options.cursor }),
				};
				const { actions, cursor } = await withStore(({ store }) => store.actions.list(listing));
				if (output.json) output.data({ actions: actions.map(publicAction), cursor });
				else {
					for (const line of columns([listHead, ...actions.map(listCells)])) output.line(line);
					if (cursor !== null) output.say(`more: --cursor ${cursor}`);
				}
			}),
		);
}

function limitOf(text: string): number {
	if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('must be a whole number from 1 to 9999');
	return Number(text);
}

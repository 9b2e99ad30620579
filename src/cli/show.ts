/** `countersign show`: one action, with the reasons of its route and, where asked for, its history. */
import type { Command } from 'commander';
import { columns, run } from './output.ts';

export function addShow(program: Command): void {
	program
		.command('show')
		.argument('<id>', 'the action')
		.description('show an action: what is proposed, where it stands, and why')
		.option('--history', 'what happened to it, too')
		.option('--json', 'print one JSON object')
		.addHelpText('after', '\nExamples:\n  countersign show act_8f… --history')
		.action((id: string, options: { history?: boolean; json?: boolean }) =>
			run(options, async (output) => {
				const [{ publicAction }, { withStore }, view] = await Promise.all([
					import('../domain/public-action.ts'),
					import('./operator.ts'),
					import('./view.ts'),
				]);
				const found = await withStore(async ({ store }) => ({
					action: await store.actions.get(id),
					history: await store.actions.history(id),
				}));
				if (found.action === null) throw view.missing(id);
				const history = options.history ? found.history : [];
				if (output.json) output.data({ ...publicAction(found.action), ...(options.history && { history }) });
				else {
					for (const line of view.detailLines(found.action)) output.line(line);
					if (history.length > 0) for (const line of ['', ...columns(history.map(view.historyCells))]) output.line(line);
				}
			}),
		);
}

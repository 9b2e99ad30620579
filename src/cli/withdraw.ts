/** `countersign withdraw`: takes an action back, as its agent would. */
import type { Command } from 'commander';
import { run } from './output.ts';

export function addWithdraw(program: Command): void {
	program
		.command('withdraw')
		.argument('<id>', 'the action')
		.description('take an action back before it runs')
		.option('--json', 'print the action as JSON')
		.addHelpText('after', '\nExamples:\n  countersign withdraw act_8f…')
		.action((id: string, options: { json?: boolean }) =>
			run(options, async (output) => {
				const [{ publicAction }, { withdraw }, { withApp }, view] = await Promise.all([
					import('../domain/public-action.ts'),
					import('../reviews/withdraw.ts'),
					import('./operator.ts'),
					import('./view.ts'),
				]);
				const result = await withApp(async (app) => {
					const action = await app.front.store.actions.get(id);
					if (action === null) throw view.missing(id);
					return withdraw(app.front, id, action);
				});
				if (!result.ok) throw view.refusal(result.problem, result.winner);
				if (output.json) output.data(publicAction(result.action));
				else output.line(`${result.action.id} is ${result.action.state}`);
			}),
		);
}

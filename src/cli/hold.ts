/** `countersign pause`, `countersign resume`: nothing is run until a person says so. Also how a person lifts what Redis itself has caused. */
import type { Command } from 'commander';
import { run } from './output.ts';

interface Options {
	readonly because: string;
	readonly as?: string;
	readonly json?: boolean;
}

const who = ({ as }: Options): string => as ?? process.env.USER ?? 'somebody';

export function addHold(program: Command): void {
	const command = (name: string, description: string): Command =>
		program
			.command(name)
			.description(description)
			.requiredOption('--because <text>', 'why; kept on record')
			.option('--as <name>', 'who says so; the user of this shell by default')
			.option('--json', 'print what was done as JSON');
	command('pause', 'run nothing until it is resumed; proposals come in and people decide all the same')
		.addHelpText('after', '\nExamples:\n  countersign pause --because "looking into a complaint"')
		.action((options: Options) =>
			run(options, async (output) => {
				const { withStore } = await import('./operator.ts');
				await withStore(({ store }) => store.mark.hold(options.because, who(options)));
				if (output.json) output.data({ paused: true });
				else output.line('paused: nothing is run until `countersign resume`');
			}),
		);
	command('resume', 'let things run again; after a loss of changes, what may have run before goes to a person')
		.addHelpText('after', '\nExamples:\n  countersign resume --as ops --because "checked the orders of the last minute by hand"')
		.action((options: Options) =>
			run(options, async (output) => {
				const [{ withStore }, { Exit }] = await Promise.all([import('./operator.ts'), import('./exit.ts')]);
				const before = await withStore(async ({ store, config }) => {
					const state = await store.mark.check();
					if (state.hold === null) throw new Exit('conflict', 'nothing is paused', { code: 'wrong_state' });
					await store.mark.lift({ by: who(options), because: options.because, cautiousMs: config.keepMs });
					return state;
				});
				if (output.json) return output.data({ resumed: true, hold: before.hold, missing: before.missing });
				output.line('resumed');
				if (before.missing > 0)
					output.line(
						`${before.missing} acknowledged changes were missing: an older action whose execution the journal names is not run again, but shown to a person`,
					);
			}),
		);
}

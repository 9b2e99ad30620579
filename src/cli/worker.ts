/** `countersign worker`: works on the queues; all of them, or the kinds that are named. */
import { type Command, InvalidArgumentError } from 'commander';
import { run } from './output.ts';
import { stopped } from './stopped.ts';

interface Options {
	readonly only?: readonly string[];
	readonly handlers?: string;
	readonly json?: boolean;
}

export function addWorker(program: Command): void {
	program
		.command('worker')
		.description('work on the queues')
		.option(
			'--only <kinds>',
			'kinds of workers, joined by commas: classifier, auto, notify, approval, escalation, deadlines, deliveries, outcomes, chores',
			listOf,
		)
		.option('--handlers <file>', 'module with the handlers of the operations and fallbacks; COUNTERSIGN_HANDLERS by default')
		.option('--json', 'print what is worked on as one JSON line')
		.addHelpText(
			'after',
			'\nExamples:\n  countersign worker --handlers ./handlers.js\n  countersign worker --only classifier,auto,notify',
		)
		.action((options: Options) =>
			run(options, async (output) => {
				const stop = stopped();
				const [{ boot }, { workerKinds }, { Exit }] = await Promise.all([
					import('../boot.ts'),
					import('../workers/kinds.ts'),
					import('./exit.ts'),
				]);
				const all = Object.keys(workerKinds) as (keyof typeof workerKinds)[];
				const wrong = (options.only ?? []).find((kind) => !(all as string[]).includes(kind));
				if (wrong !== undefined)
					throw new Exit('usage', `there is no worker \`${wrong}\`; choose from ${all.join(', ')}`, { code: 'usage' });
				const only = all.filter((kind) => options.only?.includes(kind) ?? true);
				const env = options.handlers === undefined ? process.env : { ...process.env, COUNTERSIGN_HANDLERS: options.handlers };
				const { app, close } = await boot(env);
				try {
					await app.startWorkers(only);
					if (output.json) output.data({ workers: only, policy: app.parts.policy.current().digest });
					else output.line(`working on ${only.join(', ')}`);
					await stop;
				} finally {
					await close();
				}
			}),
		);
}

function listOf(text: string): string[] {
	const kinds = text.split(',').map((kind) => kind.trim());
	if (kinds.some((kind) => kind === '')) throw new InvalidArgumentError('must be names joined by commas');
	return kinds;
}

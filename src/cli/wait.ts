/** `countersign wait`: until an action ends. The exit code says how, so that a shell can branch on it. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Action } from '../domain/action.ts';
import type { EndState } from '../domain/lifecycle.ts';
import { type ExitName, exitCodes } from './exit.ts';
import type { Operator } from './operator.ts';
import { run } from './output.ts';

const exits: Readonly<Record<EndState, ExitName>> = {
	executed: 'ok',
	resolved: 'ok',
	rejected: 'rejected',
	expired: 'expired',
	withdrawn: 'withdrawn',
	failed: 'failed',
	unaccounted: 'unaccounted',
};

export function addWait(program: Command): void {
	program
		.command('wait')
		.argument('<id>', 'the action')
		.description('wait until an action ends; the exit code says how (docs/cli.md)')
		.option('--timeout <seconds>', 'at most so long; 15 is the exit code then', secondsOf)
		.option('--json', 'print the action as JSON')
		.addHelpText('after', '\nExamples:\n  countersign wait act_8f… --timeout 600 && echo done')
		.action((id: string, options: { timeout?: number; json?: boolean }) =>
			run(options, async (output) => {
				const [{ isEnd }, { publicAction }, { withStore }, view] = await Promise.all([
					import('../domain/lifecycle.ts'),
					import('../domain/public-action.ts'),
					import('./operator.ts'),
					import('./view.ts'),
				]);
				const action = await withStore((operator) => ended(operator, id, (options.timeout ?? Number.POSITIVE_INFINITY) * 1000));
				if (action === null) throw view.missing(id);
				if (output.json) output.data(publicAction(action));
				else output.line(`${action.id} is ${action.state}`);
				process.exitCode = exitCodes[isEnd(action.state) ? exits[action.state] : 'waiting'];
			}),
		);
}

/** The action once it has ended, or as it is after `ms`. */
async function ended({ store, connect }: Operator, id: string, ms: number): Promise<Action | null> {
	const [{ waiterOn }, { isEnd }] = await Promise.all([import('../http/api/waiter.ts'), import('../domain/lifecycle.ts')]);
	const waiter = waiterOn(connect, store.keys.changes);
	const until = Date.now() + ms;
	const listening = await waiter.listen(id);
	const signal = new AbortController().signal;
	try {
		for (;;) {
			const action = await store.actions.get(id);
			const left = until - Date.now();
			if (action === null || isEnd(action.state) || left <= 0) return action;
			await listening.changed(Math.min(left, 5000), signal);
		}
	} finally {
		listening.stop();
		waiter.close();
	}
}

function secondsOf(text: string): number {
	if (!/^\d{1,7}(\.\d{1,3})?$/.test(text)) throw new InvalidArgumentError('must be seconds');
	return Number(text);
}

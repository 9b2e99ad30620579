/** `countersign key`: a fresh API key. */
import type { Command } from 'commander';
import { run } from './output.ts';

export function addKey(program: Command): void {
	program
		.command('key')
		.description('make an API key: the token for the agent, and the entry for COUNTERSIGN_API_KEYS')
		.requiredOption('--agent <name>', 'the agent that the key stands for')
		.option('--tenant <name>', 'its tenant', 'default')
		.option('--json', 'print both as JSON')
		.addHelpText('after', '\nExamples:\n  countersign key --agent support-bot')
		.action((options: { agent: string; tenant: string; json?: boolean }) =>
			run(options, async (output) => {
				const [{ newApiKey }, { Exit }] = await Promise.all([import('../http/auth.ts'), import('./exit.ts')]);
				// The entry is read back by splitting at these.
				if (/[:,\s]/.test(options.agent + options.tenant))
					throw new Exit('usage', 'agent and tenant must not hold `:`, `,` or white space', { code: 'usage' });
				const { token, key } = newApiKey({ tenant: options.tenant, agent: options.agent });
				const entry = [key.id, key.tenant, key.agent, key.secretHash].join(':');
				if (output.json) output.data({ token, entry });
				else {
					output.say('The token, shown only now, for the agent; the entry for COUNTERSIGN_API_KEYS:');
					output.line(token);
					output.line(entry);
				}
			}),
		);
}

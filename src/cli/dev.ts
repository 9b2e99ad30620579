/** `countersign dev`: everything on this machine, to look at. */
import type { Command } from 'commander';
import { run } from './output.ts';
import { stopped } from './stopped.ts';

interface Options {
	readonly port?: number;
	readonly agent: boolean;
	readonly json?: boolean;
}

export function addDev(program: Command, portOf: (text: string) => number): void {
	program
		.command('dev')
		.description('start Redis, workers, HTTP, a mailbox, a phone and a sample agent on this machine')
		.option('-p, --port <port>', 'port of the console and the API; any free one where it is taken', portOf)
		.option('--no-agent', 'without the sample agent')
		.option('--json', 'print the addresses as one JSON line')
		.addHelpText('after', '\nExamples:\n  countersign dev\n  countersign dev --port 8080 --no-agent')
		.action((options: Options) =>
			run(options, async (output) => {
				const stop = stopped();
				const { startDev } = await import('../dev/dev.ts');
				const dev = await startDev({
					env: process.env,
					...(options.port !== undefined && { port: options.port }),
					agent: options.agent,
					say: output.say,
				});
				if (output.json) output.data({ url: dev.url, apiKey: dev.apiKey, redis: dev.redis });
				else for (const line of banner(dev)) output.line(line);
				await stop;
				await dev.close();
			}),
		);
}

const banner = ({ url, apiKey, redis }: { url: string; apiKey: string; redis: string }): string[] => [
	'',
	`  Countersign  ${url}`,
	'',
	`  API          ${url}/v1/actions`,
	`  API key      ${apiKey}`,
	`  Redis        ${redis}`,
	'',
	'  Actions, mails and texts are on the page; the links in them work. Ctrl-C stops everything.',
	'',
];

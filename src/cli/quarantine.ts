/** `countersign quarantine`: records that could not be believed: look, mend what was wrong, drive them again, or drop them. */
import type { Command } from 'commander';
import type { Quarantined } from '../store/quarantine.ts';
import { columns, inert, run } from './output.ts';

export function addQuarantine(program: Command): void {
	const quarantine = program.command('quarantine').description('look at records that were set aside, and drive them again');
	quarantine
		.command('list')
		.description('list what was set aside, newest first')
		.option('-n, --limit <n>', 'at most so many', '50')
		.option('--json', 'print one JSON object')
		.addHelpText('after', '\nExamples:\n  countersign quarantine list --json')
		.action((options: { limit: string; json?: boolean }) =>
			run(options, async (output) => {
				const { withStore } = await import('./operator.ts');
				const found = await withStore(async ({ store }) => ({
					records: await store.quarantine.list(Number(options.limit)),
					size: await store.quarantine.size(),
				}));
				if (output.json) output.data({ size: found.size, records: found.records.map(({ raw: _raw, ...record }) => record) });
				else {
					for (const line of columns([['ID', 'AT', 'QUEUE', 'CODE', 'MESSAGE'], ...found.records.map(cells)])) output.line(line);
					if (found.size > found.records.length) output.say(`${found.size} in all`);
				}
			}),
		);
	quarantine
		.command('show')
		.argument('<id>', 'the record')
		.description('show a record with its raw bytes')
		.option('--json', 'print one JSON object')
		.addHelpText('after', '\nExamples:\n  countersign quarantine show qrn_8f…')
		.action((id: string, options: { json?: boolean }) =>
			run(options, async (output) => {
				const record = await found(id);
				if (output.json) return output.data(record);
				const { problem, raw, encoding } = record;
				for (const line of columns([
					['id', record.id],
					['at', new Date(record.at).toISOString()],
					['queue', record.queue],
					['job', inert(record.jobId)],
					['problem', `${problem.code}: ${inert(problem.message, 500)}`],
				]))
					output.line(line);
				output.line(`\n${encoding === 'utf8' ? inert(raw, 20_000) : `base64: ${inert(raw, 20_000)}`}`);
			}),
		);
	quarantine
		.command('redrive')
		.argument('<id>', 'the record')
		.description('put a proposal back into the queue, once what was wrong with it is mended')
		.option('--json', 'print what was done as JSON')
		.addHelpText('after', '\nExamples:\n  countersign quarantine redrive qrn_8f…')
		.action((id: string, options: { json?: boolean }) =>
			run(options, async (output) => {
				const record = await found(id);
				const { redrive } = await import('./redrive.ts');
				const jobId = await redrive(record);
				if (output.json) output.data({ id, jobId });
				else output.line(`${id} is in the queue again, as job ${jobId}`);
			}),
		);
	quarantine
		.command('discard')
		.argument('<id>', 'the record')
		.description('drop a record for good')
		.option('--json', 'print what was done as JSON')
		.addHelpText('after', '\nExamples:\n  countersign quarantine discard qrn_8f…')
		.action((id: string, options: { json?: boolean }) =>
			run(options, async (output) => {
				await found(id);
				const { withStore } = await import('./operator.ts');
				await withStore(({ store }) => store.quarantine.remove(id));
				if (output.json) output.data({ id, discarded: true });
				else output.line(`${id} is gone`);
			}),
		);
}

const cells = ({ id, at, queue, problem }: Quarantined): string[] => [
	id,
	new Date(at).toISOString(),
	queue,
	problem.code,
	inert(problem.message, 100),
];

async function found(id: string): Promise<Quarantined> {
	const [{ withStore }, { Exit }] = await Promise.all([import('./operator.ts'), import('./exit.ts')]);
	const record = await withStore(({ store }) => store.quarantine.get(id));
	if (record === null)
		throw new Exit('not_found', `there is no record \`${inert(id, 60)}\` in quarantine`, { code: 'not_found' });
	return record;
}

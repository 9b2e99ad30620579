/**
 * `npm run bench`: the product beside a bare BullMQ that does the same work, on the same machine at the same time. Prints a
 * table; what it says is docs/performance.md's to explain. Exit code 1 where a goal is missed.
 */
import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { autoPath } from './auto-path.ts';
import { cards } from './cards.ts';
import { deadlines } from './deadlines.ts';
import { history } from './history.ts';
import { parkAndResume } from './park-and-resume.ts';
import type { Figure } from './rig/benchmark.ts';
import { machine, tableOf } from './rig/table.ts';
import { startFresh, startInstalled } from './start.ts';
import { verdicts } from './verdicts.ts';

const benchmarks = [autoPath, parkAndResume, deadlines, verdicts, history, cards, startInstalled, startFresh];
const names = benchmarks.map(({ name }) => name);

const { values } = parseArgs({
	options: {
		short: { type: 'boolean', default: false },
		json: { type: 'string' },
		only: { type: 'string', multiple: true },
		help: { type: 'boolean', default: false },
	},
});
const only = values.only?.flatMap((each) => each.split(','));
const unknown = only?.find((name) => !names.includes(name));
if (values.help || unknown !== undefined) {
	if (unknown !== undefined) console.error(`there is no benchmark \`${unknown}\``);
	console.error(
		`npm run bench -- [--short] [--json FILE] [--only NAME]...\n\nnames: ${names.join(', ')} (${startFresh.name} runs only where it is named)`,
	);
	process.exit(values.help ? 0 : 2);
}

const say = (line: string): void => console.error(`  ${line}`);
const chosen = benchmarks.filter(({ name, onlyNamed }) => only?.includes(name) ?? onlyNamed !== true);
const figures: Figure[] = [];
const begun = new Date();
const busyBefore = loadavg()[0] ?? 0;
for (const benchmark of chosen) {
	console.error(benchmark.name);
	figures.push(...(await benchmark.run({ short: values.short, say })));
}
const on = machine();
console.log(`\n${tableOf(figures)}\n`);
console.log(
	`${on.cpus} cores (${on.cpu}), ${on.memoryGiB} GiB, ${on.system}, Node ${on.node}; load before: ${busyBefore.toFixed(1)}${values.short ? '; short run' : ''}`,
);
if (values.json !== undefined) {
	await writeFile(
		values.json,
		`${JSON.stringify({ at: begun.toISOString(), machine: { ...on, loadBefore: busyBefore }, short: values.short, figures }, null, 2)}\n`,
	);
}
process.exitCode = figures.some(({ met }) => met === false) ? 1 : 0;

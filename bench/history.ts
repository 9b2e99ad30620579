/** How fast recorded actions are read: rows replayed by the shipped policy, and a million labelled rows calibrated. Made-up rows. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chance } from '../src/learning/shuffle.ts';
import { type Benchmark, figureOf } from './rig/benchmark.ts';
import { monotonicMs } from './rig/clock.ts';

const map = `version: 1
proposal:
  idempotencyKey: id
  agent: agent
  operation: operation
  arguments: { order_id: order }
  amount: { value: amount, currency: { constant: USD } }
  confidence: confidence
  user: user
  conversationId: conversation
label: right
at: at
cluster: conversation
`;
const operations = ['refund', 'lookup_order', 'reply', 'cancel_order', 'update_address'];

/** One row of some 200 bytes: seven agents, conversations of eight rows, right the more often the surer. */
function rowOf(n: number, random: () => number): string {
	const confidence = Math.round(random() * 1000) / 1000;
	return JSON.stringify({
		id: `row-${n}`,
		agent: `agent-${n % 7}`,
		operation: operations[n % operations.length],
		order: `order-${n}`,
		user: `user-${Math.floor(n / 8) % 50_000}`,
		conversation: `conversation-${Math.floor(n / 8)}`,
		amount: Math.round(random() * 30_000) / 100,
		confidence,
		right: random() < 0.5 + confidence * 0.49,
		at: 1_767_225_600_000 + n * 100,
	});
}

async function writeRows(path: string, count: number): Promise<void> {
	const out = createWriteStream(path);
	const random = chance(1);
	for (let n = 0; n < count; n++) if (!out.write(`${rowOf(n, random)}\n`)) await once(out, 'drain');
	out.end();
	await once(out, 'close');
}

/** Runs a command of the program; its time in seconds and the most memory it held, in MB. */
async function measured(folder: string, args: readonly string[]): Promise<{ seconds: number; megabytes: number }> {
	const peak = join(folder, 'peak');
	const program = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
	const hook = `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(peak)}, String(process.resourceUsage().maxRSS)))`;
	await writeFile(join(folder, 'peak.cjs'), hook);
	const begun = monotonicMs();
	const child = spawn(process.execPath, ['--require', join(folder, 'peak.cjs'), program, ...args], {
		stdio: ['ignore', 'ignore', 'inherit'],
	});
	const [code] = await once(child, 'exit');
	if (code !== 0) throw new Error(`countersign ${args[0]} ended with ${code}`);
	return { seconds: (monotonicMs() - begun) / 1000, megabytes: Number(await readFile(peak, 'utf8')) / 1024 };
}

export const history: Benchmark = {
	name: 'history',
	async run(size) {
		const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
		try {
			const rows = size.short ? 100_000 : 1_000_000;
			const [file, mapFile] = [join(folder, 'history.jsonl'), join(folder, 'map.yaml')];
			await writeRows(file, rows);
			await writeFile(mapFile, map);
			size.say(`${rows} rows: calibrate`);
			const calibrated = await measured(folder, ['calibrate', file, '--map', mapFile, '--json']);
			size.say(`${rows} rows: replay`);
			const policy = fileURLToPath(new URL('../policies/support.yaml', import.meta.url));
			const replayed = await measured(folder, ['replay', file, '--map', mapFile, '--policy', policy, '--json']);
			const figure = (name: string, unit: string, value: number) => ({ name, unit, rounds: { floor: [], ours: [value] } });
			return [
				figureOf({
					...figure(`calibrate, ${rows} rows`, 's', calibrated.seconds),
					goal: size.short ? null : { of: 'value', atMost: 10 },
				}),
				figureOf({
					...figure(`calibrate, ${rows} rows: memory`, 'MB', calibrated.megabytes),
					goal: { of: 'value', atMost: 500 },
				}),
				figureOf({
					...figure(`replay, ${rows} rows, one core`, 'rows/s', rows / replayed.seconds),
					goal: { of: 'value', atLeast: 200_000 },
				}),
				figureOf({ ...figure(`replay, ${rows} rows: memory`, 'MB', replayed.megabytes), goal: null }),
			];
		} finally {
			await rm(folder, { recursive: true });
		}
	},
};

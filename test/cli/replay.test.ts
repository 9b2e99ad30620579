import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { progressBar } from '../../src/cli/progress.ts';
import { fitConfidence } from '../../src/learning/confidence-fit.ts';
import { sealMap } from '../../src/learning/confidence-map.ts';
import { allRows, History } from '../../src/learning/history.ts';
import { openPolicyFile } from '../../src/policy-file.ts';
import { temporaryFolder } from '../support/folder.ts';
import { countersign } from './countersign.ts';

const policy = (auto: number, more = ''): string => `version: 1
currency: USD
thresholds:
  refunds: { auto: ${auto}, notify: ${auto}, approval: 0.5 }
${more}
operations:
  refund: { risk_class: refunds, executor: { kind: claim } }
reviewers: { ana: { name: Ana, email: ana@example.com } }
plans:
  - { route: approval, ask: [ana], deadline: 30m }
  - { route: escalation, ask: [ana], deadline: 30m }
`;
const map = `version: 1
proposal: { idempotencyKey: id, agent: who, operation: tool, confidence: sure }
label: right
at: when
cluster: talk
`;
const day = Date.UTC(2026, 0, 1);
const rows = Array.from({ length: 100 }, (_, i) =>
	JSON.stringify({
		id: `r${i}`,
		who: `bot${i % 2}`,
		tool: 'refund',
		sure: i / 100,
		right: i % 10 > 0,
		talk: `c${i % 5}`,
		when: day + Math.floor(i / 25) * 86_400_000,
	}),
).join('\n');

async function bed(files: Readonly<Record<string, string>>): Promise<(name: string) => string> {
	const folder = await temporaryFolder();
	const all = { 'h.jsonl': rows, 'map.yaml': map, 'live.yaml': policy(0.9), 'next.yaml': policy(0.8), ...files };
	await Promise.all(Object.entries(all).map(([name, text]) => writeFile(join(folder, name), text)));
	return (name) => join(folder, name);
}

describe('two policies on one history', () => {
	test('what moves and why, by group and day, with the load and bounds that count clusters', async () => {
		const at = await bed({});
		const args = ['replay', at('h.jsonl'), '-m', at('map.yaml'), '--policy', at('live.yaml'), '--against', at('next.yaml')];
		const [json, table] = await Promise.all([
			countersign([...args, '--changes', at('changes.jsonl'), '--minutes', '10', '--json']),
			countersign([...args, '--by', 'agent']),
		]);
		expect(json.code, json.stderr).toBe(0);
		const result = JSON.parse(json.stdout);
		expect(result).toMatchObject({ actions: 100, executed: 10, wrongExecuted: 1, errorRate: 0.1 });
		expect(result.errorRateUpper95Clusters).toBeGreaterThan(result.errorRateUpper95);
		expect(Object.keys(result.by.day)).toEqual(['2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04']);
		expect(result.by.agent.bot0.actions + result.by.agent.bot1.actions).toBe(100);
		expect(result.load).toMatchObject({ days: 4, perDay: 22.5, busiestDay: 25, minutesPerDay: 225 });
		expect(result.against.executed).toBe(20);
		expect(result.against.comparison).toMatchObject({
			changed: 10,
			stricter: 0,
			laxer: 10,
			moves: [{ from: 'approval', to: 'auto', actions: 10, right: 9, wrong: 1 }],
			because: [{ rule: 'threshold.refunds', change: 'laxer', actions: 10 }],
		});
		const changes = (await readFile(at('changes.jsonl'), 'utf8')).trim().split('\n');
		expect(changes.map((line) => JSON.parse(line).key)).toEqual(Array.from({ length: 10 }, (_, i) => `r${80 + i}`));
		expect(table.stdout).toMatch(/^approval -> auto +10 +9 right, 1 wrong$/m);
		expect(table.stdout).toMatch(/^bot1 /m);
		expect(table.stderr).toBe('');
	});

	test('a policy against itself: every action goes the same way', async () => {
		const at = await bed({});
		const { stdout } = await countersign([
			'replay',
			at('h.jsonl'),
			'-m',
			at('map.yaml'),
			'--policy',
			at('live.yaml'),
			'--against',
			at('live.yaml'),
		]);
		expect(stdout).toContain('every action goes the same way');
	});
});

describe('the confidence map of a live policy', () => {
	const history = new History();
	for (let i = 0; i < 200; i++)
		history.add({ agent: 'bot0', operation: 'refund', cluster: `c${i}`, confidence: 0.95, right: i % 2 === 0 });
	const file = sealMap(fitConfidence(history, allRows(history)), { tenant: null, rows: 200, clusters: 200 });
	const named = policy(0.9, `confidence_map: { file: map.json, digest: ${file.digest} }`);

	test('is loaded with it, and a map that goes bad leaves the last good policy in force', async () => {
		const at = await bed({ 'mapped.yaml': named, 'map.json': JSON.stringify(file) });
		const opened = await openPolicyFile(at('mapped.yaml'), pino({ level: 'silent' }));
		const worth = () =>
			opened.current().confidenceMap?.effective({ tenant: 'default', agent: 'bot0', operation: 'refund' }, 0.95);
		expect(worth()).toBeLessThan(0.6);
		await writeFile(at('map.json'), JSON.stringify({ ...file, all: file.all.map(() => 1) }));
		expect(await opened.reload()).toBe(false);
		expect(opened.problem()).toContain('was changed');
		expect(worth()).toBeLessThan(0.6);
		await expect(openPolicyFile(at('mapped.yaml'), pino({ level: 'silent' }))).rejects.toMatchObject({
			code: 'confidence_map_invalid',
		});
		opened.close();
	});
});

describe('the progress bar', () => {
	const stream = (isTTY: boolean) => {
		const written: string[] = [];
		return { written, stream: { isTTY, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream };
	};

	test('is drawn on a terminal and taken away again, and nowhere else', () => {
		let now = 0;
		const [terminal, pipe] = [stream(true), stream(false)];
		for (const { stream: each } of [terminal, pipe]) {
			const bar = progressBar(each, () => now);
			for (const done of [0, 50, 100]) {
				now += 1000;
				bar.at(done, 100);
			}
			bar.end();
		}
		expect(terminal.written.join('')).toMatch(/ 50 %.* 100 %\r +\r$/s);
		expect(pipe.written).toEqual([]);
	});
});

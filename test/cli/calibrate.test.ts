import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { parsePolicy } from '../../src/policy/load.ts';
import { temporaryFolder } from '../support/folder.ts';
import { countersign } from './countersign.ts';

interface HistoryCase {
	readonly name: string;
	readonly lines?: readonly string[];
	readonly repeat?: { readonly count: number; readonly line: string };
	readonly and?: { readonly count: number; readonly line: string };
	readonly join?: string;
	readonly bom?: boolean;
	readonly bytes?: readonly number[];
	readonly long?: number;
	readonly path?: string;
	readonly map?: { readonly proposal?: object } & Record<string, unknown>;
	readonly args?: readonly string[];
	readonly expect: {
		readonly exit: number;
		readonly code?: string;
		readonly rows?: Readonly<Record<string, string>>;
		readonly says?: string;
		readonly findings?: readonly string[];
		readonly missing?: string;
		readonly threshold?: number;
		readonly groups?: number;
		readonly inert?: boolean;
		readonly skipped?: number;
		readonly labelled?: number;
		readonly repeated?: number;
	};
}

const cases = parse(readFileSync(new URL('../learning/cases/history.yaml', import.meta.url), 'utf8')) as HistoryCase[];

const filled = ({ count, line }: { count: number; line: string }): string[] =>
	Array.from({ length: count }, (_, i) =>
		line
			.replaceAll('{i}', String(i))
			.replaceAll('{odd}', String(i % 2 === 1))
			.replaceAll('{most}', String(i % 5 > 0))
			.replaceAll('{reversed}', String(i % 2 === 1 ? 0.1 + (i % 7) / 10 : 0.4 + (i % 5) / 10))
			.replaceAll('{leaked}', String(i % 2 === 1 ? 0.9 : 0.2)),
	);

function content({ lines = [], repeat, and, join: glue = '\n', bom, bytes, long }: HistoryCase): string | Uint8Array {
	if (bytes !== undefined) return Uint8Array.from(bytes);
	if (long !== undefined) return `{"id":"${'x'.repeat(long)}`;
	const all = [...(repeat === undefined ? [] : filled(repeat)), ...(and === undefined ? [] : filled(and)), ...lines];
	return `${bom ? '\ufeff' : ''}${all.join(glue)}`;
}

const baseMap = {
	version: 1,
	proposal: { idempotencyKey: 'id', agent: 'who', operation: 'tool', confidence: 'sure' },
	label: 'right',
	cluster: 'talk',
};

describe('histories that must not be learned from as they are', () => {
	test.each(cases)('$name', async (one) => {
		const folder = await temporaryFolder();
		const { proposal, ...rest } = one.map ?? {};
		const map = { ...baseMap, ...rest, proposal: { ...baseMap.proposal, ...proposal } };
		await writeFile(join(folder, 'map.yaml'), stringify(map.label === null ? { ...map, label: undefined } : map));
		const file = one.path ?? join(folder, 'history.jsonl');
		if (one.path === undefined) await writeFile(file, content(one));
		const args = (one.args ?? []).flatMap((arg) => (arg === '--out' ? ['--out', join(folder, 'out')] : [arg]));
		const ran = await countersign(['calibrate', file, '--map', join(folder, 'map.yaml'), '--json', ...args]);
		const { exit, code, rows, says, findings, missing, threshold, groups, inert, ...counts } = one.expect;
		expect(ran.code, ran.stderr).toBe(exit);
		const told = exit === 0 || exit === 6 ? JSON.parse(ran.stdout) : JSON.parse(ran.stderr);
		if (code !== undefined) expect(told.code).toBe(code);
		if (says !== undefined) expect(told.message).toContain(says);
		for (const [line, rowCode] of Object.entries(rows ?? {}))
			expect(told.details.rows).toContainEqual(expect.objectContaining({ line: Number(line), code: rowCode }));
		if (exit === 0 || exit === 6) expect(told).toMatchObject(counts);
		for (const finding of findings ?? []) expect(told.findings.map((each: { code: string }) => each.code)).toContain(finding);
		if (missing !== undefined) expect(told.groups[0].missing.code).toBe(missing);
		if (threshold !== undefined) expect(told.groups[0].thresholds.clusters.threshold).toBe(threshold);
		if (groups !== undefined) expect(told.groups).toHaveLength(groups);
		// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not be there
		expect(ran.stdout + ran.stderr).not.toMatch(/\u001b|\n\s+at /);
		if (inert) {
			const page = await readFile(join(folder, 'out', 'report.md'), 'utf8');
			expect(page).not.toMatch(/<script>|<b>/);
			expect((await readdir(join(folder, 'out'))).sort()).toEqual(['confidence-map.json', 'reliability.svg', 'report.md']);
		}
	});
});

/** A history in which refunds are right from 0.8 on and replies always; conversations of three rows. */
const history = (): string =>
	Array.from({ length: 3000 }, (_, i) => {
		const sure = ((i * 37) % 100) / 100;
		const right = i % 2 === 0 ? sure >= 0.8 || i % 3 === 0 : true;
		return JSON.stringify({
			id: `r${i}`,
			who: 'bot',
			tool: i % 2 === 0 ? 'refund' : 'reply',
			sure,
			right,
			talk: `c${Math.floor(i / 3)}`,
		});
	}).join('\n');

const policy = `# our policy
version: 1
currency: USD
thresholds:
  refunds: { auto: 0.99, notify: 0.95, approval: 0.5 } # careful
operations:
  refund: { risk_class: refunds, executor: { kind: claim } }
  reply: { risk_class: read_only, executor: { kind: claim } }
reviewers: { ana: { name: Ana, email: ana@example.com } }
plans:
  - { route: approval, ask: [ana], deadline: 30m }
  - { route: escalation, ask: [ana], deadline: 30m }
`;

async function bed(): Promise<(name: string) => string> {
	const folder = await temporaryFolder();
	await writeFile(join(folder, 'history.jsonl'), history());
	await writeFile(join(folder, 'map.yaml'), stringify(baseMap));
	await writeFile(join(folder, 'policy.yaml'), policy);
	return (name) => join(folder, name);
}

describe('a proposal', () => {
	test('loosens by a step, keeps comments, and leaves the live policy alone', async () => {
		const at = await bed();
		const ran = await countersign([
			'calibrate',
			at('history.jsonl'),
			'-m',
			at('map.yaml'),
			'--by',
			'risk',
			'--policy',
			at('policy.yaml'),
			'--out',
			at('out'),
			'--json',
		]);
		expect(ran.code, ran.stderr).toBe(0);
		const { groups, proposal } = JSON.parse(ran.stdout);
		const refunds = groups.find(({ group }: { group: string }) => group === 'refunds');
		expect(refunds.thresholds.clusters.threshold).toBeGreaterThanOrEqual(0.78);
		expect(refunds.thresholds.clusters.bound).toBeGreaterThanOrEqual(0.95);
		expect(proposal.changes).toContainEqual(
			expect.objectContaining({
				group: 'refunds',
				change: 'loosen',
				more: true,
				thresholds: { auto: 0.95, notify: 0.9, approval: 0.5 },
			}),
		);
		expect(await readFile(at('policy.yaml'), 'utf8')).toBe(policy);
		const proposed = await readFile(at('out/policy.yaml'), 'utf8');
		expect(proposed).toContain('# our policy');
		expect(proposed).toContain('refunds: { auto: 0.95, notify: 0.9, approval: 0.5 } # careful');
		expect(parsePolicy(proposed)).toMatchObject({ ok: true });
		expect(await readFile(at('out/policy.diff'), 'utf8')).toMatch(/^\+ {2}refunds:/m);
		expect(await readFile(at('out/report.md'), 'utf8')).toContain('refunds');
		expect(await readFile(at('out/reliability.svg'), 'utf8')).toMatch(/^<svg /);
		const again = await countersign([
			'calibrate',
			at('history.jsonl'),
			'-m',
			at('map.yaml'),
			'--by',
			'operation',
			'--policy',
			at('policy.yaml'),
			'--json',
		]);
		expect(JSON.parse(again.stdout).proposal.changes.map(({ group }: { group: string }) => group)).toEqual(['refund', 'reply']);
	});

	test('with a new map: the policy names it, replays by it, and refuses another', async () => {
		const at = await bed();
		const calibrated = await countersign([
			'calibrate',
			at('history.jsonl'),
			'-m',
			at('map.yaml'),
			'--by',
			'risk',
			'--policy',
			at('policy.yaml'),
			'--fit-map',
			'--out',
			at('out'),
			'--json',
		]);
		expect(calibrated.code, calibrated.stderr).toBe(0);
		const { confidenceMap } = JSON.parse(calibrated.stdout);
		expect(confidenceMap.used).toBe(true);
		expect(confidenceMap.eceAfter).toBeLessThan(confidenceMap.eceBefore);
		expect(await readFile(at('out/policy.yaml'), 'utf8')).toContain(confidenceMap.digest);
		const replay = () =>
			countersign([
				'replay',
				at('history.jsonl'),
				'-m',
				at('map.yaml'),
				'--policy',
				at('policy.yaml'),
				'--against',
				at('out/policy.yaml'),
				'--json',
			]);
		const good = await replay();
		expect(good.code, good.stderr).toBe(0);
		expect(JSON.parse(good.stdout).against.comparison.changed).toBeGreaterThan(0);
		const map = await readFile(at('out/confidence-map.json'), 'utf8');
		await writeFile(at('out/confidence-map.json'), map.replace(/"all":\[[\d.]+/, '"all":[0'));
		expect(await replay()).toMatchObject({ code: 5, stdout: '', stderr: expect.stringContaining('confidence_map_invalid') });
		await writeFile(at('out/confidence-map.json'), '{}');
		expect(await replay()).toMatchObject({ code: 5 });
		await writeFile(
			at('out/policy.yaml'),
			(await readFile(at('out/policy.yaml'), 'utf8')).replace(confidenceMap.digest, 'ab'.repeat(32)),
		);
		await writeFile(at('out/confidence-map.json'), map);
		expect(await replay()).toMatchObject({ code: 5, stderr: expect.stringContaining('made for another') });
	});

	test('is never written over the live policy', async () => {
		const at = await bed();
		await mkdir(at('live'));
		await writeFile(at('live/policy.yaml'), policy);
		const ran = await countersign([
			'calibrate',
			at('history.jsonl'),
			'-m',
			at('map.yaml'),
			'--by',
			'risk',
			'--policy',
			at('live/policy.yaml'),
			'--out',
			at('live'),
		]);
		expect(ran.code).toBe(2);
		expect(await readdir(at('live'))).toEqual(['policy.yaml']);
	});

	test.each([
		[['--by', 'risk']],
		[['--target', '1']],
		[['--confidence', '0']],
		[['--by', 'customer']],
		[['--cluster', 'a b']],
		[['--scale', '0']],
	])('%j is a usage error', async (args) => {
		const at = await bed();
		expect(await countersign(['calibrate', at('history.jsonl'), '-m', at('map.yaml'), ...args])).toMatchObject({
			code: 2,
			stdout: '',
		});
	});

	test('the promise, and a table for people', async () => {
		const at = await bed();
		const asked = [at('history.jsonl'), '-m', at('map.yaml')];
		const promise = await countersign(['promise', ...asked, '--splits', '20', '--json']);
		const { kept, clusters, splits } = JSON.parse(promise.stdout);
		expect({ clusters, splits }).toEqual({ clusters: 1000, splits: 20 });
		expect(
			kept.find((each: { target: number; estimator: string }) => each.target === 0.95 && each.estimator === 'clusters').kept,
		).toBeGreaterThanOrEqual(0.95);
		const [table, promised] = await Promise.all([
			countersign(['calibrate', ...asked]),
			countersign(['promise', ...asked, '--splits', '5']),
		]);
		expect(table.stdout).toMatch(/^refund\s+1500/m);
		expect(promised.stdout).toMatch(/^0\.95\s+clusters/m);
	});
});

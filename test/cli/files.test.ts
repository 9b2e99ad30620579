import { execFileSync, spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { linesOf, longestLine } from '../../src/cli/lines.ts';
import { columns, inert, jsonLine } from '../../src/cli/output.ts';
import { readConfig } from '../../src/config.ts';
import { authenticate } from '../../src/http/auth.ts';
import { temporaryFolder } from '../support/folder.ts';
import { root } from '../support/source.ts';
import { countersign, spawned } from './countersign.ts';

const map = `version: 1
proposal:
  agent: who
  operation: tool
  idempotencyKey: id
  confidence: sure
  amount: { value: usd, currency: { constant: USD } }
label: right
`;
const row = (id: number, change: object = {}): string =>
	JSON.stringify({ id: `r-${id}`, who: 'bot', tool: 'refund', sure: 1, usd: 10, right: true, ...change });
const policy = 'policies/support.yaml';

async function files(content: Readonly<Record<string, string | Uint8Array>>): Promise<(name: string) => string> {
	const folder = await temporaryFolder();
	await Promise.all(Object.entries(content).map(([name, text]) => writeFile(join(folder, name), text)));
	return (name) => join(folder, name);
}

describe('the command line itself', () => {
	test('help names every command and shows examples; a version is a version', async () => {
		const help = await spawned(['--help']);
		expect(help.code).toBe(0);
		for (const name of [
			'dev',
			'api',
			'worker',
			'submit',
			'list',
			'show',
			'decide',
			'wait',
			'withdraw',
			'quarantine',
			'policy',
			'replay',
			'calibrate',
			'promise',
			'key',
		]) {
			expect(help.stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
		}
		const [one, version] = await Promise.all([countersign(['replay', '--help']), countersign(['--version'])]);
		expect(one.stdout).toContain('Examples:');
		expect(version.stdout).toMatch(/^\d+\.\d+\.\d+/);
	});

	test('the command of the clone runs from any folder', () => {
		const { status, stdout } = spawnSync(
			process.execPath,
			[join(root, 'bin', 'countersign.mjs'), 'policy', 'check', '--json', join(root, policy)],
			{
				cwd: tmpdir(),
				encoding: 'utf8',
			},
		);
		expect({ status, ...JSON.parse(stdout) }).toMatchObject({ status: 0, ok: true });
	});

	test('exit codes and streams are those of the process', async () => {
		const [usage, invalid, good] = await Promise.all([
			spawned(['nonsense']),
			spawned(['policy', 'check', 'package.json']),
			spawned(['policy', 'check', policy, '--json']),
		]);
		expect(usage).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('unknown command') });
		expect(invalid).toMatchObject({ code: 5, stdout: '', stderr: expect.stringContaining('policy_invalid') });
		expect(JSON.parse(good.stdout)).toMatchObject({ ok: true });
	});

	test.each([
		[['nonsense']],
		[['replay']],
		[['replay', 'x.jsonl']],
		[['list', '--limit', 'ten']],
		[['list', '--state', 'open']],
		[['decide', 'act_x', 'maybe', '--as', 'ana']],
		[['decide', 'act_x', 'approve']],
		[['worker', '--only', 'clasifier']],
		[['policy', 'explain', policy, 'package.json', '--language', 'fr']],
		[['key', '--agent', 'a:b']],
		[['api', '--port', '99999']],
	])('%j is a usage error', async (args) => {
		const { code, stdout, stderr } = await countersign(args);
		expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
		expect(stderr).not.toMatch(/\bat \S+ \(/);
		const told = JSON.parse((await countersign([...args, '--json'])).stderr);
		expect(told).toMatchObject({ code: 'usage', message: expect.stringMatching(/^[^\n]{10}/) });
	});

	test('a key that the configuration takes, and whose token is its own', async () => {
		const { stdout } = await countersign(['key', '--agent', 'support-bot', '--tenant', 'acme', '--json']);
		const { token, entry } = JSON.parse(stdout);
		const { apiKeys } = readConfig({ COUNTERSIGN_API_KEYS: entry });
		expect(authenticate(`Bearer ${token}`, apiKeys)).toMatchObject({ tenant: 'acme', agent: 'support-bot' });
	});
});

describe('policies', () => {
	test('check: valid, and what is wrong where', async () => {
		const at = await files({ 'bad.yaml': 'version: 1\noperations:\n  refund: { risk_clas: financial }\n' });
		const [good, bad, asJson, gone] = await Promise.all([
			countersign(['policy', 'check', policy]),
			countersign(['policy', 'check', at('bad.yaml')]),
			countersign(['policy', 'check', at('bad.yaml'), '--json']),
			countersign(['policy', 'check', at('gone.yaml')]),
		]);
		expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining('is valid') });
		expect(bad).toMatchObject({ code: 5, stdout: '', stderr: expect.stringMatching(/bad\.yaml:3:\d+ .*risk_clas/) });
		expect(JSON.parse(asJson.stderr)).toMatchObject({
			code: 'policy_invalid',
			details: expect.arrayContaining([expect.objectContaining({ line: 3 })]),
		});
		expect(gone.code).toBe(1);
	});

	test('test: 6 where a case fails', async () => {
		const at = await files({
			'cases.yaml': '- name: a refund of nothing\n  proposal: { operation: no_such_thing }\n  expect: { route: auto }\n',
		});
		const [passing, failing] = await Promise.all([
			countersign(['policy', 'test', policy, '--json']),
			countersign(['policy', 'test', policy, '--cases', at('cases.yaml')]),
		]);
		expect(passing.code).toBe(0);
		expect(JSON.parse(passing.stdout)).toMatchObject({ failed: 0, cases: expect.any(Number) });
		expect(failing).toMatchObject({ code: 6, stdout: expect.stringContaining('a refund of nothing') });
	});

	test('explain in two languages, and the schema', async () => {
		const at = await files({
			'p.json': JSON.stringify({
				version: 1,
				agent: 'a',
				idempotencyKey: 'k',
				operation: 'refund',
				amount: { value: '2400', currency: 'USD' },
				referenceAmount: { value: '240', currency: 'USD' },
				confidence: 1,
			}),
			'bad.json': '{"version":1,"version":1}',
		});
		const explain = (...args: string[]) => countersign(['policy', 'explain', policy, ...args]);
		const [en, zh, json, bad, schema] = await Promise.all([
			explain(at('p.json')),
			explain(at('p.json'), '--language', 'zh-CN'),
			explain(at('p.json'), '--json'),
			explain(at('bad.json')),
			countersign(['policy', 'schema']),
		]);
		expect(en.stdout).toMatch(/check\.over_reference/);
		expect(zh.stdout).toMatch(/[\u4e00-\u9fff]/);
		expect(JSON.parse(json.stdout)).toMatchObject({
			route: expect.stringMatching(/approval|escalation/),
			reasons: expect.any(Array),
		});
		expect(bad).toMatchObject({ code: 5, stderr: expect.stringContaining('duplicate_key') });
		expect(JSON.parse(schema.stdout)).toHaveProperty('properties.operations');
	});
});

describe('replay', () => {
	test('counts, keeps routes, and reads every kind of line end', async () => {
		const rows = [
			row(1),
			row(2, { right: false }),
			row(3, { usd: 700 }),
			row(4, { usd: 6000, right: false }),
			row(5, { tool: 'unheard_of' }),
			row(5, { tool: 'unheard_of' }),
		];
		const at = await files({ 'map.yaml': map, 'h.jsonl': `\ufeff${rows.join('\r\n')}\r\n\r\n`, 'n.jsonl': rows.join('\n') });
		const replay = (name: string, ...args: string[]) =>
			countersign(['replay', at(name), '--map', at('map.yaml'), '--policy', policy, ...args]);
		const [counts, again, table] = await Promise.all([
			replay('h.jsonl', '--json', '--routes', at('routes.jsonl')),
			replay('n.jsonl', '--json'),
			replay('h.jsonl'),
		]);
		const summary = JSON.parse(counts.stdout);
		expect(summary).toMatchObject({
			actions: 5,
			labelled: 5,
			skipped: 0,
			routes: { block: 0 },
			errorRateUpper95: expect.any(Number),
		});
		expect(summary.routes.approval + summary.routes.escalation).toBeGreaterThanOrEqual(3);
		expect(again.stdout).toBe(counts.stdout);
		expect(table.stdout).toMatch(/^actions\s+5$/m);
		const routes = (await readFile(at('routes.jsonl'), 'utf8'))
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line));
		expect(routes).toHaveLength(5);
		expect(routes[3]).toMatchObject({
			line: 4,
			key: 'r-4',
			route: 'escalation',
			id: expect.stringMatching(/^act_/),
			reasons: expect.arrayContaining(['amount.above_5000']),
		});
	});

	test('bad rows stop it, with their lines; --skip-bad counts them', async () => {
		const bad = [
			row(1),
			'not json',
			row(3, { sure: 95 }),
			'{"id":"x","id":"y"}',
			'[1]',
			row(6, { who: null }),
			row(7, { right: 'yes' }),
			row(8),
			row(8, { usd: 11 }),
		];
		const at = await files({ 'map.yaml': map, 'h.jsonl': bad.join('\n') });
		const replay = (...args: string[]) =>
			countersign(['replay', at('h.jsonl'), '--map', at('map.yaml'), '--policy', policy, '--json', ...args]);
		const [stopped, skipped] = await Promise.all([replay(), replay('--skip-bad')]);
		expect(stopped).toMatchObject({ code: 5, stdout: '' });
		expect(JSON.parse(stopped.stderr).details.rows.map(({ line }: { line: number }) => line)).toEqual([2, 3, 4, 5, 6, 7]);
		expect(stopped.stderr).toContain('must be a number from 0 to 1');
		expect(JSON.parse(skipped.stdout)).toMatchObject({ actions: 2, skipped: 7 });
	});

	test('instants that run backwards are refused', async () => {
		const at = await files({
			'map.yaml': `${map}at: when\n`,
			'h.jsonl': [row(1, { when: 1_700_000_000_000 }), row(2, { when: 1_600_000_000_000 })].join('\n'),
		});
		const { code, stderr } = await countersign(['replay', at('h.jsonl'), '--map', at('map.yaml'), '--policy', policy]);
		expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringContaining('line 2: `at` is earlier') });
	});

	test('what is no file, no text or no map is named', async () => {
		const at = await files({
			'map.yaml': map.replace('who', '"a b"'),
			'ok.yaml': map,
			'latin.jsonl': new Uint8Array([0x7b, 0x22, 0xe9, 0x22, 0x7d]),
		});
		execFileSync('mkfifo', [at('pipe')]);
		const replay = (file: string, mapFile = 'ok.yaml') => countersign(['replay', file, '--map', at(mapFile), '--policy', policy]);
		const [pipe, device, folder, latin, badMap] = await Promise.all([
			replay(at('pipe')),
			replay('/dev/zero'),
			replay(at('.')),
			replay(at('latin.jsonl')),
			replay(at('latin.jsonl'), 'map.yaml'),
		]);
		for (const { code, stderr } of [pipe, device, folder])
			expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('is not a regular file') });
		expect(latin).toMatchObject({ code: 5, stderr: expect.stringContaining('not UTF-8') });
		expect(badMap).toMatchObject({ code: 5, stderr: expect.stringMatching(/map\.yaml:3:\d+ path `a b`/) });
	});
});

describe('lines and output', () => {
	test('a line without an end is cut, and memory stays small', async () => {
		const at = await files({ 'long.jsonl': `${'x'.repeat(8 * longestLine)}\n{"a":1}\n` });
		const found = [];
		for await (const { number, text } of linesOf(at('long.jsonl'))) found.push([number, text.length]);
		expect(found).toEqual([
			[1, longestLine + 1],
			[2, 7],
		]);
	});

	test('a character that two chunks share is whole', async () => {
		const at = await files({ 'wide.jsonl': `${'中'.repeat(200_000)}\n中\n` });
		const texts = [];
		for await (const { text } of linesOf(at('wide.jsonl'))) texts.push(text);
		expect(texts).toEqual(['中'.repeat(200_000), '中']);
	});

	test('nothing that a terminal obeys gets through', () => {
		const hostile = '\u001b[2J\u009b31m\u202eevil\u2066\u0007';
		expect(inert(hostile)).not.toMatch(/[\p{Cc}\u202e\u2066]/u);
		expect(jsonLine({ hostile })).not.toMatch(/[\p{Cc}\p{Cf}]/u);
		expect(JSON.parse(jsonLine({ hostile }))).toEqual({ hostile });
	});

	test('columns are as wide as their widest cell', () => {
		expect(
			columns([
				['a', 'bb'],
				['ccc', 'd'],
			]),
		).toEqual(['a    bb', 'ccc  d']);
	});
});

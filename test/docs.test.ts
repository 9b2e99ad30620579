/** What the README and docs/ say is so: links lead somewhere, and every command, option, setting, script and code that they name exists. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { program } from '../src/cli/program.ts';
import { settings } from '../src/config.ts';
import { errorCodes } from '../src/domain/errors.ts';
import { parseProposal } from '../src/domain/parse.ts';
import { parsePolicy } from '../src/policy/load.ts';
import { countersign } from './cli/countersign.ts';
import { filesOf, root, type SourceFile } from './support/source.ts';

const pages: readonly SourceFile[] = [...filesOf('*.md'), ...filesOf('docs/**/*.md'), ...filesOf('docs/*.md')].filter(
	({ path }, at, all) => all.findIndex((other) => other.path === path) === at,
);
const page = (path: string): string => pages.find((each) => each.path === path)?.text ?? '';

/** `found` as readable lines; an empty list passes. */
const none = (found: readonly string[]): void => expect(found).toEqual([]);

const fence = /^ *```(\w*)[^\n]*\n([\s\S]*?)^ *```/gm;
const blocksOf = (text: string, language: RegExp): string[] =>
	[...text.matchAll(fence)].filter(([, name]) => language.test(name ?? '')).map(([, , body]) => body ?? '');
/** Inline code. */
const spansOf = (text: string): string[] => [...text.replace(fence, '').matchAll(/`([^`\n]+)`/g)].map(([, span]) => span ?? '');

describe('links', () => {
	/** The anchors of a page, as GitHub makes them of its headings. */
	const anchorsOf = (text: string): string[] =>
		[...text.replace(fence, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
			heading
				.toLowerCase()
				.replace(/[^\p{L}\p{N}\- _]/gu, '')
				.replaceAll(' ', '-'),
		);

	test('every relative link leads to a file, and its anchor to a heading', () => {
		const wrong = pages.flatMap(({ path, text }) =>
			[...text.replace(fence, '').matchAll(/\]\(([^)\s]+)\)/g)]
				.map(([, target = '']) => target)
				.filter((target) => {
					if (/^(https?|mailto):/.test(target)) return false;
					const [file = '', anchor] = target.split('#');
					const to = file === '' ? path : posix.join(posix.dirname(path), file);
					if (!existsSync(join(root, to))) return true;
					return anchor !== undefined && !anchorsOf(page(to)).includes(anchor);
				})
				.map((target) => `${path} -> ${target}`),
		);
		none(wrong);
	});

	test('the README leads to every page', () => {
		const missing = pages
			.map(({ path }) => path)
			.filter((path) => dirname(path) === 'docs' && !page('README.md').includes(`](${path})`));
		none(missing);
	});
});

describe('the command line', () => {
	const commands = (command: Command, path: readonly string[] = []): { path: string; command: Command }[] =>
		command.commands
			.filter((each) => each.name() !== 'help')
			.flatMap((each) => {
				const own = [...path, each.name()];
				return [{ path: own.join(' '), command: each }, ...commands(each, own)];
			});
	const all = commands(program());

	/** What is wrong with `countersign …` as somebody may type it. */
	function problemOf(line: string): string | null {
		const words = line.split(/\s+/);
		let command = program();
		for (const word of words) {
			const next = command.commands.find((each) => each.name() === word);
			if (next === undefined) break;
			command = next;
		}
		if (command.parent === null && !/^(--|COMMAND\b|$)/.test(line)) return `no command \`${words[0]}\``;
		const known = ['--help', '--version', ...command.options.flatMap(({ short, long }) => [short, long])];
		const option = words
			.map((word) => word.replace(/^\[/, '').replace(/[\]=,.;)].*$/, ''))
			.find((word) => /^-/.test(word) && !known.includes(word));
		return option === undefined ? null : `\`${command.name()}\` has no option \`${option}\``;
	}

	test('every command and option that a page names exists', () => {
		const wrong = pages.flatMap(({ path, text }) =>
			[...spansOf(text), ...blocksOf(text, /^(sh|)$/).flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'))]
				.flatMap((code) =>
					[...code.matchAll(/(?:^|[\s(])(?:npx )?countersign (?=[a-z-])([^|#;>&)]*)/g)].map(([, line = '']) => line.trim()),
				)
				.map((line) => ({ line, problem: problemOf(line) }))
				.filter(({ problem }) => problem !== null)
				.map(({ line, problem }) => `${path}: countersign ${line}: ${problem}`),
		);
		none(wrong);
	});

	test('docs/cli.md has every command', () => {
		const listed = page('docs/cli.md');
		none(
			all
				.filter(({ command }) => command.commands.length === 0)
				.map(({ path }) => path)
				.filter(
					(path) =>
						!new RegExp(`^\\| .*\`${path.split(' ')[0]}\\b`, 'm').test(listed) || !listed.includes(path.split(' ').at(-1) ?? ''),
				),
		);
	});

	test('every command has `--json`, but for those that print nothing else', () => {
		const leaves = all.filter(({ command }) => command.commands.length === 0);
		none(
			leaves
				.filter(({ command }) => !command.options.some(({ long }) => long === '--json'))
				.map(({ path }) => path)
				.filter((path) => !['examples export', 'audit export', 'policy schema'].includes(path)),
		);
	});

	test('what the README shows of policies runs', async () => {
		const lines = blocksOf(page('README.md'), /^sh$/)
			.flatMap((block) => [...block.matchAll(/^npx countersign ((?:policy|replay) .*?)(?: +#.*)?$/gm)])
			.map(([, line = '']) => line.trim());
		expect(lines.length).toBeGreaterThan(2);
		for (const line of lines) expect(await countersign(line.split(' ')), line).toMatchObject({ code: 0, stderr: '' });
	});

	test('every npm script that a page names exists', () => {
		const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
		const wrong = pages.flatMap(({ path, text }) =>
			[...text.matchAll(/npm run(?: -s)? ([a-z][\w:-]*)/g)]
				.map(([, name = '']) => name)
				.filter((name) => !(name in scripts))
				.map((name) => `${path}: npm run ${name}`),
		);
		none(wrong);
	});
});

describe('settings', () => {
	const listed = [...page('docs/configuration.md').matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = '']) => spansOf(cell));

	test('docs/configuration.md has every one, and no other', () => {
		expect([...listed].sort()).toEqual([...settings].sort());
	});

	test('no page names one that is not there', () => {
		const families = new RegExp(
			`\\b(?:${[...new Set(settings.map((name) => name.split('_')[0]))].join('|')})(?:_[A-Z]+)+\\b`,
			'g',
		);
		// A shell variable of the examples, and a setting of the tests.
		const others = ['COUNTERSIGN_API_KEY', 'COUNTERSIGN_TEST_REDIS'];
		const wrong = pages.flatMap(({ path, text }) =>
			[...text.matchAll(families)]
				.map(([name]) => name)
				.filter((name) => !settings.includes(name.replace(/_FILE$/, '')) && !others.includes(name))
				.map((name) => `${path}: ${name}`),
		);
		none(wrong);
	});
});

test('every error code that a page gives an answer as exists', () => {
	const wrong = pages.flatMap(({ path, text }) =>
		[...text.matchAll(/"code": "([a-z_]+)"|\b[45]\d\d `([a-z_]+)`/g)]
			.map(([, json, word]) => json ?? word ?? '')
			.filter((code) => !(code in errorCodes))
			.map((code) => `${path}: ${code}`),
	);
	none(wrong);
});

test('every proposal that a page sends by curl is one that the edge takes', () => {
	const bodies = pages.flatMap(({ path, text }) =>
		blocksOf(text, /^sh$/)
			.flatMap((block) => [...block.matchAll(/-d '([^']+)'/g)])
			.map(([, body = '']) => ({ path, body })),
	);
	expect(bodies.length).toBeGreaterThan(1);
	for (const { path, body } of bodies)
		expect(parseProposal({ ...JSON.parse(body), agent: 'a', idempotencyKey: 'k' }), `${path}: ${body}`).toMatchObject({
			ok: true,
		});
});

test('every part of a policy that a page shows is one that a policy may have', () => {
	const shipped = parse(readFileSync(join(root, 'policies', 'support.yaml'), 'utf8'), { merge: true });
	const shown = ['docs/people.md', 'docs/learning.md', 'docs/inbox.md'].flatMap((path) =>
		blocksOf(page(path), /^yaml$/)
			// Its digest is not written out.
			.filter((block) => !block.startsWith('confidence_map:'))
			.map((block) => ({ path, block, part: parse(block) })),
	);
	expect(shown.length).toBeGreaterThan(9);
	for (const { path, block, part } of shown) {
		// Who is named elsewhere in the shipped policy stays.
		const people = { reviewers: { ...shipped.reviewers, ...part.reviewers }, groups: { ...shipped.groups, ...part.groups } };
		expect(parsePolicy(stringify({ ...shipped, ...part, ...people })), `${path}:\n${block}`).toMatchObject({ ok: true });
	}
});

/** The structure of the product, held by looking at every file of it. What may import what is data: scripts/arrows.ts. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parts, files as singleFiles } from '../scripts/arrows.ts';
import { filesOf, importsOf, root } from './support/source.ts';

const source = filesOf('src/**/*.{ts,mjs}');
const scripts = filesOf('src/**/*.lua');

/** The part of `src` that a file belongs to: its folder, or its own name where it stands alone. */
function partOf(path: string): string {
	const [, first = ''] = path.split('/');
	return first.replace(/\.ts$/, '');
}

/** `found` as readable lines; an empty list passes. */
const none = (found: readonly string[]): void => expect(found).toEqual([]);

describe('arrows', () => {
	test('every file belongs to a part that scripts/arrows.ts knows', () => {
		expect(source.length).toBeGreaterThan(0);
		none(source.filter(({ path }) => !(partOf(path) in parts)).map(({ path }) => path));
		for (const name of singleFiles) expect(parts).toHaveProperty(name);
	});

	test('the arrows themselves have no cycle', () => {
		const below = (name: string, seen: readonly string[] = []): string[] => {
			if (seen.includes(name)) throw new Error(`cycle: ${[...seen, name].join(' -> ')}`);
			return (parts[name]?.imports ?? []).flatMap((other) => [other, ...below(other, [...seen, name])]);
		};
		for (const name of Object.keys(parts)) expect(() => below(name)).not.toThrow();
	});

	test.each(Object.keys(parts))('`%s` imports only the parts below it', (name) => {
		const allowed = [name, ...(parts[name]?.imports ?? [])];
		const wrong = source
			.filter(({ path }) => partOf(path) === name)
			.flatMap((file) => importsOf(file).map((each) => ({ file, each })))
			.filter(({ each }) => each.path !== null && !allowed.includes(partOf(each.path)));
		none(wrong.map(({ file, each }) => `${file.path} imports ${each.specifier}`));
	});

	test.each(Object.entries(parts).filter(([, part]) => part.packages !== undefined))(
		'`%s` uses only its packages',
		(name, part) => {
			const allowed = part.packages ?? [];
			const wrong = source
				.filter(({ path }) => partOf(path) === name)
				.flatMap((file) => importsOf(file).map((each) => ({ file, each })))
				.filter(
					({ each }) =>
						each.path === null && !allowed.some((known) => each.specifier === known || each.specifier.startsWith(`${known}/`)),
				);
			none(wrong.map(({ file, each }) => `${file.path} imports ${each.specifier}`));
		},
	);

	test('own files are imported by their real name, and nothing reaches out of src', () => {
		const wrong = source
			.flatMap((file) => importsOf(file).map((each) => ({ file, each })))
			.filter(({ each }) => each.path !== null && (!each.path.startsWith('src/') || !existsSync(join(root, each.path))));
		none(wrong.map(({ file, each }) => `${file.path} imports ${each.specifier}`));
	});
});

describe('one place for each thing', () => {
	test('queues and workers are made in src/queues only, where their names, retention and error handling stand', () => {
		const wrong = source
			.filter(({ path }) => partOf(path) !== 'queues')
			.filter((file) => importsOf(file).some(({ specifier, typeOnly }) => specifier === 'bullmq' && !typeOnly));
		none(wrong.map(({ path }) => path));
	});

	test('Redis keys are spelled in src/store/keys.ts and src/queues only', () => {
		const wrong = source
			.filter(({ path }) => path !== 'src/store/keys.ts' && partOf(path) !== 'queues')
			.flatMap(({ path, text }) => text.split('\n').map((line, index) => ({ place: `${path}:${index + 1}`, line })))
			.filter(({ line }) => /\$\{[^}]*prefix[^}]*\}:|prefix\s*\+\s*['"`]:/i.test(line));
		none(wrong.map(({ place, line }) => `${place} ${line.trim()}`));
	});

	test('every Lua script opens with its contract: keys, arguments and answer', () => {
		const wrong = scripts.filter(({ text }) => {
			const head = /^(?:--[^\n]*\n)+/.exec(text)?.[0] ?? '';
			return !/\bKEYS\b/.test(head) || !/\bARGV\b/.test(head) || !/\b(returns?|answers?|output)\b/i.test(head);
		});
		none(wrong.map(({ path }) => path));
	});
});

describe('files', () => {
	test('are at most 300 lines long, or say in their first comment why not', () => {
		const long = [...source, ...scripts].filter(({ text }) => text.split('\n').length - 1 > 300);
		const unexplained = long.filter(({ text }) => !/over 300 lines because \S+/.test(text.slice(0, 1000)));
		none(unexplained.map(({ path, text }) => `${path} has ${text.split('\n').length - 1} lines`));
	});

	test('are named after one noun in kebab-case, and no folder or file is a bucket', () => {
		const bucket = /^(utils?|helpers?|common|misc|types|lib|shared|stuff|functions)$/;
		const wrong = [...source, ...scripts].filter(({ path }) => {
			const names = path
				.split('/')
				.slice(1)
				.map((name) => name.replace(/(\.d)?\.[a-z]+$/, ''));
			return names.some((name) => bucket.test(name) || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name));
		});
		none(wrong.map(({ path }) => path));
	});

	test('hold no unfinished marks', () => {
		none([...source, ...scripts].filter(({ text }) => /\b(TODO|FIXME|XXX)\b|not implemented/.test(text)).map(({ path }) => path));
	});
});

describe('tests', () => {
	test('assert something: no `expect(...)` without a matcher', () => {
		const wrong = filesOf('test/**/*.ts').flatMap(({ path, text }) =>
			[...text.matchAll(/^\s*(?:await\s+)?expect\(/gm)]
				.filter((match) => text[endOfCall(text, match.index + match[0].length)] === ';')
				.map((match) => `${path}:${text.slice(0, match.index).split('\n').length + 1}`),
		);
		none(wrong);
	});
});

/** The index just behind the parenthesis that closes the one before `start`. Strings are skipped over roughly, which is enough here. */
function endOfCall(text: string, start: number): number {
	let depth = 1;
	let index = start;
	for (; index < text.length && depth > 0; index++) {
		if (text[index] === '(') depth++;
		if (text[index] === ')') depth--;
	}
	return index;
}

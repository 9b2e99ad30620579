/** Whether a Redis is fit to be trusted with approvals: the checks of every start, and of `countersign doctor`. */
import type { Redis } from 'ioredis';
import { type Finding, ok } from '../domain/finding.ts';
import { memoryIn } from '../domain/memory.ts';
import { compareVersions, nameOf, oldestVersion, parseInfo, type ServerInfo } from './server-info.ts';

export interface CheckOptions {
	/** As it is configured: says whether there is a password and TLS. */
	readonly url: string;
	/** What a development machine may do without is refused in production. */
	readonly production: boolean;
}

/** Looks, and changes nothing. What a managed service hides is said to be unknown. */
export async function checkRedis(client: Redis, { url, production }: CheckOptions): Promise<Finding[]> {
	const text = await client.info();
	const info = parseInfo(text);
	const wanted = production ? 'fail' : 'warn';
	return [
		version(info),
		holes(info),
		eviction(info),
		...durability(info, { text, wanted, settings: await settingsOf(client) }),
		...(await access(client, { url: new URL(url), wanted })),
		memory(text, production),
	];
}

function version(info: ServerInfo): Finding {
	const check = 'redis version';
	if (compareVersions(info.version, oldestVersion) >= 0) return ok(check, nameOf(info));
	return {
		check,
		level: 'fail',
		code: 'redis_too_old',
		message: `${nameOf(info)} is too old`,
		fix: `use Redis ${oldestVersion} or newer, or any Valkey`,
	};
}

/**
 * The first release of each line without CVE-2025-49844 (code execution by a Lua script) and CVE-2026-23479 (use after free), as far
 * as its line has one. Distributions mend older ones without a new number, so this can only be a warning.
 */
const mended: Readonly<Record<ServerInfo['software'], readonly string[]>> = {
	redis: ['6.2.20', '7.2.11', '7.4.6', '8.0.4', '8.2.2', '8.6.3'],
	valkey: ['8.0.8', '8.1.7'],
};

function holes(info: ServerInfo): Finding {
	const check = 'redis holes';
	const line = (of: string): string => of.split('.').slice(0, 2).join('.');
	const floors = mended[info.software];
	const floor = floors.find((each) => line(each) === line(info.version));
	const last = floors.at(-1) ?? '0.0.0';
	if (compareVersions(info.version, floor ?? last) >= 0) return ok(check, 'no known hole in this version');
	return {
		check,
		level: 'warn',
		code: 'redis_cve',
		message: `${nameOf(info)} is of a version with known holes (CVE-2025-49844 or CVE-2026-23479): whoever may run scripts may take it over`,
		fix: `use ${info.software} ${floor ?? last} or newer, or make sure that your distribution has mended it`,
	};
}

function eviction({ maxmemoryPolicy }: ServerInfo): Finding {
	const check = 'redis eviction';
	if (maxmemoryPolicy === 'noeviction') return ok(check, 'noeviction');
	if (maxmemoryPolicy === null)
		return {
			check,
			level: 'warn',
			code: 'redis_eviction_unknown',
			message: 'Redis does not tell its maxmemory-policy',
			fix: 'make sure that it is `noeviction`',
		};
	return {
		check,
		level: 'fail',
		code: 'redis_evicts',
		message: `maxmemory-policy is \`${maxmemoryPolicy}\`, which lets Redis drop approvals when memory is short`,
		fix: 'set it to `noeviction`',
	};
}

type Settings = Readonly<Record<'appendfsync' | 'aof-load-truncated', string | undefined>>;

/** Managed services forbid CONFIG; not knowing is then an honest answer. */
async function settingsOf(client: Redis): Promise<Settings> {
	const one = async (name: string): Promise<string | undefined> =>
		((await client.config('GET', name).catch(() => [])) as string[])[1];
	return { appendfsync: await one('appendfsync'), 'aof-load-truncated': await one('aof-load-truncated') };
}

interface Durable {
	readonly text: string;
	readonly wanted: 'warn' | 'fail';
	readonly settings: Settings;
}

function durability(info: ServerInfo, { text, wanted, settings }: Durable): Finding[] {
	const check = 'redis durability';
	if (!info.appendOnly)
		return [
			{
				check,
				level: wanted,
				code: 'redis_memory_only',
				message: 'the append-only file is off: a crash of Redis loses what was acknowledged',
				fix: 'set `appendonly yes`',
			},
		];
	const found: Finding[] = [];
	if (/^aof_last_write_status:(?!ok)/m.test(text))
		found.push({
			check,
			level: 'fail',
			code: 'redis_aof_failing',
			message: 'Redis cannot write its append-only file',
			fix: 'free the disk that it is on; nothing is accepted until then',
		});
	const { appendfsync } = settings;
	if (appendfsync === 'no')
		found.push({
			check,
			level: wanted,
			code: 'redis_never_syncs',
			message: '`appendfsync` is `no`: a power loss takes half a minute or more of what was acknowledged',
			fix: 'set `appendfsync everysec`, or `always`',
		});
	const lost = appendfsync === 'always' ? 'nothing' : appendfsync === 'everysec' ? 'about the last second' : 'an unknown part';
	if (found.length === 0)
		found.push(ok(check, `append-only file, fsync ${appendfsync ?? 'unknown'}: a power loss takes ${lost}`));
	// Redis starts from a cut file without a word: the mark outside Redis tells it (see the check `storage mark`).
	if (settings['aof-load-truncated'] === 'yes')
		found.push(ok('redis truncation', '`aof-load-truncated` is on: a cut file is noticed by the mark in the data folder'));
	return found;
}

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

async function access(client: Redis, { url, wanted }: { url: URL; wanted: 'warn' | 'fail' }): Promise<Finding[]> {
	const check = 'redis access';
	if (loopback.test(url.hostname)) return [ok(check, 'reached on this machine only')];
	const found: Finding[] = [];
	if (url.password === '')
		found.push({
			check,
			level: wanted,
			code: 'redis_no_auth',
			message: 'Redis is reached over a network without a password: whoever reaches it can approve',
			fix: 'give Redis users with passwords, and name one in REDIS_URL',
		});
	if (url.protocol !== 'rediss:')
		found.push({
			check,
			level: wanted,
			code: 'redis_no_tls',
			message: 'Redis is reached over a network without TLS',
			fix: 'use rediss://; on a network that nobody else is on, accept it with COUNTERSIGN_I_KNOW=redis_no_tls',
		});
	const user = await client.call('ACL', 'WHOAMI').catch(() => null);
	if (user === 'default')
		found.push({
			check,
			level: 'warn',
			code: 'redis_default_user',
			message: 'the user `default` may do everything',
			fix: 'give each part a user of its own with the commands it needs, and switch `default` off',
		});
	if (typeof user === 'string' && (await client.call('ACL', 'DRYRUN', user, 'FLUSHALL').catch(() => null)) === 'OK')
		found.push({
			check,
			level: 'warn',
			code: 'redis_dangerous_commands',
			message: `the user \`${user.slice(0, 60)}\` may empty Redis`,
			fix: 'take FLUSHALL, FLUSHDB, KEYS and DEBUG from it (`ACL SETUSER … -@dangerous +info +config|get`)',
		});
	return found.length === 0 ? [ok(check, 'password, TLS, and a user of its own')] : found;
}

function memory(text: string, production: boolean): Finding {
	const check = 'redis memory';
	const found = memoryIn(text);
	if (found === null) return ok(check, 'Redis does not tell');
	const { used, most } = found;
	const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`;
	if (most === 0) {
		const message = `${megabytes(used)} used, no maxmemory: the machine's end is Redis's own`;
		if (!production) return ok(check, message);
		return { check, level: 'warn', code: 'redis_no_maxmemory', message, fix: 'set `maxmemory` below what the machine has' };
	}
	const share = used / most;
	const message = `${megabytes(used)} of ${megabytes(most)} used`;
	if (share < 0.7) return ok(check, message);
	return {
		check,
		level: 'warn',
		code: share < 0.8 ? 'redis_memory' : 'storage_full',
		message: share < 0.8 ? message : `${message}: new actions are refused, decisions go on`,
		fix: 'give Redis more memory',
	};
}

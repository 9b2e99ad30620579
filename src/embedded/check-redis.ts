import type { Redis } from 'ioredis';
import type { Problem } from '../domain/errors.ts';
import { compareVersions, nameOf, oldestVersion, parseInfo } from './server-info.ts';

/**
 * What survives a crash of the server. `memory`: nothing since the last snapshot; `aof`: the append-only file is on, but the
 * service hides how often it is synced; `everysec`: all but about the last second; `always`: every acknowledged write.
 */
export type Durability = 'memory' | 'aof' | 'everysec' | 'always';

export type CheckedRedis =
	| { readonly ok: true; readonly version: string; readonly durability: Durability; readonly warnings: readonly string[] }
	| { readonly ok: false; readonly problem: Problem };

/**
 * The check at every start. Refuses (`config_invalid`) a server that may evict keys, because it would drop approvals under
 * memory pressure without a word, and one that is too old for the scripts. Warns when a crash would lose data.
 */
export async function checkRedis(client: Redis): Promise<CheckedRedis> {
	const info = parseInfo(await client.info());
	if (compareVersions(info.version, oldestVersion) < 0) {
		return refused(`${nameOf(info)} is too old: use Redis ${oldestVersion} or newer, or any Valkey`);
	}
	if (info.maxmemoryPolicy !== null && info.maxmemoryPolicy !== 'noeviction') {
		return refused(
			`maxmemory-policy is \`${info.maxmemoryPolicy}\`, which lets Redis drop approvals when memory is short: set it to \`noeviction\``,
		);
	}
	const warnings: string[] = [];
	if (info.maxmemoryPolicy === null) warnings.push('Redis does not tell its maxmemory-policy: make sure that it is `noeviction`');
	if (!info.appendOnly)
		warnings.push('the append-only file is off: a crash of Redis loses what was acknowledged; set `appendonly yes`');
	return { ok: true, version: nameOf(info), durability: info.appendOnly ? await syncPolicy(client) : 'memory', warnings };
}

async function syncPolicy(client: Redis): Promise<Durability> {
	// Managed services forbid CONFIG; not knowing is then an honest answer.
	const [, policy] = (await client.config('GET', 'appendfsync').catch(() => [])) as string[];
	return policy === 'always' || policy === 'everysec' ? policy : 'aof';
}

const refused = (message: string): CheckedRedis => ({ ok: false, problem: { code: 'config_invalid', message } });

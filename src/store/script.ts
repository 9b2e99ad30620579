/** A Lua script of the store: sent by its hash, and whole where the server has forgotten it (SCRIPT FLUSH, failover). */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';

export interface Script {
	run(redis: Redis, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
}

/** Reads a script that lies beside this file. */
export function scriptNamed(name: string): Script {
	const source = readFileSync(new URL(`./${name}.lua`, import.meta.url), 'utf8');
	const sha = createHash('sha1').update(source).digest('hex');
	return {
		async run(redis, keys, args) {
			try {
				return await redis.evalsha(sha, keys.length, ...keys, ...args);
			} catch (error) {
				if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
				return redis.eval(source, keys.length, ...keys, ...args);
			}
		},
	};
}

import { expect, test } from 'vitest';
import { testRedis } from './redis.ts';

const redis = testRedis();
const seen = new Set<string>();

test.each([1, 2, 3])('test %i has a prefix of its own, and real Lua', async () => {
	expect(redis.prefix).toMatch(/^\{t-[0-9a-f]{10}-\d+\}$/);
	expect(seen.has(redis.prefix)).toBe(false);
	seen.add(redis.prefix);
	const client = redis.connect();
	expect(
		await client.eval("redis.call('SET', KEYS[1], ARGV[1]); return redis.call('GET', KEYS[1])", 1, `${redis.prefix}:a`, 'x'),
	).toBe('x');
});

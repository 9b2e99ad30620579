import { expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';

test('all problems are told at once, each with what to write', () => {
	expect(() => readConfig({ PORT: 'x', WORKER_CONCURRENCY: '1.5', REDIS_URL: 'foo', NODE_ENV: 'prod' })).toThrow(
		expect.objectContaining({
			code: 'config_invalid',
			message: expect.stringMatching(
				/REDIS_URL: must be a URL such as redis:.*\n.*PORT: must be a number\n.*WORKER_CONCURRENCY: must be a whole number/s,
			),
		}),
	);
});

import { expect, test } from 'vitest';
import { withoutCommand } from '../src/boot.ts';
import { testRedis } from './support/redis.ts';

const redis = testRedis();

test('the log of a failed command names it, and holds none of its arguments', async () => {
	const error = await redis
		.connect()
		.eval("return redis.error_reply('no')", 0, 'card 4242')
		.catch((caught: unknown) => caught);
	expect(error).toBeInstanceOf(Error);
	expect(JSON.stringify(withoutCommand(error))).not.toContain('4242');
	expect(withoutCommand(error)).toMatchObject({ command: 'eval', message: expect.stringContaining('no') });
	expect(withoutCommand(new TypeError('plain'))).toMatchObject({ type: 'TypeError', message: 'plain' });
});

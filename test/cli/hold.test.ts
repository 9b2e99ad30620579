/** `countersign pause` and `resume`, and the start that is paused by the configuration. */
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { boot } from '../../src/boot.ts';
import { storeOn } from '../../src/store/store.ts';
import { temporaryFolder } from '../support/folder.ts';
import { testRedis } from '../support/redis.ts';
import { countersign } from './countersign.ts';

const redis = testRedis();
const env = () => ({ NODE_ENV: 'test', REDIS_URL: redis.url, COUNTERSIGN_PREFIX: redis.prefix });
const store = () => storeOn(redis.connect(), { prefix: redis.prefix, keepMs: 1000, devClock: false });

describe('pause and resume', () => {
	test('hold and lift, with who and why on record; what is not paused cannot be resumed', async () => {
		expect((await countersign(['resume', '--because', 'x'], env())).code).toBe(4);
		expect((await countersign(['pause'], env())).code).toBe(2);
		expect(await countersign(['pause', '--as', 'ops', '--because', 'a complaint'], env())).toMatchObject({ code: 0 });
		expect((await store().mark.check()).hold).toMatchObject({ code: 'paused', by: 'ops', because: 'a complaint' });
		expect(await countersign(['resume', '--as', 'ops', '--because', 'settled'], env())).toMatchObject({
			code: 0,
			stdout: 'resumed\n',
		});
		expect(await store().mark.check()).toMatchObject({ hold: null, liftedAt: null });
		expect(JSON.parse((await redis.connect().hget(store().keys.mark, 'lastLift')) ?? '{}')).toMatchObject({
			by: 'ops',
			because: 'settled',
		});
	});

	test('after a loss it says what becomes of what may have run', async () => {
		const knowing = store();
		knowing.mark.sequence.note(7);
		await knowing.mark.check();
		const { stdout } = await countersign(['resume', '--because', 'looked'], env());
		expect(stdout).toContain('7 acknowledged changes were missing');
		const { hold, seq, missing, liftedAt } = await store().mark.check();
		expect({ hold, seq, missing }).toEqual({ hold: null, seq: 7, missing: 0 });
		expect(liftedAt).toBeGreaterThan(0);
	});
});

test('a start that is paused by the configuration holds before anything works, and stays so until somebody resumes', async () => {
	const given = {
		...env(),
		COUNTERSIGN_PAUSED: '1',
		COUNTERSIGN_DATA: await temporaryFolder(),
		COUNTERSIGN_POLICY: fileURLToPath(new URL('../../policies/support.yaml', import.meta.url)),
		LOG_LEVEL: 'silent',
	};
	const booted = await boot(given, { channels: {} });
	try {
		await booted.app.startWorkers(['auto']);
		expect(booted.app.storage.alerts()).toMatchObject([
			{ code: 'held', message: expect.stringContaining('COUNTERSIGN_PAUSED is set') },
		]);
	} finally {
		await booted.close(0);
	}
});

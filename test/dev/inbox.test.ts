/** The console's one press into the inbox: for whoever sits at the machine, and for nobody else. */
import { expect, onTestFinished, test } from 'vitest';
import { startDev } from '../../src/dev/dev.ts';
import { testRedis } from '../support/redis.ts';

const redis = testRedis();

test('one press signs in as a reviewer of the sample policy', async () => {
	const dev = await startDev({
		env: { NODE_ENV: 'test', REDIS_URL: redis.url, COUNTERSIGN_PREFIX: redis.prefix, LOG_LEVEL: 'silent' },
		port: 0,
		agent: false,
		say: () => undefined,
	});
	onTestFinished(() => dev.close());
	const press = (reviewer: string, headers: Record<string, string>) =>
		fetch(`${dev.url}/dev/sign-in`, { method: 'POST', body: new URLSearchParams({ reviewer }), headers, redirect: 'manual' });
	const own = { origin: dev.url, 'sec-fetch-site': 'same-origin' };
	const entered = await press('wei', own);
	expect([entered.status, entered.headers.get('location')]).toEqual([303, '/inbox']);
	const cookie = entered.headers.getSetCookie()[0]?.split(';')[0] ?? '';
	const page = await fetch(`${dev.url}/inbox`, { headers: { cookie } });
	expect(page.status).toBe(200);
	expect((await page.text()).includes('陈伟')).toBe(true);
	const refused = [
		await press('nobody', own),
		await press('ana', {}),
		await press('ana', { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' }),
	];
	expect(refused.map(({ status }) => status)).toEqual([403, 403, 403]);
});

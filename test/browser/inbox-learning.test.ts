/** Spot checks and the report as axe and a phone see them, and one press that answers. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { createClient } from '../../src/producers/client.ts';
import { answerCheck } from '../../src/reviews/spot-check.ts';
import { sweep } from '../../src/workers/sweeper.ts';
import { fresh, refund, shopPolicy } from '../flows/shop.ts';
import { openInbox } from '../http/inbox-desk.ts';
import { chromiumPath, testBrowser } from '../support/browser.ts';
import { testRedis } from '../support/redis.ts';
import { sitDown } from './reviewer.ts';

const redis = testRedis();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const policy = `${shopPolicy.replace('cai: { name: Cai,', 'cai: { name: Cai, language: zh-CN,')}
spot_checks: { share: 1, to: [support] }
`;

describe.skipIf(chromiumPath === null)('in a browser', { timeout: 30_000 }, () => {
	const browser = testBrowser();

	test.each([
		['ana', false, true],
		['cai', true, false],
	] as const)('nothing serious, nothing that does not fit, one press: %s, dark %s, phone %s', async (reviewer, dark, phone) => {
		const desk = await openInbox(redis, { policy });
		const { shop } = desk;
		const client = createClient({ redis: redis.connect(), prefix: redis.prefix });
		for (const right of [true, false, null]) {
			const { id } = await client.propose({ ...refund('20.00'), idempotencyKey: fresh('k') });
			const action = await shop.until(id, 'executed');
			await sweep(shop.app.deps);
			if (right !== null) await answerCheck(shop.app.front, { action, reviewer: 'ben' }, right);
		}
		await client.close();
		await sweep(shop.app.deps);
		const page = await sitDown(browser.current, desk, { reviewer, dark, phone });
		for (const path of ['/inbox/checks', '/inbox/report', '/inbox/report?days=90']) {
			await page.goto(desk.url + path);
			const found = (await page.evaluate(
				`${axe};axe.run().then(({violations})=>violations.filter(({impact})=>impact==='serious'||impact==='critical').map(({id,nodes})=>id+': '+nodes.map(({html})=>html.slice(0,120)).join(' | ')))`,
			)) as string[];
			expect(found, path).toEqual([]);
			expect(await page.evaluate('document.documentElement.scrollWidth<=innerWidth'), `${path} fits`).toBe(true);
		}
		await page.goto(`${desk.url}/inbox/checks`);
		expect(await page.locator('.checks > li').count()).toBe(1);
		await page.locator('.checks button.no').first().click();
		await page.waitForSelector('[role=status]');
		expect(await page.locator('.checks > li').count()).toBe(0);
	});
});

/** The inbox as axe sees it: both languages, both schemes, phone and desktop. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { fresh, refund, shopPolicy } from '../flows/shop.ts';
import { openInbox } from '../http/inbox-desk.ts';
import { chromiumPath, testBrowser } from '../support/browser.ts';
import { testRedis } from '../support/redis.ts';
import { sitDown } from './reviewer.ts';

const redis = testRedis();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe.skipIf(chromiumPath === null)('in a browser', { timeout: 30_000 }, () => {
	const browser = testBrowser();

	test.each([
		['ana', false, true],
		['cai', true, false],
	] as const)('axe finds nothing serious: %s, dark %s, phone %s', async (reviewer, dark, phone) => {
		const policy = shopPolicy.replace('cai: { name: Cai,', 'cai: { name: Cai, language: zh-CN,');
		const desk = await openInbox(redis, { policy });
		const page = await sitDown(browser.current, desk, { reviewer, dark, phone });
		const agent = fresh('agent');
		const ids: string[] = [];
		for (const amount of ['601.00', '602.00', '603.00'])
			ids.push(await desk.propose(refund(amount, { agent, reasoning: 'late' })));
		const escalated = await desk.propose(refund('9000.00'));
		await page.goto(`${desk.url}/inbox`);
		const together = (await page.locator('.groups a').first().getAttribute('href')) ?? '';
		const paths = [
			'/inbox',
			'/inbox?view=everyone',
			together,
			`/inbox/actions/${ids[0]}`,
			`/inbox/actions/${ids[0]}/edit`,
			`/inbox/actions/${escalated}`,
			'/inbox/history',
			'/sign-in',
		];
		for (const path of paths) {
			await page.goto(desk.url + path);
			const found = (await page.evaluate(
				`${axe};axe.run().then(({violations})=>violations.filter(({impact})=>impact==='serious'||impact==='critical').map(({id,nodes})=>id+': '+nodes.map(({html})=>html.slice(0,120)).join(' | ')))`,
			)) as string[];
			expect(found, path).toEqual([]);
			expect(await page.evaluate('document.documentElement.scrollWidth<=innerWidth'), `${path} fits`).toBe(true);
		}
	});
});

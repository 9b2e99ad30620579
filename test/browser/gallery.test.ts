/**
 * Pictures of everything that a person sees, for somebody to look at: `SCREENSHOTS=FOLDER npx vitest run test/browser/gallery.test.ts`
 * writes them, in both languages, on a phone and a desktop, light and dark. Without the folder there is nothing to do.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { reviewContent } from '../../src/channels/content.ts';
import { renderSlack } from '../../src/channels/slack-card.ts';
import { devPage } from '../../src/dev/page.ts';
import { ana, sampleAction, viewerOf, wei } from '../channels/sample-action.ts';
import { fresh, refund, shopPolicy } from '../flows/shop.ts';
import { documents } from '../http/documents.ts';
import { openInbox } from '../http/inbox-desk.ts';
import { chromiumPath, testBrowser } from '../support/browser.ts';
import { testRedis } from '../support/redis.ts';
import { phoneScreen, slackScreen } from './screens.ts';

const folder = process.env.SCREENSHOTS;
const redis = testRedis();

const ways = [
	{ name: 'phone-light', viewport: { width: 375, height: 667 }, colorScheme: 'light' },
	{ name: 'phone-dark', viewport: { width: 375, height: 667 }, colorScheme: 'dark' },
	{ name: 'desk-light', viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
	{ name: 'desk-dark', viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
] as const;

describe.skipIf(chromiumPath === null || folder === undefined)('pictures', { timeout: 300_000 }, () => {
	const browser = testBrowser();
	const shoot = async (page: Page, name: string): Promise<void> => {
		await page.screenshot({ path: join(folder ?? '', `${name}.png`), fullPage: true });
	};

	test.each(ways)('of pages, mails, texts and Slack: $name', async ({ name: way, ...options }) => {
		await mkdir(folder ?? '', { recursive: true });
		const page = await (await browser.current.newContext(options)).newPage();
		for (const reader of [ana, wei]) {
			const card = renderSlack(reviewContent(sampleAction(), viewerOf(reader), 0));
			const all = { ...documents(reader), phone: phoneScreen(reader), slack: slackScreen(card?.blocks ?? []) };
			for (const [name, html] of Object.entries(all)) {
				await page.setContent(html);
				await shoot(page, `${name}-${reader.language}-${way}`);
			}
		}
		await page.setContent(devPage({ actions: [], mails: [], texts: [], clockOffsetMs: 0, redis: 'redis' }));
		await page.context().close();
	});

	test.each(ways)('of the inbox: $name', async ({ name: way, ...options }) => {
		await mkdir(folder ?? '', { recursive: true });
		const policy = `${shopPolicy.replace('cai: { name: Cai,', 'cai: { name: 蔡, language: zh-CN,')}bulk: { max_count: 10, max_sum: "5000.00" }\n`;
		const desk = await openInbox(redis, { policy });
		const agent = fresh('agent');
		const ids: string[] = [];
		for (const amount of ['601.00', '602.00', '603.00', '2400.00'])
			ids.push(
				await desk.propose(refund(amount, { agent, reasoning: 'The parcel came late; the customer asks for the money back.' })),
			);
		const escalated = await desk.propose(refund('9000.00'));
		for (const reviewer of ['ana', 'cai']) {
			const context = await browser.current.newContext(options);
			const session = await desk.shop.app.front.store.sessions.open(reviewer, 'link');
			await context.addCookies([
				{ name: 'countersign-session', value: session.id, url: desk.url, httpOnly: true, sameSite: 'Lax' },
			]);
			const page = await context.newPage();
			await page.goto(`${desk.url}/inbox`);
			await expect.poll(() => page.locator('.rows>li').count(), { timeout: 8000 }).toBeGreaterThan(2);
			const together = (await page.locator('.groups a').first().getAttribute('href')) ?? '';
			const paths = {
				list: '/inbox',
				everyone: '/inbox?view=everyone',
				together,
				action: `/inbox/actions/${ids[0]}`,
				edit: `/inbox/actions/${ids[0]}/edit`,
				case: `/inbox/actions/${escalated}`,
				history: '/inbox/history',
			};
			for (const [name, path] of Object.entries(paths)) {
				await page.goto(desk.url + path);
				await shoot(page, `inbox-${name}-${reviewer === 'ana' ? 'en' : 'zh-CN'}-${way}`);
			}
			await context.close();
		}
	});
});

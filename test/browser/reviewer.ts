/** A reviewer at a browser of their own, signed in to the inbox. */
import type { Browser, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import type { InboxDesk } from '../http/inbox-desk.ts';

/** A reviewer's browser. What its console says must be nothing: the content policy would complain there. */
export async function sitDown(
	browser: Browser,
	desk: InboxDesk,
	who: { reviewer: string; dark?: boolean; phone?: boolean },
): Promise<Page> {
	const context = await browser.newContext({
		viewport: who.phone ? { width: 375, height: 667 } : { width: 1280, height: 800 },
		colorScheme: who.dark ? 'dark' : 'light',
	});
	const session = await desk.shop.app.front.store.sessions.open(who.reviewer, 'link');
	await context.addCookies([{ name: 'countersign-session', value: session.id, url: desk.url, httpOnly: true, sameSite: 'Lax' }]);
	const page = await context.newPage();
	const said: string[] = [];
	page.on('console', (message) => message.type() === 'error' && said.push(message.text()));
	page.on('pageerror', (error) => said.push(error.message));
	onTestFinished(async () => {
		await context.close();
		// A refused answer is a page with an error status, which a browser also reports.
		expect(said.filter((text) => !text.includes('status of 4'))).toEqual([]);
	});
	return page;
}

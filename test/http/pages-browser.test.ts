/** The pages in a real browser: what a scanner, a keyboard and a thumb can do to them, and what axe says. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cardOf } from '../../src/channels/card.ts';
import { reviewContent } from '../../src/channels/content.ts';
import { renderMail } from '../../src/channels/email-card.ts';
import { standingOf } from '../../src/channels/standing.ts';
import { actionLine } from '../../src/dev/lines.ts';
import { devPage, mailPage } from '../../src/dev/page.ts';
import { reviewPage } from '../../src/http/pages/review-page.ts';
import { pageHeaders } from '../../src/http/pages/style.ts';
import { infected, injectedTexts } from '../channels/injected.ts';
import { ana, now, sampleAction, viewerOf, wei } from '../channels/sample-action.ts';
import { chromiumPath, testBrowser } from '../support/browser.ts';
import { documents, formOf } from './documents.ts';

if (chromiumPath === null)
	console.warn('\n*** NO CHROMIUM FOUND: the pages were NOT tested in a browser. Install one, or set CHROMIUM_PATH. ***\n');

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const phone = { viewport: { width: 375, height: 667 } } as const;
const desk = { viewport: { width: 1280, height: 800 } } as const;
const dev = devPage({
	actions: [actionLine(sampleAction(), [])],
	mails: [{ id: '1', at: now, to: 'ana@shop.example', subject: '[Approve?] Refund' }],
	texts: [{ id: 'SM1', at: now, to: '+15551230001', body: 'Approve? https://x.example/r/abc', segments: 1, kind: 'asked' }],
	clockOffsetMs: 60_000,
	redis: 'redis 7',
});

describe.skipIf(chromiumPath === null)('in a browser', () => {
	const shown: Record<string, string> = { dev };
	const posts: {
		body: Record<string, unknown>;
		origin: string | undefined;
		site: string | undefined;
		referer: string | undefined;
	}[] = [];
	const browser = testBrowser();
	let server: ReturnType<typeof serve>;
	let url = '';
	let open: Page[] = [];

	beforeAll(async () => {
		for (const reader of [ana, wei])
			for (const [name, html] of Object.entries(documents(reader))) shown[`${name}-${reader.language}`] = html;
		const app = new Hono();
		app.post('/answer', async (context) => {
			const header = (name: string) => context.req.header(name);
			posts.push({
				body: await context.req.parseBody({ all: true }),
				origin: header('origin'),
				site: header('sec-fetch-site'),
				referer: header('referer'),
			});
			return context.text('answered');
		});
		app.get('/:name', (context) => {
			const name = context.req.param('name');
			if (!name.startsWith('mail') && !name.startsWith('dev'))
				for (const [key, value] of Object.entries(pageHeaders())) context.header(key, value);
			const html = shown[name];
			return html === undefined ? context.notFound() : context.html(html);
		});
		server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
		await new Promise((resolve) => server.once('listening', resolve));
		const address = server.address();
		url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
	});
	afterAll(async () => {
		if ('closeAllConnections' in server) server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});
	afterEach(async () => {
		await Promise.all(open.map((page) => page.context().close()));
		open = [];
		posts.length = 0;
	});

	async function visit(name: string, options: BrowserContextOptions = phone): Promise<Page> {
		const page = await (await browser.current.newContext(options)).newPage();
		open.push(page);
		await page.goto(`${url}/${name}`);
		return page;
	}

	// The colours are the same in both languages, and the words in both schemes: each once is enough.
	describe.each([
		['light', '-en'],
		['dark', '-zh-CN'],
	] as const)('axe, %s%s', (colorScheme, language) => {
		it('finds nothing serious on any page or mail', { timeout: 120_000 }, async () => {
			const page = await (await browser.current.newContext({ ...phone, colorScheme, bypassCSP: true })).newPage();
			open.push(page);
			const found: string[] = [];
			for (const name of Object.keys(shown).filter((each) => each.endsWith(language) || !/-(?:en|zh-CN)$/.test(each))) {
				await page.goto(`${url}/${name}`);
				await page.evaluate(axe);
				const violations = await page.evaluate(async () => {
					const { violations: all } = await (
						globalThis as unknown as { axe: { run(): Promise<{ violations: AxeViolation[] }> } }
					).axe.run();
					return all.map(({ id, impact, nodes }) => ({ id, impact, at: nodes.map(({ html }) => html.slice(0, 120)) }));
				});
				for (const { id, impact, at } of violations)
					if (impact === 'serious' || impact === 'critical') found.push(`${name}: ${id} (${impact}) ${at.join(' | ')}`);
			}
			expect(found).toEqual([]);
		});
	});

	it.each(['en', 'zh-CN'])('shows amount, target and the answers at once on a phone (%s)', async (language) => {
		const page = await visit(`review-long-${language}`);
		for (const selector of ['.amount', '.whom', '.tile.no', '.tile.own', '.tile.ok', 'button']) {
			const box = await page.locator(selector).first().boundingBox();
			expect(box, selector).not.toBeNull();
			expect((box?.y ?? 1e9) + (box?.height ?? 0), selector).toBeLessThanOrEqual(667);
		}
		for (const selector of ['.tile', 'button', '.chip'])
			for (const target of await page.locator(selector).all())
				expect((await target.boundingBox())?.height ?? 44, selector).toBeGreaterThanOrEqual(44);
		expect(
			await page
				.locator('.amount')
				.evaluate((element) => (globalThis as unknown as BrowserWindow).getComputedStyle(element).fontSize),
		).toBe('38px');
	});

	it.each([phone, desk])(
		'is never wider than the window ($viewport.width px), whatever is injected',
		{ timeout: 60_000 },
		async (options) => {
			const viewer = viewerOf();
			const page = await visit('review-en', options);
			for (const { id, text } of injectedTexts) {
				const action = infected(text);
				shown.injected = reviewPage({
					card: cardOf(action, viewer),
					standing: standingOf({ ...action, decision: null }, viewer),
					form: formOf(null),
				});
				await page.goto(`${url}/injected`);
				const { width, fold, elements } = await page.evaluate(() => {
					const { document, innerWidth } = globalThis as unknown as BrowserWindow;
					return {
						width: document.documentElement.scrollWidth - innerWidth,
						fold: document.querySelector('.amount')?.getBoundingClientRect().bottom ?? 1e9,
						elements: document.querySelectorAll('script,img,svg,iframe,object,embed,link,a,base').length,
					};
				});
				expect(width, id).toBeLessThanOrEqual(0);
				expect(fold, id).toBeLessThanOrEqual(options.viewport.height);
				expect(elements, id).toBe(0);
			}
		},
	);

	it('decides nothing for a script that presses whatever it finds', async () => {
		for (const name of ['review-en', 'review-approve-en', 'review-long-en', 'case-en']) {
			const page = await visit(name);
			await page.evaluate(() => {
				const { document } = globalThis as unknown as BrowserWindow;
				for (const button of document.querySelectorAll('button, input[type=submit]')) button.click();
			});
			await page.locator('button').first().click();
			await page.keyboard.press('Enter');
			expect(await page.title()).not.toBe('');
			expect(page.url()).toBe(`${url}/${name}`);
		}
		expect(posts).toEqual([]);
	});

	it('gives the Enter key nothing to approve with, and approve not the first focus', async () => {
		const page = await visit('review-approve-en');
		await page.keyboard.press('Enter');
		const values: string[] = [];
		for (let presses = 0; presses < 12; presses++) {
			await page.keyboard.press('Tab');
			values.push(await page.evaluate(() => (globalThis as unknown as BrowserWindow).document.activeElement?.value ?? ''));
		}
		expect(values.find((value) => ['approve', 'reject', 'take_over'].includes(value))).toBe('reject');
		expect(posts).toEqual([]);
	});

	it('takes one choice and one press, without JavaScript, from its own origin', async () => {
		const page = await visit('review-approve-en', { ...phone, javaScriptEnabled: false });
		await page.getByText('Approve', { exact: true }).click();
		await page.getByRole('button', { name: 'Confirm: approve Refund USD 2,400.00' }).click();
		await page.waitForURL('**/answer');
		const action = sampleAction();
		expect(posts).toEqual([
			{
				body: { nonce: 'n', revision: '1', payload_digest: action.payloadDigest, comment: '', answer: 'approve', reason: '' },
				origin: url,
				site: 'same-origin',
				referer: expect.any(String),
			},
		]);
	});

	it('rejects with a reason in as few presses', async () => {
		const page = await visit('review-long-en', { ...phone, javaScriptEnabled: false });
		await page.getByLabel('Reject', { exact: true }).check({ timeout: 3000 });
		await page.getByText('Wrong amount').click({ timeout: 3000 });
		await page.getByRole('button', { name: 'Confirm: reject' }).click();
		await page.waitForURL('**/answer');
		expect(posts[0]?.body).toMatchObject({ answer: 'reject', reason: 'wrong_amount' });
	});

	it('opens the links of a mail from its frame, and runs nothing in it', async () => {
		const { html, text, subject } = { ...renderMail(reviewContent(sampleAction(), viewerOf(), 0), { private: false }) };
		const local = html.replaceAll('https://countersign.shop.example/r/0a1B2c3D4e5F6g7H8i9J0k', `${url}/review-approve-en`);
		const scripted = local.replace('</body>', '<script>parent.location="/dev"</script></body>');
		shown['dev-mail'] = mailPage({
			id: '1',
			at: now,
			recipients: ['ana@shop.example'],
			sender: 'countersign@shop.example',
			from: 'c@shop.example',
			subject,
			messageId: '<m>',
			headers: {},
			text,
			html: scripted,
			raw: text,
		});
		const page = await visit('dev-mail', desk);
		await page.frameLocator('iframe').getByText('Approve', { exact: true }).click();
		await page.waitForURL('**/review-approve-en?answer=approve');
		expect(await page.locator('form').count()).toBe(1);
	});

	it('breaks no content policy', async () => {
		const page = await (await browser.current.newContext(desk)).newPage();
		open.push(page);
		const complaints: string[] = [];
		page.on('console', (message) => complaints.push(message.text()));
		for (const name of ['review-en', 'case-zh-CN', 'receipt-en', 'problem-en', 'not-found-en', 'dev'])
			await page.goto(`${url}/${name}`);
		expect(complaints).toEqual([]);
	});
});

/** What of axe's answer is used. */
interface AxeViolation {
	readonly id: string;
	readonly impact: string | null;
	readonly nodes: readonly { readonly html: string }[];
}

/** What of a window the evaluated functions use: the tests are compiled without the DOM's types. */
interface BrowserWindow {
	getComputedStyle(element: unknown): { readonly fontSize: string };
	readonly innerWidth: number;
	readonly document: {
		readonly documentElement: { readonly scrollWidth: number };
		readonly activeElement: { readonly value?: string } | null;
		querySelector(selector: string): { getBoundingClientRect(): { readonly bottom: number } } | null;
		querySelectorAll(selector: string): ArrayLike<unknown> & Iterable<{ click(): void }>;
	};
}

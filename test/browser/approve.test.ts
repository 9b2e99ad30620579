/** What a newcomer does in the first minute: open the mail, press approve, see it run once. And what must not count as pressing. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { type Dev, startDev } from '../../src/dev/dev.ts';
import type { Action } from '../../src/domain/action.ts';
import { chromiumPath, testBrowser } from '../support/browser.ts';
import { testRedis } from '../support/redis.ts';

const redis = testRedis();

/** The console on the test's Redis, with the sample agent's script played. */
async function openConsole(): Promise<Dev> {
	const dev = await startDev({
		env: { NODE_ENV: 'test', REDIS_URL: redis.url, COUNTERSIGN_PREFIX: redis.prefix, LOG_LEVEL: 'silent' },
		port: 0,
		say: () => undefined,
	});
	await dev.proposed;
	return dev;
}

interface MailLine {
	readonly id: string;
	readonly subject: string;
	readonly text: string;
}

/** Ana's mail about the refund of USD 240, once it is there. */
async function refundMail(dev: Dev): Promise<MailLine> {
	return expect
		.poll(
			async () => {
				const mails = (await (await fetch(`${dev.url}/dev/mails`)).json()) as MailLine[];
				return mails.find(({ subject }) => subject.startsWith('[Approve?] Refund USD 240.00'));
			},
			{ timeout: 10_000 },
		)
		.toBeDefined()
		.then(
			async () =>
				((await (await fetch(`${dev.url}/dev/mails`)).json()) as MailLine[]).find(({ subject }) =>
					subject.startsWith('[Approve?] Refund USD 240.00'),
				) as MailLine,
		);
}

const linkIn = (mail: MailLine): string => /https?:\/\/\S+\/r\/[0-9A-Za-z]{22}/.exec(mail.text)?.[0] ?? '';

async function refund(dev: Dev): Promise<Action> {
	const { actions } = await dev.app.front.store.actions.list({ tenant: 'default', limit: 50 });
	return actions.find(({ proposal }) => proposal.user === 'jonas.weber') as Action;
}

/** Everything the store holds about actions, links and decisions, as bytes. */
async function bytes(prefix: string): Promise<Record<string, string>> {
	const client = redis.connect();
	const found: Record<string, string> = {};
	for await (const keys of client.scanStream({ match: `${prefix}:store:*`, count: 500 })) {
		for (const key of keys as string[]) {
			// Heartbeats, the looking-at of what is due, and the digests go on meanwhile; none is about a decision.
			if (/:store:(worker|due|digest|people)/.test(key)) continue;
			found[key] = ((await client.dumpBuffer(key)) ?? Buffer.alloc(0)).toString('base64');
		}
	}
	return found;
}

describe.skipIf(chromiumPath === null)('in a browser', { timeout: 60_000 }, () => {
	const browser = testBrowser();

	const phone = async (): Promise<Page> =>
		(await browser.current.newContext({ viewport: { width: 375, height: 667 } })).newPage();

	test('the sample refund is approved from its mail and runs once', async ({ onTestFinished }) => {
		const dev = await openConsole();
		onTestFinished(() => dev.close());
		const mail = await refundMail(dev);
		const page = await phone();
		await page.goto(`${dev.url}/dev/mails/${mail.id}`);
		await page.frameLocator('iframe').getByRole('link', { name: 'Approve' }).click();
		await page.waitForURL(/\/r\//);
		expect(await page.locator('input[type=radio][value=approve]').isChecked()).toBe(false);
		await expect.poll(() => page.locator('h1').innerText()).toContain('USD 240.00');
		await page.locator('label', { hasText: 'Approve' }).click();
		await page.getByRole('button', { name: /approve Refund USD 240\.00/ }).click();
		await expect.poll(() => page.locator('h1').innerText()).toBe('Approved');
		await expect.poll(async () => (await refund(dev)).state).toBe('executed');
		const action = await refund(dev);
		expect(action.decision).toMatchObject({
			event: 'approved_by_reviewers',
			by: 'ana',
			channel: 'email',
			payloadDigest: action.payloadDigest,
		});
		const deeds = (await (await fetch(`${dev.url}/dev/deeds`)).json()) as { actionId: string; what: string }[];
		expect(deeds.filter(({ actionId }) => actionId === action.id)).toEqual([expect.objectContaining({ what: 'refund' })]);
		await page.goto(dev.url);
		await expect.poll(() => page.locator(`[data-action="${action.id}"]`).innerText()).toMatch(/ran: refund/);

		// A second press from a stale tab changes nothing and is told who was first.
		await page.goto(linkIn(mail));
		expect(await page.locator('form').count()).toBe(0);
		expect(await page.locator('main').innerText()).toContain('Approved by Ana Ruiz');
		await page.context().close();
	});

	test('a script that presses whatever it finds decides nothing', async ({ onTestFinished }) => {
		const dev = await openConsole();
		onTestFinished(() => dev.close());
		const mail = await refundMail(dev);
		const before = await refund(dev);
		for (const answer of ['', '?answer=approve']) {
			const page = await phone();
			await page.goto(linkIn(mail) + answer);
			await page.evaluate('document.querySelector("button").click()');
			await page.goto(linkIn(mail) + answer);
			// Past the browser's own check of the form: the server finds no answer in it.
			const navigated = page.waitForNavigation();
			await page.evaluate('document.querySelector("form").submit()');
			expect((await navigated)?.status()).toBe(400);
			await page.keyboard.press('Enter');
			await page.context().close();
		}
		expect(await refund(dev)).toEqual(before);
	});
});

test('1,000 looks of every kind leave the store as it was, byte for byte', { timeout: 60_000 }, async ({ onTestFinished }) => {
	const dev = await openConsole();
	onTestFinished(() => dev.close());
	const link = linkIn(await refundMail(dev));
	// The other messages of the script are on their way; what is compared must have come to rest.
	await expect
		.poll(async () => ((await (await fetch(`${dev.url}/dev/mails`)).json()) as MailLine[]).length, { timeout: 10_000 })
		.toBeGreaterThanOrEqual(7);
	await expect
		.poll(
			async () => {
				const one = await bytes(redis.prefix);
				return JSON.stringify(one) === JSON.stringify(await bytes(redis.prefix));
			},
			{ interval: 300 },
		)
		.toBe(true);
	const before = await bytes(redis.prefix);
	const kinds: RequestInit[] = [
		{ method: 'GET' },
		{ method: 'HEAD' },
		{ method: 'OPTIONS' },
		{ method: 'GET', headers: { purpose: 'prefetch', 'sec-purpose': 'prefetch' } },
		{ method: 'GET', headers: { 'x-http-method-override': 'POST' } },
		{ method: 'PUT', body: 'answer=approve' },
		{ method: 'POST', body: new URLSearchParams({ answer: 'approve' }) },
		{
			method: 'POST',
			body: new URLSearchParams({ answer: 'approve' }),
			headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
		},
	];
	for (let i = 0; i < 1000; i += 50) {
		const answers = await Promise.all(
			Array.from({ length: 50 }, (_, k) => fetch(link + (k % 2 ? '?answer=approve' : ''), kinds[(i + k) % kinds.length])),
		);
		for (const answer of answers) {
			await answer.arrayBuffer();
			expect([200, 400, 403, 404, 405]).toContain(answer.status);
		}
	}
	expect(await bytes(redis.prefix)).toEqual(before);
	expect((await refund(dev)).state).toBe('in_review');
});

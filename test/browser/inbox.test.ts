/** The inbox in a real browser: the whole work of a reviewer, by mouse and by keyboard, live. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { fresh, refund, shopPolicy } from '../flows/shop.ts';
import { openInbox } from '../http/inbox-desk.ts';
import { chromiumPath, testBrowser } from '../support/browser.ts';
import { testRedis } from '../support/redis.ts';
import { sitDown } from './reviewer.ts';

const redis = testRedis();

describe.skipIf(chromiumPath === null)('in a browser', { timeout: 30_000 }, () => {
	const browser = testBrowser();

	const heading = (page: Page) => page.locator('.done h2').first().innerText();

	test('approve, reject, take over; the loser of a race is told who won', async () => {
		const desk = await openInbox(redis);
		const [ana, ben] = [
			await sitDown(browser.current, desk, { reviewer: 'ana' }),
			await sitDown(browser.current, desk, { reviewer: 'ben', phone: true }),
		];
		for (const [answer, button, state] of [
			['Approve', /approve Refund/, 'executed'],
			['Reject', /reject/, 'rejected'],
			['Take over', /take it over/, 'escalated'],
		] as const) {
			const id = await desk.propose(refund('800.00'));
			await ana.goto(`${desk.url}/inbox`);
			await ana.locator(`#${id} a.open`).click();
			await ben.goto(`${desk.url}/inbox/actions/${id}`);
			expect(await ana.locator('input[type=radio]:checked').count()).toBe(await ana.locator('.chip :checked').count());
			await ana.locator('.tile', { hasText: answer }).click();
			await ana.getByRole('button', { name: button }).click();
			await ana.locator('.done h2').first().waitFor();
			await desk.shop.until(id, state);
			await ben.locator('.tile', { hasText: 'Approve' }).click();
			await ben.getByRole('button', { name: /approve Refund/ }).click();
			await expect.poll(() => heading(ben), { timeout: 8000 }).toBe('Your answer came second and changed nothing.');
			expect(await ben.locator('.done').first().innerText()).toMatch(/by Ana in the inbox/);
		}
		expect(desk.shop.runs).toHaveLength(1);
	});

	test('a change is shown with what differs, confirmed, and approved by somebody else', async () => {
		const desk = await openInbox(redis);
		const [ana, ben] = [
			await sitDown(browser.current, desk, { reviewer: 'ana' }),
			await sitDown(browser.current, desk, { reviewer: 'ben' }),
		];
		const id = await desk.propose(refund('800.00'));
		await ana.goto(`${desk.url}/inbox/actions/${id}`);
		await ana.getByRole('link', { name: 'Change it, then approve' }).click();
		await ana.getByLabel('Amount in USD').fill('900.00');
		await ana.getByRole('button', { name: 'Show the changes' }).click();
		expect(await ana.locator('del').innerText()).toBe('USD 800.00');
		expect(await ana.locator('ins').innerText()).toBe('USD 900.00');
		await ana.getByRole('button', { name: 'Change more' }).click();
		expect(await ana.getByLabel('Amount in USD').inputValue()).toBe('900.00');
		await ana.getByRole('button', { name: 'Show the changes' }).click();
		await ana.getByRole('button', { name: 'Confirm the change' }).click();
		await expect.poll(() => heading(ana), { timeout: 8000 }).toBe('Changed');
		await expect.poll(async () => (await desk.shop.app.front.store.actions.get(id))?.revision, { timeout: 8000 }).toBe(2);
		await desk.shop.until(id, 'in_review');
		await ben.goto(`${desk.url}/inbox/actions/${id}`);
		await ben.locator('.tile', { hasText: 'Approve' }).click();
		await ben.getByRole('button', { name: /approve Refund USD 900\.00/ }).click();
		const done = await desk.shop.until(id, 'executed');
		expect(done.proposal.amount).toEqual({ minor: 90_000, currency: 'USD' });
	});

	test('several similar ones are decided together', async () => {
		const desk = await openInbox(redis, { policy: `${shopPolicy}bulk: { max_count: 10, max_sum: "5000.00" }\n` });
		const ana = await sitDown(browser.current, desk, { reviewer: 'ana' });
		const agent = fresh('agent');
		const ids: string[] = [];
		for (const amount of ['601.00', '602.00', '603.00']) ids.push(await desk.propose(refund(amount, { agent })));
		await ana.goto(`${desk.url}/inbox`);
		await ana.getByRole('link', { name: /3 × Refund/ }).click();
		await ana.locator(`input[value^="${ids[2]}"]`).uncheck();
		await ana.locator('.tile', { hasText: 'Approve these' }).click();
		await ana.getByRole('button', { name: 'Confirm for all of them' }).click();
		await expect.poll(() => ana.locator('h1').first().innerText(), { timeout: 8000 }).toBe('2 of 2 counted');
		for (const id of ids.slice(0, 2)) await desk.shop.until(id, 'executed');
		expect((await desk.shop.app.front.store.actions.get(ids[2] ?? ''))?.state).toBe('in_review');
	});

	test('the keyboard moves, opens and marks; it never approves from the list, and is off in fields', async () => {
		const desk = await openInbox(redis);
		const ana = await sitDown(browser.current, desk, { reviewer: 'ana' });
		const id = await desk.propose(refund('800.00'));
		const state = async () => (await desk.shop.app.front.store.actions.get(id))?.state;
		await ana.goto(`${desk.url}/inbox`);
		await expect.poll(() => ana.locator('.rows>li').count(), { timeout: 8000 }).toBe(1);
		await ana.keyboard.press('/');
		await ana.keyboard.type('ajxr?');
		expect(await ana.locator('#find').inputValue()).toBe('ajxr?');
		await ana.locator('#find').fill('');
		await ana.locator('h1').first().click();
		await ana.keyboard.press('j');
		await ana.keyboard.press('x');
		expect(await ana.locator('.pick input').isChecked()).toBe(true);
		await ana.keyboard.press('j');
		await ana.keyboard.press('a');
		await ana.waitForURL(/actions\/.*answer=approve/);
		expect(await ana.locator('input[value=approve]').isChecked()).toBe(false);
		expect(await state()).toBe('in_review');
		await ana.keyboard.press('?');
		expect(await ana.locator('dialog').isVisible()).toBe(true);
		await ana.getByRole('button', { name: 'Close' }).click();
		await ana.keyboard.press('r');
		expect(await ana.locator('input[value=reject]').isChecked()).toBe(true);
		await ana.keyboard.press('a');
		expect(await ana.locator('input[value=approve]').isChecked()).toBe(true);
		expect(await state()).toBe('in_review');
		await ana.keyboard.press('Enter');
		await expect.poll(() => heading(ana), { timeout: 8000 }).toBe('Approved');
		await desk.shop.until(id, 'executed');
	});

	test('the list follows by itself, keeps what was selected, and a card says when it changed elsewhere', async () => {
		const desk = await openInbox(redis);
		const [ana, ben] = [
			await sitDown(browser.current, desk, { reviewer: 'ana' }),
			await sitDown(browser.current, desk, { reviewer: 'ben' }),
		];
		const first = await desk.propose(refund('800.00'));
		await ana.goto(`${desk.url}/inbox`);
		await ana.locator(`#${first} .pick input`).check();
		const second = await desk.propose(refund('700.00'));
		await expect.poll(() => ana.locator(`#${second}`).count(), { timeout: 5000 }).toBe(1);
		expect(await ana.locator(`#${first} .pick input`).isChecked()).toBe(true);
		await ben.goto(`${desk.url}/inbox/actions/${second}`);
		expect(await ben.locator('#changed').isVisible()).toBe(false);
		const seat = await desk.seat('ana');
		const path = `/inbox/actions/${second}`;
		await seat.send(await seat.page(path), path, { answer: 'reject' });
		await expect.poll(() => ben.locator('#changed').isVisible(), { timeout: 5000 }).toBe(true);
		await expect.poll(() => ana.locator(`#${second}`).count(), { timeout: 5000 }).toBe(0);
	});
});

/**
 * Whoever is asked can approve, reject and take over by each of six ways, and whoever comes second by the same way is told who
 * was first. Real SMTP in both directions, stand-ins for Twilio's and Slack's APIs, a real browser for the links and the inbox.
 * The table below is the whole matrix: every way with every answer.
 */
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/domain/review.ts';
import { chromiumPath, testBrowser } from '../support/browser.ts';
import { testRedis } from '../support/redis.ts';
import { type Looking, openOffice, type Way, ways } from './every-way.ts';

const redis = testRedis();

/** What becomes of the action, what the winner is told, what Ben is told who answers otherwise afterwards. */
const answers = {
	approve: { state: 'executed', runs: 1, told: /approved|Approved by Ana/i, loser: /approved by Ana/i, later: 'reject' },
	reject: { state: 'rejected', runs: 0, told: /rejected|Rejected by Ana/i, loser: /rejected by Ana/i, later: 'approve' },
	take_over: {
		state: 'escalated',
		runs: 0,
		told: /taken over by|You have it|Yours/i,
		loser: /taken over by Ana/i,
		later: 'approve',
	},
} as const satisfies Record<Answer, object>;

const cells = (wanted: (way: Way) => boolean) =>
	Object.entries(ways)
		.filter(([, way]) => wanted(way))
		.flatMap(([name, way]) => (Object.keys(answers) as Answer[]).map((answer) => [name, answer, way] as const));

async function play(way: Way, answer: Answer, browser: Looking['browser']): Promise<void> {
	const { state, runs, told, loser, later } = answers[answer];
	const office = await openOffice(redis);
	const id = await office.ask();
	// Both have it before their eyes; nobody has answered.
	const [ana, ben] = await Promise.all((['ana', 'ben'] as const).map((person) => way.look({ office, person, id, browser })));
	expect(await ana?.(answer)).toMatch(told);
	const action = await office.desk.until(id, state);
	expect(action.replies).toMatchObject([{ reviewer: 'ana', answer, channel: way.channel }]);
	const second = await ben?.(later);
	expect(second).toMatch(loser);
	expect(second).toMatch(/changed nothing/);
	expect(await office.desk.app.front.store.actions.get(id)).toMatchObject({ state, version: action.version });
	expect(office.desk.runs).toHaveLength(runs);
}

test.each(cells(({ needsBrowser }) => !needsBrowser))(
	'%s: %s; the loser is told who won',
	{ timeout: 20_000 },
	(_name, answer, way) =>
		play(way, answer, () => {
			throw new Error('this way needs no browser');
		}),
);

describe.skipIf(chromiumPath === null)('in a browser', () => {
	const browser = testBrowser();
	test.each(cells(({ needsBrowser }) => needsBrowser))(
		'%s: %s; the loser is told who won',
		{ timeout: 30_000 },
		(_name, answer, way) => play(way, answer, () => browser.current),
	);

	test('from the second mail on: one tap in the mail, one press on the page; the Enter key confirms nothing', {
		timeout: 30_000,
	}, async () => {
		const office = await openOffice(redis);
		const page = await (await browser.current.newContext({ viewport: { width: 375, height: 667 } })).newPage();
		const seen = new Set<unknown>();
		const tap = async (answer: string): Promise<string> => {
			const id = await office.ask();
			const mail = await office.desk.mailbox.waitFor((each) => each.recipients[0] === 'ana@shop.example' && !seen.has(each));
			seen.add(mail);
			await page.setContent(mail.html ?? '');
			await page.getByRole('link', { name: answer, exact: true }).click();
			await page.waitForURL(/\/r\//);
			return id;
		};
		const first = await tap('Reject');
		expect(await page.locator('input[type=radio][name=answer]:checked').count()).toBe(0);
		await page.locator('.tile', { hasText: 'Reject' }).click();
		await page.getByRole('button', { name: 'Confirm: reject' }).click();
		await office.desk.until(first, 'rejected');

		const second = await tap('Approve');
		const chosen = page.locator('input[type=radio][value=approve]');
		expect(await chosen.isChecked()).toBe(true);
		expect(await page.evaluate('document.activeElement===document.body')).toBe(true);
		await page.keyboard.press('Enter');
		await chosen.focus();
		await page.keyboard.press('Enter');
		await page.evaluate('document.querySelector("form button, form input[type=submit]").click()');
		expect(await chosen.isChecked()).toBe(true);
		expect((await office.desk.app.front.store.actions.get(second))?.state).toBe('in_review');
		await page.getByRole('button', { name: /Confirm: approve Refund USD 240\.00/ }).click();
		await office.desk.until(second, 'executed');
		await page.context().close();
	});
});

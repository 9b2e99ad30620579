/** A newcomer answers by mail and by text, in the console. */
import { expect, onTestFinished, test } from 'vitest';
import { type Dev, startDev } from '../../src/dev/dev.ts';
import type { Action } from '../../src/domain/action.ts';
import { testRedis } from '../support/redis.ts';

const redis = testRedis();

interface Message {
	readonly id: string;
	readonly sid: string;
	readonly to: string;
	readonly subject: string;
	readonly text: string;
	readonly body: string;
}

async function open(): Promise<Dev> {
	const dev = await startDev({
		env: { NODE_ENV: 'test', REDIS_URL: redis.url, COUNTERSIGN_PREFIX: redis.prefix, LOG_LEVEL: 'silent' },
		port: 0,
		say: () => undefined,
	});
	onTestFinished(() => dev.close());
	await dev.proposed;
	return dev;
}

const refund = async (dev: Dev): Promise<Action | undefined> => {
	const { actions } = await dev.app.front.store.actions.list({ tenant: 'default', limit: 50 });
	return actions.find(({ proposal }) => proposal.user === 'jonas.weber');
};

const until = <T>(look: () => Promise<T | undefined>): Promise<T> =>
	expect
		.poll(look, { timeout: 10_000 })
		.toBeDefined()
		.then(async () => (await look()) as T);

const listed = async (dev: Dev, what: 'mails' | 'texts', wanted: (message: Message) => boolean): Promise<Message | undefined> =>
	((await (await fetch(`${dev.url}/dev/${what}`)).json()) as Message[]).find(wanted);

const own = (dev: Dev): Record<string, string> => ({ origin: dev.url, 'sec-fetch-site': 'same-origin' });
const elsewhere: Record<string, string> = { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' };

/** Sends a form to a path of the console. */
const press = (url: string, form: Record<string, string>, headers: Record<string, string>) =>
	fetch(url, { method: 'POST', body: new URLSearchParams(form), headers, redirect: 'manual' });

test('approves the sample refund by replying to its mail, through the real mail server', async () => {
	const dev = await open();
	const mail = await until(() => listed(dev, 'mails', ({ subject }) => subject.startsWith('[Approve?] Refund USD 240.00')));
	const page = await (await fetch(`${dev.url}/dev/mails/${mail.id}`)).text();
	expect(page).toContain(`action="/dev/mails/${mail.id}/reply"`);
	for (const headers of [{}, elsewhere])
		expect((await press(`${dev.url}/dev/mails/${mail.id}/reply`, { quick: 'Y' }, headers)).status).toBe(403);
	const sent = await press(`${dev.url}/dev/mails/${mail.id}/reply`, { quick: 'Y', body: '' }, own(dev));
	expect([sent.status, sent.headers.get('location')]).toEqual([303, expect.stringContaining('said=250')]);
	await expect.poll(async () => (await refund(dev))?.state).toBe('executed');
	expect((await refund(dev))?.decision).toMatchObject({ channel: 'email' });
	await until(() => listed(dev, 'mails', ({ subject }) => subject.startsWith('Your answer is recorded')));
});

test('rejects the sample refund by answering its text, through the real hook', async () => {
	const dev = await open();
	await until(async () => ((await refund(dev))?.state === 'in_review' ? true : undefined));
	await press(`${dev.url}/dev/clock`, { ms: '600000' }, own(dev));
	const text = await until(() =>
		listed(dev, 'texts', ({ body }) => body.includes('Refund USD 240.00') && / N \w{4}\b/.test(body)),
	);
	// Alone, or in one text with another request that came at the same moment.
	const code = (/(\w{4}) Refund USD 240\.00[;.] /.exec(text.body) ?? /\bN (\w{4})\b/.exec(text.body))?.[1] ?? '';
	const home = await (await fetch(dev.url)).text();
	expect(home).toMatch(/<button name="quick" value="N \w{4}">/);
	await press(`${dev.url}/dev/texts/${text.sid}/reply`, { body: 'no way' }, own(dev));
	expect(await (await fetch(dev.url)).text()).toContain('This was no answer; nothing was changed.');
	expect((await press(`${dev.url}/dev/texts/${text.sid}/reply`, { quick: `N ${code}` }, own(dev))).status).toBe(303);
	expect((await refund(dev))?.decision).toMatchObject({ event: 'rejected_by_reviewer', channel: 'sms' });
	expect(await (await fetch(dev.url)).text()).toContain('Rejected: Refund USD 240.00. It does not run.');
});

/** Every row of the corpus of mails, through the real listener by SMTP. */
import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createClient } from '../../src/producers/client.ts';
import { refund } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';
import { type Desk, openDesk, replyDomain } from './desk.ts';
import { replyPolicy } from './shop.ts';

interface Row {
	readonly id: string;
	/** The whole mail: `{TO}`, `{TOKEN}`, `{TOKEN~}` (one letter off) and pieces of a size are put in. Not signed. */
	readonly raw?: string;
	/** Or its parts, sent and signed as a mail program would. */
	readonly text?: string;
	readonly html?: string;
	readonly from?: string;
	readonly cc?: string[];
	readonly rcpt?: string;
	readonly mailFrom?: string;
	/** What SMTP says; 250 where absent. */
	readonly smtp?: number;
	/** What the mail came to; null where nobody looked at it. */
	readonly outcome: string | null;
	readonly event?: string;
}
const rows = JSON.parse(readFileSync(new URL('./mail-corpus.json', import.meta.url), 'utf8')) as Row[];
const redis = testRedis();

/** Pieces that would make a data file unreadable. */
const made: Readonly<Record<string, (n: number) => string>> = {
	LONG: (n) => 'x'.repeat(n),
	HEADERS: (n) => Array.from({ length: n }, (_, i) => `X-${i}: y\n`).join(''),
	PARTS: (n) => Array.from({ length: n }, () => '--b\nContent-Type: text/plain\n\nx\n').join(''),
	BARE: (n) => Array.from({ length: n }, () => '--b\n\nx\n').join(''),
	DASHES: (n) => '--b\n'.repeat(n),
	NESTED: (n) =>
		Array.from(
			{ length: n },
			(_, i) => `${i === 0 ? '' : `--b${i - 1}\n`}Content-Type: multipart/mixed; boundary=b${i}\n\n`,
		).join(''),
};

function bytesOf(raw: string, token: string): Buffer {
	const other = token.slice(0, -1) + (token.endsWith('0') ? '1' : '0');
	const text = raw
		.replaceAll('{TO}', `reply+${token}@${replyDomain}`)
		.replaceAll('{TOKEN}', token)
		.replaceAll('{TOKEN~}', other)
		.replace(/\{([A-Z]+):(\d+)\}/g, (...[, name, n]) => made[name as string]?.(Number(n)) ?? '');
	return Buffer.from(text.replace(/\r?\n/g, '\r\n'));
}

interface Mailed {
	readonly id: string;
	readonly token: string;
}

async function asked(desk: Desk, propose: (amount: string) => Promise<string>, amount: string): Promise<Mailed> {
	const id = await propose(amount);
	const mail = await desk.mailbox.waitFor(
		({ recipients, subject }) => recipients.includes('ana@shop.example') && subject.startsWith(`[Approve?] Refund USD ${amount}`),
	);
	return { id, token: /reply\+([0-9a-z]{26})@/.exec(mail.headers['reply-to'] ?? '')?.[1] ?? '' };
}

async function open() {
	const desk = await openDesk(redis, { policy: replyPolicy.replaceAll('channels: [email, sms]', 'channels: [email]') });
	const client = createClient({ redis: redis.connect(), prefix: redis.prefix });
	onTestFinished(() => client.close());
	return { desk, ask: (amount: string) => asked(desk, async (value) => (await client.propose(refund(value))).id, amount) };
}

const sendTo = (desk: Desk, { raw, rcpt, mailFrom = 'ana@shop.example', ...row }: Row, token: string) => {
	const to = `reply+${token}@${replyDomain}`;
	if (raw !== undefined) return desk.raw(bytesOf(raw, token), { from: mailFrom, to: [bytesOf(rcpt ?? to, token).toString()] });
	const { from = 'Ana Ruiz <ana@shop.example>', text, html, cc = [] } = row;
	const parts = { ...(text !== undefined && { text }), ...(html !== undefined && { html }) };
	return desk.mail({ from, to, cc, envelope: { from: mailFrom, to: [to] }, subject: 'Re: [Approve?] Refund', ...parts });
};

describe('the corpus of mails', () => {
	test('what decides, decides once, and that request', async () => {
		const { desk, ask } = await open();
		const other = await ask('1.00');
		const deciding = rows.filter(({ event }) => event !== undefined);
		expect(deciding.length).toBeGreaterThan(15);
		await Promise.all(
			deciding.map(async (row, index) => {
				const { id, token } = await ask(`${200 + index}.00`);
				expect(await sendTo(desk, row, token), row.id).toEqual({ ok: true });
				const action = await desk.until(id, 'executed', 'rejected', 'escalated').catch(() => null);
				if (row.event === 'taken_over') expect(action?.owner, row.id).toBe('ana');
				else expect(action?.decision, row.id).toMatchObject({ event: row.event, by: 'ana', channel: 'email' });
			}),
		);
		expect((await desk.app.front.store.actions.get(other.id))?.state).toBe('in_review');
	});

	test('what decides nothing changes nothing, is refused or explained, and takes less than a second', async () => {
		const { desk, ask } = await open();
		const { id, token } = await ask('240.00');
		const before = await desk.app.front.store.actions.get(id);
		const quiet = rows.filter(({ event }) => event === undefined);
		expect(quiet.length).toBeGreaterThan(60);
		for (const row of quiet) {
			const start = performance.now();
			const answer = await sendTo(desk, row, token);
			// The machine of the test may be busy with others.
			expect(performance.now() - start, row.id).toBeLessThan(3000);
			expect(answer, row.id).toEqual(row.smtp === undefined ? { ok: true } : { ok: false, code: row.smtp });
			if (row.outcome !== null) expect(desk.outcome(), row.id).toBe(`mail_${row.outcome}`);
		}
		expect(await desk.app.front.store.actions.get(id)).toEqual(before);
		await desk.signalled('answered', id);
		// One answer for all of them, to the person whom our mail went to, with nothing of theirs in it.
		const answers = desk.mailbox.messages().filter(({ headers }) => headers['auto-submitted'] === 'auto-replied');
		expect(answers.map(({ recipients }) => recipients)).toEqual([['ana@shop.example']]);
		for (const { raw } of answers) expect(raw).not.toMatch(/evil\.example|^bcc:/im);
	});
});

import nodemailer from 'nodemailer';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Mailbox, startMailbox } from '../../src/dev/mailbox.ts';

let mailbox: Mailbox;
const send = (text: string) =>
	nodemailer
		.createTransport(mailbox.url)
		.sendMail({ from: 'a@shop.example', to: ['b@shop.example', 'c@shop.example'], subject: `Ünïcode ${text}`, text });

beforeEach(async () => {
	mailbox = await startMailbox({ now: () => 42 });
});
afterEach(() => mailbox.close());

it('keeps what it receives, parsed and as it came', async () => {
	await send('one');
	expect(mailbox.messages()).toMatchObject([
		{
			id: '1',
			at: 42,
			recipients: ['b@shop.example', 'c@shop.example'],
			from: 'a@shop.example',
			subject: 'Ünïcode one',
			text: 'one\n',
			html: '',
		},
	]);
	expect(mailbox.messages()[0]?.raw).toContain('Subject:');
});

it('lets a test wait for what has come and for what will', async () => {
	const later = mailbox.waitFor(({ text }) => text.startsWith('two'));
	await send('one');
	await send('two');
	expect((await later).id).toBe('2');
	expect((await mailbox.waitFor(() => true)).id).toBe('1');
	await expect(mailbox.waitFor(({ id }) => id === '9', 20)).rejects.toThrow('no such mail within 20 ms; 2 arrived');
});

it('refuses as it is told, at the recipient and after the data', async () => {
	mailbox.fail({ code: 450, at: 'rcpt' });
	await expect(send('no')).rejects.toMatchObject({ responseCode: 450 });
	mailbox.fail({ code: 552, at: 'data' });
	await expect(send('no')).rejects.toMatchObject({ responseCode: 552 });
	mailbox.fail(null);
	await send('yes');
	expect(mailbox.messages()).toHaveLength(1);
});

it('refuses what is too large, and goes on', async () => {
	await expect(send('x'.repeat(2_200_000))).rejects.toMatchObject({ responseCode: 552 });
	await send('small');
	expect(mailbox.messages()).toHaveLength(1);
});

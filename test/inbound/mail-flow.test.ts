/** Stories of answers by mail: a real listener, real signatures, a DNS of the test's own. */
import { describe, expect, test } from 'vitest';
import type { Mail } from '../../src/dev/mailbox.ts';
import { createClient } from '../../src/producers/client.ts';
import { minute, refund } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';
import { type Desk, openDesk, replyDomain } from './desk.ts';
import { replyPolicy } from './shop.ts';

const redis = testRedis();

interface Mailed {
	readonly id: string;
	readonly mail: Mail;
}

/** Proposes, and waits for the mail that asks somebody about it. */
async function ask(desk: Desk, proposal: ReturnType<typeof refund>, who = 'ana@shop.example'): Promise<Mailed> {
	const client = createClient({ redis: redis.connect(), prefix: redis.prefix });
	const before = new Set(desk.mailbox.messages());
	const { id } = await client.propose(proposal);
	await client.close();
	const asks = (mail: Mail): boolean => mail.recipients.includes(who) && mail.headers['auto-submitted'] === 'auto-generated';
	return { id, mail: await desk.mailbox.waitFor((each) => asks(each) && !before.has(each)) };
}

/** A reply as a mail program makes it. */
const replyTo = (mail: Mail, text: string, from = 'Ana Ruiz <ana@shop.example>') => ({
	from,
	to: mail.headers['reply-to'] ?? '',
	subject: `Re: ${mail.subject}`,
	inReplyTo: mail.messageId,
	references: [mail.headers.references ?? '', mail.messageId],
	text: `${text}\n\nOn Sun, 22 Nov 2026 at 14:30, Countersign <countersign@shop.example> wrote:\n\n${mail.text.replace(/^/gm, '> ')}`,
});

const answers = (desk: Desk, who: string): readonly Mail[] =>
	desk.mailbox.messages().filter((mail) => mail.recipients.includes(who) && mail.headers['auto-submitted'] === 'auto-replied');

const answerTo = (desk: Desk, who: string, word: RegExp): Promise<Mail> =>
	desk.mailbox.waitFor(
		(mail) => mail.recipients.includes(who) && mail.headers['auto-submitted'] === 'auto-replied' && word.test(mail.text),
	);

test('a mail that asks says how to answer it, and carries its token where every mail system keeps it', async () => {
	const desk = await openDesk(redis, { policy: replyPolicy });
	const { mail } = await ask(desk, refund('240.00'));
	const token = /reply\+([0-9a-z]{26})@/.exec(mail.headers['reply-to'] ?? '')?.[1] ?? '';
	expect(mail.headers['reply-to']).toContain(`reply+${token}@${replyDomain}`);
	expect(mail.sender).toBe(`bounce+${token}@${replyDomain}`);
	expect(mail.headers.references).toContain(`<${token}.reply@${replyDomain}>`);
	expect(mail.text).toContain('Or reply to this mail with one word on the first line: Y (approve), N (reject) or M');
	expect(mail.headers['auto-submitted']).toBe('auto-generated');
	// Only its hash is kept.
	const client = redis.connect();
	for await (const keys of client.scanStream({ match: `${redis.prefix}*`, count: 1000 })) {
		for (const key of keys as string[])
			expect(`${key} ${((await client.dumpBuffer(key)) ?? Buffer.alloc(0)).toString('latin1')}`).not.toContain(token);
	}
});

describe('answers by mail', () => {
	test('approve, reject and take over, once each; the comment goes along; whoever comes second is told who was first', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const first = await ask(desk, refund('240.00'));
		expect(await desk.mail(replyTo(first.mail, 'Y'))).toEqual({ ok: true });
		const approved = await desk.until(first.id, 'executed');
		expect(approved.decision).toMatchObject({ by: 'ana', channel: 'email', payloadDigest: approved.payloadDigest });
		const said = await answerTo(desk, 'ana@shop.example', /approved by ana/i);
		expect(said.subject).toMatch(/^Your answer is recorded · Refund USD 240\.00/);
		const toBen = await desk.mailbox.waitFor(
			({ recipients, subject }) => recipients.includes('ben@shop.example') && subject.includes('240.00'),
		);
		expect(await desk.mail(replyTo(toBen, 'N', 'ben@shop.example'))).toEqual({ ok: true });
		const late = await answerTo(desk, 'ben@shop.example', /changed nothing/);
		expect(late.subject).toContain('Your answer came too late');
		expect(late.text).toMatch(/Approved by Ana/);

		const second = await ask(desk, refund('38.50'));
		await desk.mail(replyTo(second.mail, 'N\nThe customer has a voucher already.\n\n-- \nAna Ruiz'));
		const rejected = await desk.until(second.id, 'rejected');
		expect(rejected.decision).toMatchObject({ by: 'ana', channel: 'email', comment: 'The customer has a voucher already.' });

		const third = await ask(desk, refund('12.00'));
		await desk.mail(replyTo(third.mail, '接手'));
		expect((await desk.until(third.id, 'escalated')).owner).toBe('ana');
		expect(desk.runs.map(({ id }) => id)).toEqual([first.id]);
	});

	test('count by the references alone, in either case of the token', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const first = await ask(desk, refund('240.00'));
		const plain = { ...replyTo(first.mail, 'Y'), to: `reply@${replyDomain}` };
		expect(await desk.mail(plain)).toEqual({ ok: true });
		await desk.until(first.id, 'executed');
		const second = await ask(desk, refund('38.50'));
		const reply = replyTo(second.mail, 'Y');
		expect(
			await desk.mail({ ...reply, to: reply.to.toUpperCase().replace(replyDomain.toUpperCase(), replyDomain), references: [] }),
		).toEqual({ ok: true });
		await desk.until(second.id, 'executed');
	});

	test('count once, however often the same mail is handed in', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const { id, mail } = await ask(desk, refund('240.00'));
		const reply = { ...replyTo(mail, 'Y'), messageId: '<one@shop.example>' };
		expect(await Promise.all([desk.mail(reply), desk.mail(reply)])).toContainEqual({ ok: true });
		await desk.until(id, 'executed');
		expect(await desk.mail(reply)).toEqual({ ok: true });
		await desk.signalled('answered', id);
		expect(answers(desk, 'ana@shop.example')).toHaveLength(1);
		expect(desk.runs).toHaveLength(1);
	});

	test('after the deadline are told that it has passed, and never run', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const { id, mail } = await ask(desk, refund('240.00'));
		await desk.advance(31 * minute);
		await desk.until(id, 'expired');
		expect(await desk.mail(replyTo(mail, 'Y'))).toEqual({ ok: true });
		const late = await answerTo(desk, 'ana@shop.example', /changed nothing/);
		expect(late.text).toMatch(/Nobody answered before the deadline/);
		expect(late.text).toContain('The safe fallback ran instead: Tell the customer that an answer will follow');
		expect(desk.runs).toEqual([]);
	});

	test('approve no more than a mail may; the page is named instead', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const { id, mail } = await ask(desk, refund('1500.00'));
		await desk.mail(replyTo(mail, 'Y'));
		const said = await answerTo(desk, 'ana@shop.example', /cannot be decided by a reply/);
		expect(said.text).toMatch(/Please use the link: http:\/\/127\.0\.0\.1:\d+\/r\/\w{22}/);
		expect((await desk.app.front.store.actions.get(id))?.state).toBe('in_review');
		await desk.mail(replyTo(mail, 'N'));
		await desk.until(id, 'rejected');
	});
});

describe('what decides nothing', () => {
	test('is kept as a comment, and its writer is told what to do', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const { id, mail } = await ask(desk, refund('240.00'));
		await desk.mail(replyTo(mail, 'Looks fine to me, go ahead.\nIs the customer waiting?'));
		const said = await answerTo(desk, 'ana@shop.example', /Only a single word/);
		expect(said.headers['x-auto-response-suppress']).toBe('All');
		expect(said.headers['in-reply-to']).toMatch(/^<.+>$/);
		expect(await desk.app.front.store.inbound.comments(id)).toEqual([
			expect.objectContaining({
				reviewer: 'ana',
				channel: 'email',
				text: 'Looks fine to me, go ahead.\nIs the customer waiting?',
			}),
		]);
		expect((await desk.app.front.store.actions.get(id))?.replies).toEqual([]);
		// Whoever decides sees it, as text.
		await desk.mail({
			...replyTo(mail, '<script>alert(1)</script> see https://evil.example'),
			messageId: '<second@shop.example>',
		});
		const page = await (await fetch(/http\S+\/r\/\w{22}/.exec(said.text)?.[0] ?? '')).text();
		expect(page).toContain('Looks fine to me, go ahead.');
		expect(page).toContain('&lt;script&gt;alert(1)');
		expect(page).not.toMatch(/<script|href="https:\/\/evil/);
	});

	test('without a signature, or with one of another domain, is kept and explained; nothing is decided', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const { id, mail } = await ask(desk, refund('240.00'));
		expect(await desk.mail(replyTo(mail, 'Y'), null)).toEqual({ ok: true });
		await answerTo(desk, 'ana@shop.example', /could not verify/);
		expect(await desk.mail(replyTo(mail, 'Y'), 'evil.example')).toEqual({ ok: true });
		expect((await desk.app.front.store.inbound.comments(id)).map(({ text }) => text)).toEqual(['approve', 'approve']);
		expect((await desk.app.front.store.actions.get(id))?.replies).toEqual([]);
		// One answer an hour, whatever comes.
		expect(answers(desk, 'ana@shop.example')).toHaveLength(1);
		// A forged report of a check does not help, whoever it claims to be by.
		const forged = {
			...replyTo(mail, 'Y'),
			headers: {
				'Authentication-Results': `${replyDomain}; dkim=pass header.d=shop.example; dmarc=pass header.from=shop.example`,
			},
		};
		expect(await desk.mail(forged, null)).toEqual({ ok: true });
		expect((await desk.app.front.store.actions.get(id))?.replies).toEqual([]);
	});

	test('comes from somebody else than our mail went to: both are told', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const { id, mail } = await ask(desk, refund('240.00'));
		expect(await desk.mail(replyTo(mail, 'Y', 'ben@shop.example'))).toEqual({ ok: true });
		await answerTo(desk, 'ana@shop.example', /came from another address/);
		await answerTo(desk, 'ben@shop.example', /sent to somebody else/);
		expect((await desk.app.front.store.actions.get(id))?.replies).toEqual([]);
		// A stranger is not written to: the address may be forged.
		const second = await ask(desk, refund('38.50'));
		await desk.mail(replyTo(second.mail, 'Y', 'eve@evil.example'), 'evil.example');
		await answerTo(desk, 'ana@shop.example', /38\.50[\s\S]*came from another address/);
		expect(desk.mailbox.messages().filter(({ recipients }) => recipients.includes('eve@evil.example'))).toEqual([]);
		expect((await desk.app.front.store.actions.get(second.id))?.replies).toEqual([]);
	});

	test('of two machines that answer each other ends after one answer', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const { id, mail } = await ask(desk, refund('240.00'));
		let from = mail;
		for (let round = 0; round < 5; round++) {
			// A responder that says of itself that it is none.
			await desk.mail({ ...replyTo(from, `Thank you for your message number ${round}.`), messageId: `<${round}@shop.example>` });
			await desk.signalled('answered', id);
			from = answers(desk, 'ana@shop.example').at(-1) ?? mail;
		}
		expect(answers(desk, 'ana@shop.example')).toHaveLength(1);
	});
});

test('a server of one’s own that has checked the signature is believed, and nobody who writes under its name below', async () => {
	const desk = await openDesk(redis, { policy: replyPolicy, authservId: 'mx.shop.example' });
	const { id, mail } = await ask(desk, refund('240.00'));
	const results = (value: string, more: Record<string, string> = {}) => ({
		...replyTo(mail, 'Y'),
		headers: { 'Authentication-Results': value, ...more },
	});
	for (const value of [
		'mx.evil.example; dkim=pass header.d=shop.example',
		'mx.shop.example; dkim=fail header.d=shop.example',
		'mx.shop.example; dkim=pass header.d=evil.example; dmarc=pass header.from=evil.example',
		'mx.shop.example; spf=pass smtp.mailfrom=ana@shop.example',
		'mx.shop.example; none (dmarc=pass header.from=shop.example)',
		'mx.shop.example.evil.example; dmarc=pass header.from=shop.example',
	]) {
		expect(await desk.mail(results(value), null)).toEqual({ ok: true });
		expect((await desk.app.front.store.actions.get(id))?.replies, value).toEqual([]);
	}
	const passed = 'mx.shop.example; dkim=pass header.d=shop.example; dmarc=pass (p=reject) header.from=shop.example';
	// From anywhere else, the same words are not believed.
	const open = await openDesk(redis, { policy: replyPolicy, authservId: 'mx.shop.example', authservPeers: '10.0.0.5' });
	expect(await open.mail(results(passed), null)).toEqual({ ok: true });
	expect((await desk.app.front.store.actions.get(id))?.replies).toEqual([]);
	expect(await desk.mail({ ...results(passed), messageId: '<other@shop.example>' }, null)).toEqual({ ok: true });
	await desk.until(id, 'executed');
});

describe('a mail that does not arrive', () => {
	const report = (mail: Mail, action: string, status: string): string =>
		[
			'From: Mail Delivery System <MAILER-DAEMON@mx.shop.example>',
			`To: ${mail.sender}`,
			'Subject: Undelivered Mail Returned to Sender',
			'Auto-Submitted: auto-replied',
			`Message-ID: <${Math.random()}@mx.shop.example>`,
			'MIME-Version: 1.0',
			'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
			'',
			'--b',
			'Content-Type: text/plain',
			'',
			'Y',
			'',
			'--b',
			'Content-Type: message/delivery-status',
			'',
			'Reporting-MTA: dns; mx.shop.example',
			'',
			'Final-Recipient: rfc822; ana@shop.example',
			`Action: ${action}`,
			`Status: ${status}`,
			'',
			'--b--',
			'',
		].join('\r\n');

	test('is followed by the next channel; a delay is not, and no report decides or is answered', async () => {
		const policy = replyPolicy.replaceAll('channels: [email, sms]', 'channels: [email]');
		const desk = await openDesk(redis, { policy });
		const { id, mail } = await ask(desk, refund('240.00'));
		const hand = (action: string, status: string) =>
			desk.raw(Buffer.from(report(mail, action, status)), { from: '', to: [mail.sender] });
		expect(await hand('delayed', '4.4.1')).toEqual({ ok: true });
		expect(await hand('failed', '5.1.1')).toEqual({ ok: true });
		const text = await desk.phone.waitFor(({ to }) => to === '+15550100001');
		expect(text.body).toContain('Refund USD 240.00');
		const records = (await desk.app.front.store.deliveries.all(id)).filter(({ key }) => key.endsWith('ana.email'));
		expect(records).toEqual([expect.objectContaining({ state: 'failed', receipt: 'bounced 5.1.1' })]);
		expect((await desk.app.front.store.actions.get(id))?.replies).toEqual([]);
		expect(answers(desk, 'ana@shop.example')).toEqual([]);
		// That mailbox does not exist: the next request goes by text at once.
		const client = createClient({ redis: redis.connect(), prefix: redis.prefix });
		await client.propose(refund('38.50'));
		await client.close();
		await desk.phone.waitFor(({ to, body }) => to === '+15550100001' && body.includes('38.50'));
		expect(
			desk.mailbox
				.messages()
				.filter(({ recipients, subject }) => recipients.includes('ana@shop.example') && subject.includes('38.50')),
		).toEqual([]);
	});
});

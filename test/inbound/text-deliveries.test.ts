/** What happens to texts that go out: bundles, reports of the provider, people who want none, regions where they cannot be answered. */
import { describe, expect, test } from 'vitest';
import type { Mail } from '../../src/dev/mailbox.ts';
import { createClient } from '../../src/producers/client.ts';
import { minute, proposing, refund } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';
import { asking } from './asking.ts';
import { openDesk } from './desk.ts';
import { ana, replyPolicy, wei } from './shop.ts';

const redis = testRedis();
/** Ana has a telephone and no mail; Ben has both. */
const textFirst = replyPolicy
	.replace('ana@shop.example', 'ana-desk@shop.example')
	.replaceAll('channels: [email, sms]', 'channels: [sms]');

describe('several requests at once', () => {
	test('are one text with codes and amounts; each is answered by itself', async () => {
		const desk = await openDesk(redis, { policy: textFirst, env: { SMS_GATHER_MS: '1500' } });
		const client = createClient({ redis: redis.connect(), prefix: redis.prefix });
		const amounts = ['240.00', '38.50', '12.00', '7.00'];
		const ids = await Promise.all(amounts.map(async (amount) => (await client.propose(refund(amount))).id));
		await client.close();
		const { body } = await desk.phone.waitFor(({ to }) => to === ana);
		expect(body).toMatch(/^4 to approve:/);
		for (const id of ids) await desk.signalled('delivered', id);
		expect(desk.phone.texts().filter(({ to }) => to === ana)).toHaveLength(1);
		const code = (amount: string): string => new RegExp(`([0-9A-Z]{4}) Refund USD ${amount}[;.]`).exec(body)?.[1] ?? '';
		const codes = amounts.map(code);
		expect(new Set(codes).size).toBe(4);
		expect(body).not.toMatch(/all/i);
		expect((await desk.text(ana, `N ${code('38.50')}`)).words).toBe('Rejected: Refund USD 38.50. It does not run.');
		expect((await desk.text(ana, `Y ${code('7.00')}`)).words).toContain('Approved: Refund USD 7.00');
		await desk.until(ids[3] ?? '', 'executed');
		expect((await desk.text(ana, 'Y')).words).toContain('Please name the code');
		for (const id of ids.slice(0, 1)) expect((await desk.app.front.store.actions.get(id))?.state).toBe('in_review');
		// Every one of them is on record as sent, once.
		for (const id of ids) {
			const sent = (await desk.app.front.store.deliveries.all(id)).filter(({ reviewer }) => reviewer === 'ana');
			expect(sent).toEqual([expect.objectContaining({ state: 'sent', channel: 'sms' })]);
		}
	});

	test('that are urgent, or whose deadline is near, go out alone', async () => {
		const policy = textFirst.replace(
			'{ after: 0s, to: [support], channels: [sms] }',
			'{ after: 0s, to: [support], channels: [sms], urgent: true }',
		);
		const desk = await openDesk(redis, { policy, env: { SMS_GATHER_MS: '1500' } });
		const client = createClient({ redis: redis.connect(), prefix: redis.prefix });
		await Promise.all(['240.00', '38.50'].map((amount) => client.propose(refund(amount))));
		for (const amount of ['240.00', '38.50'])
			await desk.phone.waitFor(({ to, body }) => to === ana && body.includes(`Refund USD ${amount}`));
		const now = await desk.app.front.store.now();
		await Promise.all(
			['1', '2'].map((order) =>
				client.propose(proposing({ operation: 'update_note', arguments: { order_id: order }, deadlineAt: now + 4 * minute })),
			),
		);
		await desk.phone.waitFor(({ to, body }) => to === wei && body.startsWith('请批准：'));
		await client.close();
		expect(desk.phone.texts().filter(({ body }) => /to approve:|待批准/.test(body))).toEqual([]);
	});
});

describe('codes', () => {
	test('are the same in a reminder, and never the same for two requests of one number', async () => {
		const policy = textFirst.replace(
			'tiers: [{ after: 0s, to: [support], channels: [sms] }]',
			'tiers: [{ after: 0s, to: [support], channels: [sms] }, { after: 10m, to: [ana], channels: [sms] }]',
		);
		const desk = await openDesk(redis, { policy });
		const { id, code } = await asking(desk, redis)(refund('240.00'), ana);
		const before = desk.phone.texts().length;
		await desk.advance(10 * minute);
		const reminder = await desk.phone.waitFor((text) => text.to === ana && desk.phone.texts().indexOf(text) >= before);
		expect(reminder.body).toContain(`Y ${code} approve`);
		const { codes } = desk.app.front.store;
		let candidates = 0;
		const coded = { actionId: id, revision: 7, payloadDigest: 'x', reviewer: 'ana', tier: 0 };
		const fresh = await codes.issue(ana, coded, () => {
			candidates += 1;
			return candidates < 3 ? code : '9C9C';
		});
		expect([fresh, candidates]).toEqual(['9C9C', 3]);
		// The same code may stand for something else at another number.
		expect(await codes.issue('+15550109999', coded, () => code)).toBe(code);
		expect(await codes.find(ana, code)).toMatchObject({ actionId: id, revision: 1 });
	});
});

describe('reports of the provider', () => {
	test('of a failure: the next channel is tried at once, once, whatever the code', async () => {
		const desk = await openDesk(redis, { policy: textFirst });
		const ask = asking(desk, redis);
		for (const [index, error] of ['30003', '30004', '30007', '30008', '30005'].entries()) {
			const amount = `${240 + index}.00`;
			const { id, sid } = await ask(refund(amount), ana);
			expect((await desk.status(sid, 'sent')).status).toBe(204);
			const reports = ['undelivered', 'undelivered', 'failed'].map((status) => desk.status(sid, status, error));
			expect((await Promise.all(reports)).map(({ status }) => status)).toEqual([204, 204, 204]);
			const toAna = (mail: Mail): boolean => mail.recipients.includes('ana-desk@shop.example') && mail.subject.includes(amount);
			await desk.mailbox.waitFor(toAna);
			// Late and out of order: nothing more follows.
			for (const status of ['delivered', 'sent', 'failed']) await desk.status(sid, status, error);
			const sent = async () => {
				const records = await desk.app.front.store.deliveries.all(id);
				const own = records
					.filter(({ reviewer }) => reviewer === 'ana')
					.map((each) => [each.channel, each.state, each.receipt] as const);
				return own.sort().map(([channel, state, receipt]) => (state === 'failed' ? [channel, receipt] : [channel, state]));
			};
			await expect.poll(sent).toEqual([
				['email', 'sent'],
				['sms', `twilio ${error}`],
			]);
			expect(desk.mailbox.messages().filter(toAna)).toHaveLength(1);
		}
		// 30005 said that there is no such number: it is not tried again today.
		expect(await desk.app.front.store.deadAddresses.find({ channel: 'sms', address: ana })).toMatchObject({ reason: 'rejected' });
	});

	test('that a text has arrived are not undone by a late failure; unknown messages and forged reports change nothing', async () => {
		const desk = await openDesk(redis, { policy: textFirst });
		const { id, sid } = await asking(desk, redis)(refund('240.00'), ana);
		await desk.status(sid, 'delivered');
		await desk.status(sid, 'failed', '30003');
		expect((await desk.status(`SM${'f'.repeat(32)}`, 'failed', '30003')).status).toBe(204);
		expect((await desk.status('nonsense', 'failed', '30003')).status).toBe(400);
		const forged = await desk.form(
			'/hooks/twilio/status',
			[
				['MessageSid', sid],
				['MessageStatus', 'failed'],
			],
			'forged',
		);
		expect(forged.status).toBe(403);
		const records = await desk.app.front.store.deliveries.all(id);
		expect(records.every(({ state, channel }) => state === 'sent' && channel === 'sms')).toBe(true);
	});

	test('that come before the message was noted are not lost', async () => {
		const desk = await openDesk(redis, { policy: textFirst });
		const { texts } = desk.app.front.store;
		const sid = `SM${'e'.repeat(32)}`;
		await desk.status(sid, 'undelivered', '30006');
		expect(await texts.remember(sid, { phone: ana, deliveries: [] })).toBe('30006');
	});
});

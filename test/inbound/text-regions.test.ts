/** People who want no texts, and regions where texts cannot be answered. */
import { describe, expect, test } from 'vitest';
import { createClient } from '../../src/producers/client.ts';
import { submit } from '../../src/reviews/submit.ts';
import { proposing, refund } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';
import { asking } from './asking.ts';
import { openDesk } from './desk.ts';
import { ana, ben, replyPolicy, wei } from './shop.ts';

const redis = testRedis();
/** Ana has a telephone and no mail; Ben has both. */
const textFirst = replyPolicy
	.replace('ana@shop.example', 'ana-desk@shop.example')
	.replaceAll('channels: [email, sms]', 'channels: [sms]');

describe('people who want no texts', () => {
	test('are asked by their next channel within the second, and later at once; START brings the texts back', async () => {
		const desk = await openDesk(redis, { policy: textFirst });
		const ask = asking(desk, redis);
		const { id } = await ask(refund('240.00'), ana);
		const start = Date.now();
		expect(await desk.text(ana, 'STOP')).toMatchObject({ status: 200, words: null });
		await desk.mailbox.waitFor(
			({ recipients, subject }) => recipients.includes('ana-desk@shop.example') && subject.includes('240.00'),
		);
		expect(Date.now() - start).toBeLessThan(5000);
		await desk.signalled('undelivered', id);
		const texts = desk.phone.texts().filter(({ to }) => to === ana).length;
		await ask(refund('38.50'), ben);
		await desk.mailbox.waitFor(
			({ recipients, subject }) => recipients.includes('ana-desk@shop.example') && subject.includes('38.50'),
		);
		expect(desk.phone.texts().filter(({ to }) => to === ana)).toHaveLength(texts);
		expect((await desk.text(ana, 'START')).words).toContain('You get these messages again.');
		await ask(refund('12.00'), ana);
	});

	test('are remembered when only the provider knew', async () => {
		const desk = await openDesk(redis, { policy: textFirst });
		desk.phone.fail({ status: 400, code: 21610 });
		const client = createClient({ redis: redis.connect(), prefix: redis.prefix });
		await client.propose(refund('240.00'));
		await desk.mailbox.waitFor(({ recipients }) => recipients.includes('ana-desk@shop.example'));
		desk.phone.fail(null);
		await client.propose(refund('38.50'));
		await desk.mailbox.waitFor(
			({ recipients, subject }) => recipients.includes('ana-desk@shop.example') && subject.includes('38.50'),
		);
		await client.close();
		expect(desk.phone.texts()).toHaveLength(0);
		expect(await desk.app.front.store.deadAddresses.find({ channel: 'sms', address: ana })).toMatchObject({
			reason: 'opted_out',
		});
	});

	test.each(['STOP', 'START', 'HELP'])('an OptOutType of %s is never an answer, whatever the text says', async (type) => {
		const desk = await openDesk(redis, { policy: textFirst });
		const { id, code } = await asking(desk, redis)(refund('240.00'), ana);
		expect(await desk.text(ana, `Y ${code}`, { fields: { OptOutType: type } })).toMatchObject({ status: 200, words: null });
		expect((await desk.app.front.store.actions.get(id))?.replies).toEqual([]);
	});
});

describe('regions', () => {
	test('without answers get no code, those without links no link, those without either another channel', async () => {
		const policy = textFirst.replace(wei, '+8613800138000').replace('to: [ana, wei]', 'to: [ana, ben, wei]');
		const desk = await openDesk(redis, {
			policy,
			env: { SMS_GATHER_MS: '0' },
			sms: {
				abilities: { regions: { '+86': { twoWay: false, links: false }, [ana]: { twoWay: false }, [ben]: { links: false } } },
			},
		});
		const client = createClient({ redis: redis.connect(), prefix: redis.prefix });
		await client.propose(proposing({ operation: 'update_note' }));
		await client.close();
		const [toAna, toBen] = await Promise.all([ana, ben].map((number) => desk.phone.waitFor(({ to }) => to === number)));
		expect(toAna?.body).toMatch(/^Approve\? Update note.* http\S+$/);
		expect(toAna?.body).not.toContain('Reply');
		expect(toBen?.body).toMatch(/Reply Y (\w{4}) approve, N \1 reject, M \1 I handle it by hand\./);
		expect(toBen?.body).not.toContain('http');
		const mail = await desk.mailbox.waitFor(({ recipients }) => recipients.includes('wei@shop.example'));
		expect(mail.subject).toContain('请批准');
		expect(desk.phone.texts().map(({ to }) => to)).not.toContain('+8613800138000');
	});

	test('that let templates through only get the approved one, filled in; a kind without one goes by another channel', async () => {
		const template = `HX${'a'.repeat(32)}`;
		const sms = {
			abilities: { templatesOnly: true, regions: { [ben]: { templatesOnly: false } } },
			templates: { review: template },
		};
		const desk = await openDesk(redis, { policy: textFirst, sms });
		const client = createClient({ redis: redis.connect(), prefix: redis.prefix });
		await client.propose(refund('240.00'));
		const text = await desk.phone.waitFor(({ to }) => to === ana);
		expect(text.template).toBe(template);
		expect(JSON.parse(text.body)).toEqual({
			1: 'Refund USD 240.00',
			2: expect.stringMatching(/^\w{4}$/),
			3: expect.stringMatching(/^http\S+\/r\/\w{22}$/),
		});
		expect((await desk.phone.waitFor(({ to }) => to === ben)).body).toContain('Approve? Refund USD 240.00');
		await client.close();
		const action = await desk.app.front.store.actions.list({ tenant: 'default', limit: 1 });
		const [asked] = action.actions;
		await submit(desk.app.front, {
			actionId: asked?.id ?? '',
			revision: 1,
			payloadDigest: asked?.payloadDigest ?? '',
			reviewer: 'ben',
			answer: 'take_over',
			channel: 'inbox',
		});
		// There is no template for a note: it comes by mail.
		const note = { kind: 'note', id: asked?.id ?? '', revision: 1, tier: 0, reviewer: 'ana', channel: 'sms' } as const;
		await desk.app.back.queues.deliver('test.note', note);
		await desk.mailbox.waitFor(({ recipients }) => recipients.includes('ana-desk@shop.example'));
		expect(desk.phone.texts().filter(({ to }) => to === ana)).toHaveLength(1);
	});
});

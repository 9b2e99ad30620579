/** Stories of answers by text message, on real parts from the proposal to the execution. */
import { describe, expect, test } from 'vitest';
import { submit } from '../../src/reviews/submit.ts';
import { minute, proposing, refund } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';
import { asking } from './asking.ts';
import { openDesk } from './desk.ts';
import { ana, ben, replyPolicy, wei } from './shop.ts';

const redis = testRedis();
const note = (): ReturnType<typeof refund> => proposing({ operation: 'update_note' });

describe('answers by text', () => {
	test('approve, reject and take over, once each, and whoever comes second is told who was first', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const ask = asking(desk, redis);
		const first = await ask(refund('240.00'), ana);
		expect(first.body).toMatch(/Reply Y (\w{4}) approve, N \1 reject, M \1 I handle it by hand http/);
		const approved = await desk.text(ana, `Y ${first.code}`);
		expect(approved).toMatchObject({ status: 200, words: 'Approved: Refund USD 240.00. It runs once, exactly as shown.' });
		const action = await desk.until(first.id, 'executed');
		expect(action.decision).toMatchObject({ by: 'ana', channel: 'sms', payloadDigest: action.payloadDigest });
		expect(desk.runs.map(({ id }) => id)).toEqual([first.id]);
		const late = await desk.text(ben, `N ${await first.codeOf(ben)}`);
		expect(late.words).toMatch(/^Already approved by Ana at \d\d:\d\d UTC\. Your answer changed nothing\.$/);

		const second = await ask(refund('38.50'), ana);
		expect((await desk.text(ana, `n${second.code.toLowerCase()}`)).words).toBe('Rejected: Refund USD 38.50. It does not run.');
		expect((await desk.until(second.id, 'rejected')).decision).toMatchObject({ by: 'ana', channel: 'sms' });
		expect((await desk.text(ben, `Y ${await second.codeOf(ben)}`)).words).toMatch(/^Already rejected by Ana at/);

		const third = await ask(refund('12.00'), ana);
		expect((await desk.text(ana, `Ｍ　${third.code}.`)).words).toBe(
			'Yours: Refund USD 12.00. It does not run; you handle it by hand.',
		);
		expect((await desk.until(third.id, 'escalated')).owner).toBe('ana');
		expect((await desk.text(ben, `Y ${await third.codeOf(ben)}`)).words).toMatch(/Your answer changed nothing\.$/);
		expect(desk.runs).toHaveLength(1);
	});

	test('are in the language of whoever answers', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const { id, code, body } = await asking(desk, redis)(note(), wei);
		expect(body).toContain(`回复 Y ${code} 批准，N ${code} 拒绝，M ${code} 我来处理`);
		expect((await desk.text(wei, `同意${code}`)).words).toBe('已批准：Update note。按所示内容执行一次。');
		await desk.until(id, 'executed');
		expect((await desk.text(wei, `拒绝 ${code}`)).words).toMatch(/^王伟 已于 \d\d:\d\d UTC\+8 批准。 你的答复没有改变任何事。$/);
	});

	test('after the deadline are told that it has passed and what ran instead', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const { id, code } = await asking(desk, redis)(refund('240.00'), ana);
		await desk.advance(31 * minute);
		await desk.until(id, 'expired');
		expect((await desk.text(ana, `Y ${code}`)).words).toMatch(
			/^Expired at \d\d:\d\d UTC: nobody answered in time\. Instead ran: Tell the customer that an answer will follow\. Your answer changed nothing\.$/,
		);
		await desk.advance(6 * 60 * minute);
		expect((await desk.text(ana, `Y ${code}`)).words).toMatch(/^Expired at/);
		expect(desk.runs).toHaveLength(0);
	});

	test('in the same moment as the deadline never run the action', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const { id, code } = await asking(desk, redis)(refund('240.00'), ana);
		await desk.app.back.store.advance(30 * minute);
		expect((await desk.text(ana, `Y ${code}`)).words).toMatch(/^Expired at \d\d:\d\d UTC/);
		await desk.advance(0);
		await desk.until(id, 'expired');
		expect(desk.runs).toHaveLength(0);
	});

	test('for what somebody changed meanwhile are told so, and the new revision has a code of its own', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const { id, code } = await asking(desk, redis)(refund('240.00'), ana);
		const shown = await desk.app.front.store.actions.get(id);
		const texts = desk.phone.texts().length;
		const edited = await submit(desk.app.front, {
			actionId: id,
			revision: 1,
			payloadDigest: shown?.payloadDigest ?? '',
			reviewer: 'ben',
			answer: 'edit',
			channel: 'inbox',
			edit: { amount: { minor: 20_000, currency: 'USD', exponent: 2 } as never },
		});
		expect(edited).toMatchObject({ ok: true });
		const fresh = await desk.phone.waitFor((text) => text.to === ana && desk.phone.texts().indexOf(text) >= texts);
		expect((await desk.text(ana, `Y ${code}`)).words).toMatch(
			/^Changed by Ben at .*A new one follows\. Your answer changed nothing\.$/,
		);
		const next = /\bY (\w{4})\b/.exec(fresh.body)?.[1] ?? '';
		expect(next).not.toBe(code);
		expect((await desk.text(ana, `Y ${next}`)).words).toContain('Approved: Refund USD 200.00');
		await desk.until(id, 'executed');
	});

	test('approve no more than a text may, and say where to; reject any amount', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const ask = asking(desk, redis);
		const { id, code } = await ask(refund('1500.00'), ana);
		const refused = await desk.text(ana, `Y ${code}`);
		expect(refused.words).toMatch(/^It cannot be decided by text message\. Open http:\/\/127\.0\.0\.1:\d+\/r\/\w{22}$/);
		const page = await fetch(/http\S+/.exec(refused.words ?? '')?.[0] ?? '');
		expect(await page.text()).toContain('USD 1,500.00');
		expect((await desk.app.front.store.actions.get(id))?.state).toBe('in_review');
		expect((await desk.text(ana, `N ${code}`)).words).toContain('Rejected: Refund USD 1,500.00');
		await desk.until(id, 'rejected');
	});

	test('count once for each person where two must agree, whatever the channel', async () => {
		const policy = replyPolicy.replace('{ route: approval, deadline: 30m', '{ route: approval, quorum: 2, deadline: 30m');
		const desk = await openDesk(redis, { policy });
		const { id, code, codeOf } = await asking(desk, redis)(refund('240.00'), ana);
		const counted = await desk.text(ana, `Y ${code}`);
		expect(counted.words).toBe('Your answer is counted: Refund USD 240.00. More people have to answer.');
		expect((await desk.text(ana, `Y ${code}`)).words).toBe('Your answer was already counted.');
		const mail = await desk.mailbox.waitFor(({ recipients }) => recipients.includes('ana@shop.example'));
		await desk.mail({ from: 'ana@shop.example', to: mail.headers['reply-to'] ?? '', subject: 'Re', text: 'Y' });
		expect((await desk.app.front.store.actions.get(id))?.state).toBe('in_review');
		expect((await desk.text(ben, `Y ${await codeOf(ben)}`)).words).toContain('Approved: Refund USD 240.00');
		await desk.until(id, 'executed');
		expect(desk.runs).toHaveLength(1);
	});

	test('of two people at once: one wins, and the other is told who', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const ask = asking(desk, redis);
		for (let round = 0; round < 3; round++) {
			const { id, code, codeOf } = await ask(refund('240.00'), ana);
			const other = await codeOf(ben);
			const said = await Promise.all([desk.text(ana, `Y ${code}`), desk.text(ben, `N ${other}`)]);
			const action = await desk.until(id, 'executed', 'rejected');
			const [winner, loser] = action.decision?.by === 'ana' ? ['Ana', said[1]] : ['Ben', said[0]];
			expect(loser?.words).toMatch(new RegExp(`^Already (approved|rejected) by ${winner} at`));
		}
	});
});

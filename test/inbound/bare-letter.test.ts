/** A letter without a code decides only where it can mean nothing else (R-K3). */
import { describe, expect, test } from 'vitest';
import { minute, proposing, refund } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';
import { asking } from './asking.ts';
import { openDesk } from './desk.ts';
import { ana, replyPolicy } from './shop.ts';

const redis = testRedis();
const note = (): ReturnType<typeof refund> => proposing({ operation: 'update_note' });

describe('a letter without a code', () => {
	test('decides the only request, of low risk, in the last message, within half an hour', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const { id } = await asking(desk, redis)(note(), ana);
		expect((await desk.text(ana, 'y')).words).toBe('Approved: Update note. It runs once, exactly as shown.');
		await desk.until(id, 'executed');
		expect((await desk.text(ana, 'y')).words).toBe('Nothing waits for your answer by text message.');
	});

	test('decides nothing that moves money', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const { id, code } = await asking(desk, redis)(refund('5.00'), ana);
		for (const letter of ['Y', 'N', 'M'])
			expect((await desk.text(ana, letter)).words).toBe(
				`Please name the code; nothing was changed. Open: ${code} Refund USD 5.00. Send Y ${code} to approve, N ${code} to reject, M ${code} to handle it by hand.`,
			);
		expect((await desk.app.front.store.actions.get(id))?.replies).toEqual([]);
	});

	test('decides nothing where another request is open, or another message came after, or half an hour has passed', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const ask = asking(desk, redis);
		const one = await ask(note(), ana);
		const two = await ask(note(), ana);
		expect((await desk.text(ana, 'Y')).words).toContain(`${one.code} Update note; ${two.code} Update note`);
		// Only the older one is left: the last message was about the other.
		await desk.text(ana, `N ${two.code}`);
		expect((await desk.text(ana, 'Y')).words).toContain(`Open: ${one.code} Update note.`);
		await desk.text(ana, `N ${one.code}`);

		const three = await ask(note(), ana);
		await desk.app.back.store.advance(29 * minute + 50_000);
		expect((await desk.text(ana, 'N')).words).toContain('Rejected');
		await desk.until(three.id, 'rejected');
	});
});

/** From which numbers answers count: not from one that was changed within a day, nor, where policy says so, from an unverified one. */
import { describe, expect, test } from 'vitest';
import { phoneText } from '../../src/channels/phone-notice.ts';
import { segmentsOf } from '../../src/channels/sms-segments.ts';
import { isTrusted } from '../../src/policy/phone-trust.ts';
import { sweep } from '../../src/workers/sweeper.ts';
import { asking } from '../inbound/asking.ts';
import { openDesk } from '../inbound/desk.ts';
import { ana, replyPolicy } from '../inbound/shop.ts';
import { testRedis } from '../support/redis.ts';
import { hour, refund } from './shop.ts';

const redis = testRedis();
const elsewhere = '+15550100099';

test('a number that was changed is told of by mail, at the old and at the new one, and decides only a day later', async () => {
	const desk = await openDesk(redis, { policy: replyPolicy });
	const ask = asking(desk, redis);
	await sweep(desk.app.deps);
	expect(desk.phone.texts()).toEqual([]);
	const first = await ask(refund('240.00'), ana);
	expect((await desk.text(ana, `Y ${first.code}`)).words).toMatch(/^Approved/);

	await desk.newPolicy(replyPolicy.replace(ana, elsewhere));
	await desk.signalled('phone_changed', 'ana');
	await desk.mailbox.waitFor(
		({ recipients, subject }) => recipients[0] === 'ana@shop.example' && subject === 'Your number in Countersign was changed',
	);
	for (const number of [ana, elsewhere])
		await desk.phone.waitFor(({ to, body }) => to === number && body.includes('was changed'));

	const second = await ask(refund('38.50'), elsewhere);
	for (const word of ['Y', 'N', 'M']) {
		const { words } = await desk.text(elsewhere, `${word} ${second.code}`);
		expect(words).toContain('/r/');
		expect(words).not.toMatch(/^Approved|^Rejected|^Yours/);
	}
	// The old number is nobody's any more.
	expect((await desk.text(ana, `N ${second.code}`)).words).toBeNull();
	const action = await desk.app.front.store.actions.get(second.id);
	expect([action?.state, action?.replies]).toEqual(['in_review', []]);

	await desk.advance(24 * hour);
	const third = await ask(refund('12.00'), elsewhere);
	expect((await desk.text(elsewhere, `N ${third.code}`)).words).toMatch(/^Rejected/);
	await desk.until(third.id, 'rejected');
	// Looked at again, nothing has changed and nobody is told.
	const told = desk.phone.texts().length;
	await sweep(desk.app.deps);
	expect(desk.phone.texts()).toHaveLength(told);
});

test('where policy wants verified numbers, a new one decides nothing until a code that was sent there came back', async () => {
	const desk = await openDesk(redis, { policy: `${replyPolicy}phone_numbers: { verified: true, settle: 1h }\n` });
	const ask = asking(desk, redis);
	const first = await ask(refund('240.00'), ana);
	expect((await desk.text(ana, `Y ${first.code}`)).words).toContain('/r/');
	await desk.app.front.store.phones.verified('ana', ana);
	expect((await desk.text(ana, `Y ${first.code}`)).words).toContain('/r/');
	await desk.advance(hour);
	const second = await ask(refund('38.50'), ana);
	expect((await desk.text(ana, `Y ${second.code}`)).words).toMatch(/^Approved/);
});

test('the text fits one message in either language', () => {
	for (const language of ['en', 'zh-CN'] as const) expect(segmentsOf(phoneText({ language }))).toBe(1);
});

describe('trust, as a table', () => {
	const day = 24 * hour;
	const now = 1000 * day;
	const number = ana;
	test.each([
		[false, null, true],
		[true, null, false],
		[false, { number, since: 0, verifiedAt: null }, true],
		[false, { number: elsewhere, since: 0, verifiedAt: null }, false],
		[false, { number, since: now - day + 1, verifiedAt: null }, false],
		[false, { number, since: now - day, verifiedAt: null }, true],
		[true, { number, since: 0, verifiedAt: null }, false],
		[true, { number, since: 0, verifiedAt: now - day + 1 }, false],
		[true, { number, since: 0, verifiedAt: now - day }, true],
		[true, { number, since: now - 1, verifiedAt: now - day }, false],
	])('verified wanted: %s, known: %j: %s', (verified, known, trusted) => {
		expect(isTrusted({ settle: day, verified }, known, { number, now })).toBe(trusted);
	});
});

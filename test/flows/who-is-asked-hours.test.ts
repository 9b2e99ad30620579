/** Who is asked at which hour: schedules, quiet hours, leave and delegates, over clock changes too, and what happens where nobody is there. */
import { describe, expect, test } from 'vitest';
import { testRedis } from '../support/redis.ts';
import { openPeople, peoplePolicy, reviewers } from './people.ts';
import { minute, refund } from './shop.ts';

const redis = testRedis();

describe('schedules', () => {
	// A minute before duty begins, and when it begins, in the zone of the schedule.
	const changes = [
		['Europe/Berlin', '2027-03-27T07:59:00Z', '2027-03-27T08:00:00Z'],
		['Europe/Berlin', '2027-03-28T06:59:00Z', '2027-03-28T07:00:00Z'],
		['Europe/Berlin', '2027-10-30T06:59:00Z', '2027-10-30T07:00:00Z'],
		['Europe/Berlin', '2027-10-31T07:59:00Z', '2027-10-31T08:00:00Z'],
		['America/New_York', '2027-03-14T12:59:00Z', '2027-03-14T13:00:00Z'],
		['America/New_York', '2027-11-07T13:59:00Z', '2027-11-07T14:00:00Z'],
		['Australia/Lord_Howe', '2027-04-03T22:29:00Z', '2027-04-03T22:30:00Z'],
		['Australia/Lord_Howe', '2027-10-02T21:59:00Z', '2027-10-02T22:00:00Z'],
	] as const;

	test.each(changes)('%s: until %s the next people are asked at once, from %s on those on duty', async (zone, before, from) => {
		const shop = await openPeople(
			redis,
			peoplePolicy(`${reviewers()}
schedules: { days: { for: [ana], time_zone: ${zone}, weekly: [{ from: "09:00", to: "17:00" }] } }
plans:
  - route: approval
    deadline: 40s
    tiers: [{ after: 0s, to: [ana], channels: [email] }, { after: 20s, to: [dee], channels: [email] }]
deadlines: { min: 10s }`),
		);
		await shop.clockTo(before);
		const early = await shop.propose(refund('600.00'));
		await shop.until(early, 'in_review');
		await shop.mailbox.waitFor(() => true);
		expect(shop.mailed()).toEqual(['dee']);
		expect((await shop.app.back.store.actions.history(early)).map(({ event, detail }) => [event, detail])).toContainEqual([
			'tier_started',
			{ tier: 1, because: 'nobody_on_duty' },
		]);
		await shop.clockTo(from);
		const late = await shop.propose(refund('700.00'));
		await shop.until(late, 'in_review');
		await shop.mailbox.waitFor(({ recipients }) => recipients[0] === 'ana@shop.example');
		await shop.settled();
		expect(shop.mailed()).toEqual(['dee', 'ana']);
	});

	test('who comes on duty before the next people are due is told when they come', async () => {
		const shop = await openPeople(
			redis,
			peoplePolicy(`${reviewers()}
schedules: { days: { for: [ana], time_zone: Europe/Berlin, weekly: [{ from: "09:00", to: "17:00" }] } }
plans: [{ route: approval, ask: [ana], next: [dee] }]`),
		);
		await shop.clockTo('2027-03-28T06:50:00Z');
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		await shop.signalled('held', id);
		await shop.settled();
		expect(shop.mailed()).toEqual([]);
		await shop.advance(10 * minute);
		expect((await shop.mailbox.waitFor(() => true)).recipients).toEqual(['ana@shop.example']);
		expect(await shop.answer(id, 'ana', { answer: 'approve', channel: 'email' })).toMatchObject({ ok: true });
	});

	test('an extra shift on one date is asked, a holiday is not', async () => {
		const shop = await openPeople(
			redis,
			peoplePolicy(`${reviewers()}
schedules:
  days:
    for: [ana]
    time_zone: Europe/Berlin
    weekly: [{ days: [mon, tue, wed, thu, fri], from: "09:00", to: "17:00" }]
    overrides: [{ date: 2026-12-25, hours: [] }, { date: 2026-12-27, hours: [{ from: "10:00", to: "14:00" }] }]
plans: [{ route: approval, ask: [ana], next: [dee] }]`),
		);
		for (const [i, [instant, who]] of (
			[
				['2026-12-24T11:00:00Z', 'ana'],
				['2026-12-25T11:00:00Z', 'dee'],
				['2026-12-27T11:00:00Z', 'ana'],
			] as const
		).entries()) {
			await shop.clockTo(instant);
			const id = await shop.propose(refund('600.00'));
			await shop.until(id, 'in_review');
			await expect.poll(() => shop.mailed()[i]).toBe(who);
			await shop.answer(id, who, 'reject');
		}
	});
});

describe('quiet hours', () => {
	const night = 'quiet_hours: { from: "22:00", to: "07:00" }';

	test.each([
		['2027-03-27T22:30:00Z', '2027-03-28T05:00:00Z'],
		['2027-10-30T22:30:00Z', '2027-10-31T06:00:00Z'],
	])('a message of %s waits until %s, also in the night of a clock change', async (asked, comes) => {
		const shop = await openPeople(
			redis,
			peoplePolicy(
				`${reviewers({ ana: night })}\nplans: [{ route: approval, deadline: 12h, tiers: [{ after: 0s, to: [ana], channels: [email] }] }]`,
			),
		);
		await shop.clockTo(asked);
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		await shop.signalled('held', id);
		await shop.clockTo(new Date(Date.parse(comes) - 1000).toISOString());
		await shop.settled();
		expect(shop.mailed()).toEqual([]);
		await shop.clockTo(comes);
		await shop.mailbox.waitFor(() => true);
		expect(shop.mailed()).toEqual(['ana']);
		expect(shop.mailbox.messages()[0]?.subject).toContain('Refund USD 600.00');
	});

	test('what is urgent comes through; where the deadline is in the night, the next person is asked instead', async () => {
		const shop = await openPeople(
			redis,
			peoplePolicy(`${reviewers({ ana: night })}
plans:
  - { route: approval, deadline: 30m, tiers: [{ after: 0s, to: [ana], channels: [email] }, { after: 20m, to: [ben], channels: [email] }] }
  - { route: approval, above: "1000.00", deadline: 30m, tiers: [{ after: 0s, to: [ana], channels: [email], urgent: true }] }`),
		);
		await shop.clockTo('2027-01-10T23:00:00Z');
		const urgent = await shop.propose(refund('2000.00'));
		await shop.until(urgent, 'in_review');
		await shop.mailbox.waitFor(() => true);
		expect(shop.mailed()).toEqual(['ana']);
		const calm = await shop.propose(refund('600.00'));
		await shop.until(calm, 'in_review');
		await shop.mailbox.waitFor(({ recipients }) => recipients[0] === 'ben@shop.example');
		expect(shop.mailed()).toEqual(['ana', 'ben']);
	});

	test('where nobody else is left, the person is woken rather than the deadline missed', async () => {
		const shop = await openPeople(
			redis,
			peoplePolicy(
				`${reviewers({ ana: night })}\nplans: [{ route: approval, deadline: 30m, tiers: [{ after: 0s, to: [ana], channels: [email] }] }]`,
			),
		);
		await shop.clockTo('2027-01-10T23:00:00Z');
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		await shop.mailbox.waitFor(() => true);
		expect(shop.mailed()).toEqual(['ana']);
	});
});

describe('leave', () => {
	const away = 'leave: [{ from: 2027-01-04, to: 2027-01-08, delegate: dee }]';

	test('the delegate is told and answers in that place, also after the leave has ended; nobody else may', async () => {
		const shop = await openPeople(
			redis,
			peoplePolicy(`${reviewers({ ana: away })}\nplans: [{ route: approval, deadline: 12h, quorum: 2, ask: [ana, ben] }]`),
		);
		await shop.clockTo('2027-01-08T20:00:00Z');
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		await expect.poll(() => shop.mailed().length, { timeout: 5000 }).toBe(2);
		expect(new Set(shop.mailed())).toEqual(new Set(['ben', 'dee']));
		expect(await shop.answer(id, 'cai', 'approve')).toMatchObject({ problem: { code: 'reviewer_not_allowed' } });
		// Saturday: Ana is back, and Dee was asked on Friday.
		await shop.clockTo('2027-01-08T23:30:00Z');
		expect(await shop.answer(id, 'dee', 'approve')).toMatchObject({ ok: true, event: 'reply_recorded' });
		expect((await shop.get(id)).replies).toMatchObject([{ reviewer: 'dee', standsFor: 'ana' }]);
		// One seat is one vote.
		expect(await shop.answer(id, 'ana', 'approve')).toMatchObject({ ok: true, event: 'reply_recorded' });
		expect(await shop.answer(id, 'ben', 'approve')).toMatchObject({ ok: true, event: 'approved_by_reviewers' });
		const later = await shop.propose(refund('700.00'));
		await shop.until(later, 'in_review');
		expect(await shop.answer(later, 'dee', 'approve')).toMatchObject({ problem: { code: 'reviewer_not_allowed' } });
	});

	test('everybody away: a case at once, and an alert; nobody on call either: everybody is shown it', async () => {
		const gone = 'leave: [{ from: 2027-01-04, to: 2027-01-08 }]';
		const shop = await openPeople(
			redis,
			peoplePolicy(`${reviewers({ ana: gone, ben: gone })}\non_call: dee\nplans: [{ route: approval, ask: [ana, ben] }]`),
		);
		await shop.clockTo('2027-01-05T10:00:00Z');
		const id = await shop.propose(refund('600.00'));
		const action = await shop.until(id, 'escalated');
		await shop.signalled('alerted', id);
		expect(await shop.events(id)).toContain('nobody_reachable');
		expect((await shop.mailbox.waitFor(() => true)).recipients).toEqual(['dee@shop.example']);
		expect(action.verdict?.route).toBe('approval');
		// Whoever was asked may still take it.
		expect(await shop.answer(id, 'ana', 'own')).toMatchObject({ ok: true });
	});

	test('nobody at all is there: the case is shown to everybody, on leave or not', async () => {
		const gone = 'leave: [{ from: 2027-01-04, to: 2027-01-08 }]';
		const shop = await openPeople(
			redis,
			peoplePolicy(`${reviewers({ ana: gone, ben: gone, cai: gone, dee: gone })}\non_call: dee`),
		);
		await shop.clockTo('2027-01-05T10:00:00Z');
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'escalated');
		await expect.poll(() => new Set(shop.mailed()), { timeout: 5000 }).toEqual(new Set(['ana', 'ben', 'cai', 'dee']));
	});
});
